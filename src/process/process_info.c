#include "process/process_info.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "process/process_path.h"
#include "process/process_proc.h"

enum { ARGUMENTS_BYTES = 4096 };

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether accessing this path might wait for another machine, by the mounts of the process; an
 * empty list, as in a chroot(2), or one too long to read is not trusted. */
static bool may_hang(int process_fd, const char *path)
{
	struct buf mounts;
	int r = process_path_read_mounts(process_fd, "mountinfo", &mounts);
	bool may = r < 0 || mounts.size == 0 ||
		   process_path_is_remote(buf_str(&mounts), str_from(path));
	buf_finish(&mounts);
	return may;
}

/* The working directory, if it is on this machine and reachable under the same path from here: not
 * if the directory was removed, or is in the process's own mounts. */
static char *read_cwd(int process_fd)
{
	char path[PATH_MAX];
	struct stat theirs, ours;
	ssize_t size = readlinkat(process_fd, "cwd", path, sizeof(path) - 1);
	if (size <= 0) {
		return NULL;
	}
	path[size] = '\0';
	if (path[0] != '/' || may_hang(process_fd, path) ||
		fstatat(process_fd, "cwd", &theirs, 0) != 0 || stat(path, &ours) != 0 ||
		!same_file(&theirs, &ours)) {
		return NULL;
	}
	return xstrdup(path);
}

static void read_arguments(int process_fd, struct process_info *info)
{
	char text[ARGUMENTS_BYTES];
	struct str program, script;
	ssize_t size = process_proc_read(process_fd, "cmdline", text, sizeof(text));
	if (size <= 0) {
		return;
	}
	process_stat_pick_names((struct str){text, (size_t)size}, &program, &script);
	info->program = program.size > 0 ? str_dup(program) : NULL;
	info->script = script.size > 0 ? str_dup(script) : NULL;
}

int process_info_read(int64_t pid, uint64_t start_ticks, struct process_info *ret)
{
	cleanup_close int fd = process_proc_open("/proc", pid);
	struct process_stat stat;
	if (fd < 0) {
		return fd;
	}
	int r = process_proc_stat(fd, &stat);
	if (r < 0) {
		return r;
	}
	if (start_ticks != 0 && stat.start_ticks != start_ticks) {
		return -ESRCH;
	}
	struct process_info info = {
		.pid = pid,
		.start_ticks = stat.start_ticks,
		.name = xstrdup(stat.name),
		.is_elsewhere = process_proc_is_elsewhere(fd),
	};
	read_arguments(fd, &info);
	if (!info.is_elsewhere) {
		info.cwd = read_cwd(fd);
	}
	*ret = info;
	return 0;
}

void process_info_finish(struct process_info *info)
{
	free(info->name);
	free(info->program);
	free(info->script);
	free(info->cwd);
	*info = (struct process_info){0};
}
