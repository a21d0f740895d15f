#include "process/process_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"

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

/* The first byte; space, tab, newline and backslash stand there as three octal digits. */
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

/* Whether path is the mount point or lies below it. */
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

bool process_mounts_are_remote(struct str mountinfo, struct str path)
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

int process_mounts_read(int directory_fd, const char *name, struct buf *ret)
{
	buf_init(ret, MOUNTS_BYTES);
	cleanup_close int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd_read_all(fd, ret) : -errno;
}
