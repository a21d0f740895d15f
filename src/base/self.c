#include "base/self.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

char *self_path(void)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
	if (size <= 0 || (size_t)size == sizeof(path)) {
		return NULL;
	}
	return str_dup((struct str){path, (size_t)size});
}

/* Otherwise any program in /usr/bin could pass for one of ours. */
static bool is_build_directory(const char *directory)
{
	cleanup_free char *ninja = xasprintf("%s/build.ninja", directory);
	return access(ninja, F_OK) == 0;
}

char *self_companion(const char *name, const char *installed)
{
	cleanup_free char *directory = self_path();
	char *slash = directory != NULL ? strrchr(directory, '/') : NULL;
	if (slash != NULL) {
		*slash = '\0';
		char *path = xasprintf("%s/%s", directory, name);
		if (is_build_directory(directory) && access(path, F_OK) == 0) {
			return path;
		}
		mem_free_pointer(&path);
	}
	return xstrdup(installed);
}
