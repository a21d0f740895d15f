#include "process/process_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { STAT_BYTES = 1024, PATH_BYTES = 128 };

static int open_directory(const char *proc, int64_t pid)
{
	char path[PATH_BYTES];
	int size = snprintf(path, sizeof(path), "%s/%" PRId64, proc, pid);
	if (pid <= 0 || size >= PATH_BYTES) {
		return -ESRCH;
	}
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? -ESRCH : -errno;
	}
	return fd;
}

int process_proc_open(const char *proc, int64_t pid)
{
	struct stat owner;
	int fd = open_directory(proc, pid);
	if (fd < 0) {
		return fd;
	}
	int r = fstat(fd, &owner) != 0 ? -errno : 0;
	if (r == 0 && owner.st_uid != geteuid()) {
		r = -EPERM;
	}
	if (r < 0) {
		close(fd);
		return r == -ENOENT ? -ESRCH : r;
	}
	return fd;
}

ssize_t process_proc_read(int process_fd, const char *name, char *buffer, size_t size)
{
	cleanup_close int fd = openat(process_fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	size_t done = 0;
	while (done < size) {
		ssize_t n = read(fd, buffer + done, size - done);
		if (n < 0) {
			return -errno;
		}
		if (n == 0) {
			break;
		}
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int process_proc_stat(int process_fd, struct process_stat *ret)
{
	char text[STAT_BYTES];
	struct process_stat stat;
	ssize_t size = process_proc_read(process_fd, "stat", text, sizeof(text));
	if (size < 0) {
		return size == -ENOENT ? -ESRCH : (int)size;
	}
	if (!process_stat_parse((struct str){text, (size_t)size}, &stat)) {
		return -EBADMSG;
	}
	if (process_stat_has_ended(&stat)) {
		return -ESRCH;
	}
	*ret = stat;
	return 0;
}

uint64_t process_proc_start_ticks(int64_t pid)
{
	struct process_stat stat;
	cleanup_close int fd = open_directory("/proc", pid);
	return fd >= 0 && process_proc_stat(fd, &stat) == 0 ? stat.start_ticks : 0;
}

bool process_proc_is_elsewhere(int process_fd)
{
	struct stat theirs, ours;
	return fstatat(process_fd, "ns/pid", &theirs, 0) != 0 ||
	       stat("/proc/self/ns/pid", &ours) != 0 || theirs.st_dev != ours.st_dev ||
	       theirs.st_ino != ours.st_ino;
}
