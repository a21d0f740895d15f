#include "cli/cli_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"

char *cli_file_real_path(const char *path)
{
	struct stat st;
	char *real = realpath(path, NULL);
	if (real != NULL || errno != ENOENT) {
		return real;
	}
	if (lstat(path, &st) == 0) {
		errno = ENOENT;
		return NULL;
	}
	return xstrdup(path);
}

/* A descriptor for the caller to close, or a negative errno. */
static int open_regular(const char *path)
{
	struct stat st;
	int r = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (r < 0) {
		return errno == ENOTDIR ? -ENOENT : -errno;
	}
	int fd = r;
	if (fstat(fd, &st) != 0) {
		r = -errno;
	} else if (!S_ISREG(st.st_mode)) {
		r = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	}
	if (r < 0) {
		close(fd);
	}
	return r;
}

int cli_file_read(const char *path, struct buf *text)
{
	cleanup_close int fd = open_regular(path);
	if (fd < 0) {
		return fd;
	}
	return fd_read_all(fd, text);
}

/* mkdir -p for the directory of path. */
static int make_directories(const char *path)
{
	cleanup_free char *copy = xstrdup(path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
			return -errno;
		}
		*slash = '/';
	}
	return 0;
}

static int write_all(int fd, const struct buf *text)
{
	int r = fd_write_all(fd, buf_str(text));
	return r != 0 || fsync(fd) == 0 ? r : -errno;
}

/* As those of the file it replaces, or of a new one. */
static int set_owner_and_mode(int fd, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0) {
		mode_t mask = umask(0);
		umask(mask);
		return fchmod(fd, 0666 & ~mask) == 0 ? 0 : -errno;
	}
	if ((st.st_uid != geteuid() || st.st_gid != getegid()) &&
		fchown(fd, st.st_uid, st.st_gid) != 0) {
		return -errno;
	}
	return fchmod(fd, st.st_mode & 07777) == 0 ? 0 : -errno;
}

int cli_file_write(const char *path, const struct buf *text)
{
	int r = make_directories(path);
	if (r < 0) {
		return r;
	}
	cleanup_free char *beside = xasprintf("%s.XXXXXX", path);
	cleanup_close int fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	r = set_owner_and_mode(fd, path);
	if (r == 0) {
		r = write_all(fd, text);
	}
	if (r == 0 && rename(beside, path) != 0) {
		r = -errno;
	}
	if (r < 0) {
		(void)unlink(beside);
	}
	return r;
}
