#include "process/process_project.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "process/process_path.h"

enum { LEVELS_MAX = 64 };

/* The last name of a path. */
static size_t name_offset(struct str path)
{
	size_t at = path.size;
	while (at > 0 && path.data[at - 1] != '/') {
		at--;
	}
	return at;
}

static struct str own_name(struct str directory)
{
	return str_skip(directory, name_offset(directory));
}

static struct str parent_of(struct str directory)
{
	size_t at = name_offset(directory);
	return (struct str){directory.data, at > 0 ? at - 1 : 0};
}

static bool join(char ret[PATH_MAX], struct str directory, const char *name)
{
	int size = name[0] == '/' ? snprintf(ret, PATH_MAX, "%s", name)
				  : snprintf(ret, PATH_MAX, "%.*s/%s", STR_ARG(directory), name);
	return size < PATH_MAX;
}

/* ---- linked worktrees */

/* The one line of a git file, after prefix. The content is untrusted: only regular files are
 * opened, and never blocking. */
static bool read_line(const char *path, struct str prefix, char ret[PATH_MAX])
{
	struct stat st;
	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
		return false;
	}
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	cleanup_close int fd = open(path, flags);
	struct buf text;
	buf_init(&text, PATH_MAX);
	bool good = fd >= 0 && fd_read_all(fd, &text) == 0;
	struct str line = buf_str(&text);
	good = good && str_starts_with(line, prefix);
	if (good) {
		line = str_skip(line, prefix.size);
		while (line.size > 0 && strchr("\r\n", line.data[line.size - 1]) != NULL) {
			line.size--;
		}
		good = line.size > 0 && !str_has_char(line, '\0');
	}
	if (good) {
		(void)snprintf(ret, PATH_MAX, "%.*s", STR_ARG(line));
	}
	buf_finish(&text);
	return good;
}

/* Resolves the path in a git file, which may be relative to directory. */
static bool read_path(struct str mountinfo, const char *file, struct str prefix,
	struct str directory, char ret[PATH_MAX])
{
	char line[PATH_MAX], path[PATH_MAX];
	return read_line(file, prefix, line) && join(path, directory, line) &&
	       process_path_resolve(mountinfo, path, ret) == 0;
}

/* The directory shared by all worktrees of a repository. Only linked worktrees name it, not
 * submodules or repositories with separate data. */
static bool find_shared(struct str mountinfo, struct str root, char ret[PATH_MAX])
{
	char file[PATH_MAX], data[PATH_MAX];
	return join(file, root, ".git") &&
	       read_path(mountinfo, file, STR("gitdir: "), root, data) &&
	       join(file, str_from(data), "commondir") &&
	       read_path(mountinfo, file, STR(""), str_from(data), ret);
}

/* "shop" for shop/.git, shop/.bare and shop.git. */
static struct str repository_name(struct str shared)
{
	struct str name = shared.size > 0 ? own_name(shared) : shared;
	if (str_starts_with(name, STR("."))) {
		struct str parent = parent_of(shared);
		return parent.size > 0 ? own_name(parent) : parent;
	}
	if (str_ends_with(name, STR(".git"))) {
		name.size -= STR(".git").size;
	}
	return name;
}

static char *name_of_root(struct str mountinfo, struct str root)
{
	char shared[PATH_MAX];
	struct str repository = {0};
	if (find_shared(mountinfo, root, shared)) {
		repository = repository_name(str_from(shared));
	}
	return repository.size == 0
		       ? str_dup(own_name(root))
		       : xasprintf("%.*s/%.*s", STR_ARG(repository), STR_ARG(own_name(root)));
}

/* ---- roots */

static bool has_repository(struct str directory)
{
	char path[PATH_MAX];
	struct stat ignored;
	return join(path, directory, ".git") && lstat(path, &ignored) == 0;
}

/* Whether home is directory or below it. */
static bool is_home_or_above(struct str directory, struct str home)
{
	return home.size > 0 && str_starts_with(home, directory) &&
	       (home.size == directory.size || home.data[directory.size] == '/');
}

/* The nearest root from directory upwards; empty: none. */
static struct str find_root(struct str directory, struct str home)
{
	struct str at = directory;
	for (int level = 0; level < LEVELS_MAX && at.size > 0; level++) {
		if (is_home_or_above(at, home)) {
			break;
		}
		if (has_repository(at)) {
			return at;
		}
		at = parent_of(at);
	}
	return (struct str){0};
}

static struct process_project describe(struct str mountinfo, struct str directory, struct str home)
{
	struct str root = find_root(directory, home);
	if (root.size > 0) {
		return (struct process_project){
			.name = name_of_root(mountinfo, root),
			.root = str_dup(root),
			.is_repository = true,
		};
	}
	return (struct process_project){
		.name = str_dup(own_name(directory)),
		.root = is_home_or_above(directory, home) ? NULL : str_dup(directory),
	};
}

int process_project_find(const char *cwd, const char *home, struct process_project *ret)
{
	char path[PATH_MAX];
	struct buf mounts;
	int r = process_path_read_mounts(AT_FDCWD, "/proc/self/mountinfo", &mounts);
	if (r == 0) {
		r = process_path_resolve(buf_str(&mounts), cwd, path);
	}
	if (r == 0 && path[0] == '\0') {
		r = -EINVAL;
	}
	if (r == 0) {
		*ret = describe(buf_str(&mounts), str_from(path), str_from(home));
	}
	buf_finish(&mounts);
	return r;
}

void process_project_finish(struct process_project *project)
{
	free(project->name);
	free(project->root);
	*project = (struct process_project){0};
}
