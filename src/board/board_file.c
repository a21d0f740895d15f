#include "board/board_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "board/board_place.h"
#include "board/board_yaml.h"

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC, PART_BYTES = 256 };

/* A descriptor, or a negative errno. */
static int open_within(int directory, const char *name, int flags)
{
	int fd = openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	return fd;
}

int board_file_open_below(int parent, const char *name)
{
	return open_within(parent, name, DIRECTORY_FLAGS);
}

int board_file_open_directory(const char *root, struct str path)
{
	int fd = open(root, DIRECTORY_FLAGS);
	fd = fd >= 0 ? fd : -errno;
	while (fd >= 0 && path.size > 0) {
		char part[PART_BYTES];
		struct str name = str_cut(&path, '/');
		if (name.size >= sizeof(part)) {
			close(fd);
			return -ENAMETOOLONG;
		}
		memcpy(part, name.data, name.size);
		part[name.size] = '\0';
		int below = board_file_open_below(fd, part);
		close(fd);
		fd = below;
	}
	return fd;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int board_file_list(int directory, char ***ret_names, size_t *ret_count)
{
	int fd = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	char **names = NULL;
	size_t count = 0, capacity = 0;
	if (d == NULL) {
		int r = -errno;
		if (fd >= 0) {
			close(fd);
		}
		return r;
	}
	rewinddir(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (!board_place_is_skipped(str_from(e->d_name))) {
			names = xgrow(names, count, &capacity, sizeof(char *));
			names[count++] = xstrdup(e->d_name);
		}
	}
	closedir(d);
	if (count > 1) {
		qsort(names, count, sizeof(char *), compare_names);
	}
	*ret_names = names;
	*ret_count = count;
	return 0;
}

void board_file_free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(names[i]);
	}
	free(names);
}

enum board_file_kind board_file_kind(int directory, const char *name, struct stat *ret)
{
	if (fstatat(directory, name, ret, AT_SYMLINK_NOFOLLOW) != 0) {
		return BOARD_FILE_GONE;
	}
	switch (ret->st_mode & S_IFMT) {
	case S_IFREG: return BOARD_FILE_REGULAR;
	case S_IFDIR: return BOARD_FILE_DIRECTORY;
	case S_IFLNK: return BOARD_FILE_SYMLINK;
	default: return BOARD_FILE_OTHER;
	}
}

void board_file_stat(const struct stat *st, struct board_stat *ret)
{
	*ret = (struct board_stat){
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000 * MS_NS + st->st_mtim.tv_nsec,
		.size = st->st_size,
		.inode = st->st_ino,
	};
}

/* Reads up to one byte beyond the limit. 0 or a negative errno. */
static int read_bytes(int fd, size_t expected, struct buf *out)
{
	int r = buf_reserve(out, expected + 1);
	while (r == 0) {
		ssize_t n = read(fd, out->data + out->size, out->capacity - out->size);
		if (n < 0 && errno != EINTR) {
			return -errno;
		}
		out->size += n > 0 ? (size_t)n : 0;
		/* one that has grown since it was looked at is reported as changed */
		if (n == 0 || out->size == expected || out->size > BOARD_YAML_BYTES) {
			return 0;
		}
		r = out->size == out->capacity ? buf_reserve(out, 1) : 0;
	}
	return r == -ENOBUFS ? 0 : r;
}

static struct board_facts *unreadable(int error, const struct board_facts *before)
{
	char message[BOARD_FAULT_BYTES];
	(void)snprintf(message, sizeof(message), "cannot be read: %s", strerror(error));
	return board_facts_broken(message, before);
}

struct board_facts *board_file_read(int directory, const char *name,
	const struct board_facts *before, bool is_whole, struct board_stat *ret_stat)
{
	struct stat st;
	if (board_file_kind(directory, name, &st) != BOARD_FILE_REGULAR) {
		return NULL;
	}
	board_file_stat(&st, ret_stat);
	return board_file_read_regular(directory, name, before, is_whole, ret_stat);
}

struct board_facts *board_file_read_regular(int directory, const char *name,
	const struct board_facts *before, bool is_whole, struct board_stat *ret_stat)
{
	struct stat st;
	cleanup_close int fd = open_within(directory, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		return fd == -ENOENT || fd == -ELOOP ? NULL : unreadable(-fd, before);
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return NULL;
	}
	board_file_stat(&st, ret_stat);
	if (st.st_size > BOARD_YAML_BYTES) {
		return board_facts_broken("larger than 1 MiB", before);
	}
	struct buf bytes;
	buf_init(&bytes, BOARD_YAML_BYTES + 1);
	int r = read_bytes(fd, (size_t)st.st_size, &bytes);
	struct board_facts *facts = r != 0 ? unreadable(-r, before)
					   : board_facts_read(buf_str(&bytes), before, is_whole);
	buf_finish(&bytes);
	return facts;
}

const char *board_file_remote(int directory)
{
	static const struct {
		unsigned long magic; // statfs(2)
		const char *name;
	} remote[] = {
		{0x6969, "NFS"},
		{0x517b, "SMB"},
		{0xff534d42, "CIFS"},
		{0xfe534d42, "SMB"},
		{0x01021997, "9p"},
		{0x65735546, "FUSE"},
		{0x00c36400, "Ceph"},
		{0x5346414f, "AFS"},
		{0x6b414653, "AFS"},
	};
	struct statfs fs;
	if (fstatfs(directory, &fs) != 0) {
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(remote); i++) {
		if (((unsigned long)fs.f_type & 0xffffffff) == remote[i].magic) {
			return remote[i].name;
		}
	}
	return NULL;
}
