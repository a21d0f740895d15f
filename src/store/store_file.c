#include "store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

static const char *const endings[] = {"", "-wal", "-shm"}; // the file, its log, the log's index

static int make_directories(const char *path)
{
	cleanup_free char *copy = xstrdup(path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST) {
			int r = -errno;
			struct stat st;
			if (stat(copy, &st) <
				0) { // an existing one may be on a read-only file system
				return r;
			}
		}
		*slash = '/';
	}
	return 0;
}

/* SQLite would create a read-only log before reporting the error. */
static int check_rights(const char *path)
{
	cleanup_free char *directory = xstrdup(path);
	*(strrchr(directory, '/') + 1) = '\0';
	bool may_write = faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0 &&
			 faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0;
	return may_write ? 0 : -errno;
}

/* Only opens a missing file: closing any descriptor of a file drops all locks that the process
 * holds on it. */
int store_file_make(const char *path)
{
	struct stat st;
	if (stat(path, &st) == 0) {
		return S_ISREG(st.st_mode) ? check_rights(path) : -EINVAL;
	}
	int r = make_directories(path);
	if (r < 0) {
		return r;
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	close(fd);
	return 0;
}

int store_file_identify(const char *path, struct store_file_id *ret)
{
	struct stat st, log;
	if (stat(path, &st) < 0) {
		return -errno;
	}
	cleanup_free char *log_path = xasprintf("%s%s", path, endings[1]);
	bool has_log = stat(log_path, &log) == 0;
	*ret = (struct store_file_id){st.st_dev, st.st_ino, has_log ? log.st_ino : 0};
	return 0;
}

enum store_file_change store_file_compare(const char *path, const struct store_file_id *id)
{
	struct store_file_id now = {0};
	int r = store_file_identify(path, &now);
	if (r < 0) {
		return r == -ENOENT || r == -ENOTDIR ? STORE_FILE_GONE : STORE_FILE_SAME;
	}
	if (now.device != id->device || now.inode != id->inode) {
		return STORE_FILE_GONE;
	}
	bool is_log_gone = id->log_inode != 0 && now.log_inode != id->log_inode;
	return is_log_gone ? STORE_FILE_LOG_GONE : STORE_FILE_SAME;
}

void store_file_delete_log(const char *path, const struct store_file_id *id)
{
	for (size_t i = 1; i < ARRAY_SIZE(endings) && id->log_inode != 0; i++) {
		cleanup_free char *name = xasprintf("%s%s", path, endings[i]);
		struct stat st;
		if (i == 1 && (stat(name, &st) < 0 || st.st_ino != id->log_inode)) {
			return; // its successor's
		}
		(void)unlink(name);
	}
}

static int free_name(const char *path, int64_t wall_s, char ret[4096])
{
	time_t seconds = (time_t)wall_s;
	struct tm local;
	char date[32] = "";
	if (localtime_r(&seconds, &local) != NULL) {
		strftime(date, sizeof(date), "%Y-%m-%dT%H%M%S", &local);
	}
	for (unsigned i = 1; i < 100; i++) {
		struct stat st;
		int n = i == 1 ? snprintf(ret, PATH_MAX, "%s.corrupt-%s", path, date)
			       : snprintf(ret, PATH_MAX, "%s.corrupt-%s-%u", path, date, i);
		if (n >= PATH_MAX) {
			return -ENAMETOOLONG;
		}
		if (lstat(ret, &st) < 0) {
			return errno == ENOENT ? 0 : -errno;
		}
	}
	return -EEXIST;
}

int store_file_set_aside(const char *path, int64_t wall_s, char ret[4096])
{
	int r = free_name(path, wall_s, ret);
	for (size_t i = 0; i < ARRAY_SIZE(endings) && r == 0; i++) {
		cleanup_free char *from = xasprintf("%s%s", path, endings[i]);
		cleanup_free char *to = xasprintf("%s%s", ret, endings[i]);
		if (rename(from, to) < 0 && errno != ENOENT) {
			r = -errno;
		}
	}
	return r;
}

int64_t store_file_bytes(const char *path)
{
	int64_t bytes = 0;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		cleanup_free char *name = xasprintf("%s%s", path, endings[i]);
		struct stat st;
		bytes += stat(name, &st) == 0 ? st.st_size : 0;
	}
	return bytes;
}
