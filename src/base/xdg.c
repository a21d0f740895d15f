#include "base/xdg.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

static bool is_absolute(const char *path)
{
	return path != NULL && path[0] == '/';
}

static const char *slash_before(const char *part)
{
	return part[0] != '\0' ? "/" : "";
}

char *xdg_path(const char *directory, const char *home, const char *below_home, const char *name)
{
	if (is_absolute(directory)) {
		return xasprintf("%s%s%s", directory, slash_before(name), name);
	}
	if (!is_absolute(home)) {
		return NULL;
	}
	return xasprintf(
		"%s%s%s%s%s", home, slash_before(below_home), below_home, slash_before(name), name);
}
