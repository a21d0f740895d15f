#include "process/process_project.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"

enum { LEVELS_MAX = 64 };

static struct str without_slashes(const char *path)
{
	struct str s = str_from(path);
	while (s.size > 0 && s.data[s.size - 1] == '/') {
		s.size--;
	}
	return s;
}

static struct str own_name(struct str directory)
{
	const char *slash = memrchr(directory.data, '/', directory.size);
	return str_skip(directory, (size_t)(slash + 1 - directory.data));
}

static struct str parent_of(struct str directory)
{
	const char *slash = memrchr(directory.data, '/', directory.size);
	return (struct str){directory.data, (size_t)(slash - directory.data)};
}

static bool has_repository(const char *root, struct str directory)
{
	char path[PATH_MAX];
	struct stat ignored;
	int size = snprintf(path, sizeof(path), "%s%.*s/.git", root, STR_ARG(directory));
	return size < PATH_MAX && lstat(path, &ignored) == 0;
}

/* Whether home is directory or lies below it. */
static bool ends_walk(struct str directory, struct str home)
{
	return home.size > 0 && str_starts_with(home, directory) &&
	       (home.size == directory.size || home.data[directory.size] == '/');
}

char *process_project_name(const char *root, const char *cwd, const char *home_path)
{
	struct str directory = without_slashes(cwd), home = without_slashes(home_path);
	if (directory.size == 0 || directory.data[0] != '/') {
		return NULL;
	}
	struct str at = directory;
	for (int level = 0; level < LEVELS_MAX && at.size > 0; level++) {
		if (ends_walk(at, home)) {
			break;
		}
		if (has_repository(root, at)) {
			return str_dup(own_name(at));
		}
		at = parent_of(at);
	}
	return str_dup(own_name(directory));
}
