#include "process/process_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"

enum { LINKS_MAX = 40 }; // what the kernel allows

struct walk {
	struct str mountinfo;
	char done[PATH_MAX]; // resolved, without a trailing slash
	size_t done_size;
	char rest[PATH_MAX]; // still to go
	unsigned links;
};

static void leave_name(struct walk *w)
{
	const char *slash = memrchr(w->done, '/', w->done_size);
	w->done_size = slash != NULL ? (size_t)(slash - w->done) : 0;
	w->done[w->done_size] = '\0';
}

/* The last name was a link: puts its target before the rest of the path. */
static int follow(struct walk *w, const char *target)
{
	char rest[PATH_MAX];
	int size = snprintf(rest, sizeof(rest), "%s/%s", target, w->rest);
	if (size >= PATH_MAX) {
		return -ENAMETOOLONG;
	}
	if (++w->links > LINKS_MAX) {
		return -ELOOP;
	}
	memcpy(w->rest, rest, (size_t)size + 1);
	if (target[0] == '/') {
		w->done_size = 0;
		w->done[0] = '\0';
	} else {
		leave_name(w);
	}
	return 0;
}

static int enter_name(struct walk *w, struct str name)
{
	char target[PATH_MAX];
	if (w->done_size + 1 + name.size >= sizeof(w->done)) {
		return -ENAMETOOLONG;
	}
	w->done[w->done_size] = '/';
	memcpy(w->done + w->done_size + 1, name.data, name.size);
	w->done_size += 1 + name.size;
	w->done[w->done_size] = '\0';
	if (process_path_is_remote(w->mountinfo, (struct str){w->done, w->done_size})) {
		return -EREMOTE;
	}
	ssize_t size = readlink(w->done, target, sizeof(target) - 1);
	if (size < 0) {
		return errno == EINVAL ? 0 : -errno; // EINVAL: it exists, but is not a link
	}
	target[size] = '\0';
	return follow(w, target);
}

/* Cuts the first name from the rest; false at its end. */
static bool take_name(struct walk *w, char ret[PATH_MAX])
{
	const char *begin = w->rest + strspn(w->rest, "/");
	size_t size = strcspn(begin, "/");
	memcpy(ret, begin, size);
	ret[size] = '\0';
	memmove(w->rest, begin + size, strlen(begin + size) + 1);
	return size > 0;
}

int process_path_resolve(struct str mountinfo, const char *path, char ret[PATH_MAX])
{
	struct walk w = {.mountinfo = mountinfo};
	char name[PATH_MAX];
	if (path[0] != '/') {
		return -EINVAL;
	}
	if (strlen(path) >= sizeof(w.rest)) {
		return -ENAMETOOLONG;
	}
	memcpy(w.rest, path, strlen(path) + 1);
	while (take_name(&w, name)) {
		int r = 0;
		if (strcmp(name, "..") == 0) {
			leave_name(&w);
		} else if (strcmp(name, ".") != 0) {
			r = enter_name(&w, str_from(name));
		}
		if (r < 0) {
			return r;
		}
	}
	memcpy(ret, w.done, w.done_size + 1);
	return 0;
}

/* ---- mounts */

enum { MOUNTS_BYTES = 256 * 1024 };

static const struct str remote_types[] = {
	STR_INIT("afs"),
	STR_INIT("autofs"),
	STR_INIT("ceph"),
	STR_INIT("cifs"),
	STR_INIT("coda"),
	STR_INIT("davfs"),
	STR_INIT("fuse.davfs2"),
	STR_INIT("fuse.glusterfs"),
	STR_INIT("fuse.rclone"),
	STR_INIT("fuse.sshfs"),
	STR_INIT("lustre"),
	STR_INIT("nfs"),
	STR_INIT("nfs4"),
	STR_INIT("smb3"),
};

/* The first byte; space, tab, newline and backslash are written as three octal digits. */
static char take_byte(struct str *escaped)
{
	const char *at = escaped->data;
	if (at[0] != '\\' || escaped->size < 4) {
		*escaped = str_skip(*escaped, 1);
		return at[0];
	}
	*escaped = str_skip(*escaped, 4);
	return (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
}

/* Whether path is the mount point or below it. */
static bool is_below(struct str path, struct str escaped_mount_point)
{
	if (str_equal(escaped_mount_point, STR("/"))) {
		return true;
	}
	while (escaped_mount_point.size > 0) {
		if (path.size == 0 || take_byte(&escaped_mount_point) != path.data[0]) {
			return false;
		}
		path = str_skip(path, 1);
	}
	return path.size == 0 || path.data[0] == '/';
}

static bool is_remote_type(struct str type)
{
	for (size_t i = 0; i < ARRAY_SIZE(remote_types); i++) {
		if (str_equal(type, remote_types[i])) {
			return true;
		}
	}
	return false;
}

bool process_path_is_remote(struct str mountinfo, struct str path)
{
	enum { FIELDS_BEFORE_MOUNT_POINT = 4 };
	while (mountinfo.size > 0) {
		struct str line = str_cut(&mountinfo, '\n');
		for (int i = 0; i < FIELDS_BEFORE_MOUNT_POINT; i++) {
			str_cut(&line, ' ');
		}
		struct str mount_point = str_cut(&line, ' ');
		while (line.size > 0 && !str_equal(str_cut(&line, ' '), STR("-"))) {
			// options and optional fields end with a field "-"
		}
		if (is_below(path, mount_point) && is_remote_type(str_cut(&line, ' '))) {
			return true;
		}
	}
	return false;
}

int process_path_read_mounts(int directory_fd, const char *name, struct buf *ret)
{
	buf_init(ret, MOUNTS_BYTES);
	cleanup_close int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd_read_all(fd, ret) : -errno;
}
