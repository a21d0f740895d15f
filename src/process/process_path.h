/* Following a path without touching what may hang: what is on another machine. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Resolves an absolute path as the kernel would, without ".", ".." and symbolic links. Each name is
 * checked against the mounts before it is looked at. mountinfo: the text of /proc/PID/mountinfo.
 * *ret is written on success only: "" for the root directory. 0; -EINVAL if path is not absolute;
 * -EREMOTE if the way leads over a file system that is not on this machine; -ELOOP, -ENAMETOOLONG,
 * or what readlink(2) says. */
int process_path_resolve(struct str mountinfo, const char *path, char ret[PATH_MAX]);

/* Reads a file of mounts, such as mountinfo in the directory of a process; ret is to be finished
 * whatever comes. 0; -EFBIG if there are too many of them; a negative errno. */
int process_path_read_mounts(int directory_fd, const char *name, struct buf *ret);

/* Whether the way to an absolute path leads over a mount whose file system is served over a
 * network, or is only mounted when somebody looks. mountinfo: the text of /proc/PID/mountinfo
 * (proc_pid_mountinfo(5)). */
bool process_path_is_remote(struct str mountinfo, struct str path);
