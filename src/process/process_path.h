/* Resolves paths without touching file systems that may hang, such as those of other machines. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Resolves ".", ".." and symbolic links in an absolute path as the kernel would. Each name is
 * checked against the mounts before it is accessed. mountinfo: the text of /proc/PID/mountinfo.
 * *ret is set only on success: "" for the root directory. 0; -EINVAL if path is not absolute;
 * -EREMOTE if it crosses a file system of another machine; -ELOOP, -ENAMETOOLONG, or the error of
 * readlink(2). */
int process_path_resolve(struct str mountinfo, const char *path, char ret[PATH_MAX]);

/* Reads a list of mounts, such as mountinfo in a process's directory; the caller finishes ret in
 * any case. 0; -EFBIG if there are too many; a negative errno. */
int process_path_read_mounts(int directory_fd, const char *name, struct buf *ret);

/* Whether an absolute path crosses a network file system or an automount. mountinfo: the text of
 * /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
bool process_path_is_remote(struct str mountinfo, struct str path);
