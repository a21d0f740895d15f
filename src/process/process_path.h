/* Following a path without touching what may hang. */
#pragma once

#include <limits.h>

#include "base/str.h"

/* Resolves an absolute path as the kernel would, without ".", ".." and symbolic links. Each name is
 * checked against the mounts before it is looked at. mountinfo: the text of /proc/PID/mountinfo.
 * *ret is written on success only: "" for the root directory. 0; -EINVAL if path is not absolute;
 * -EREMOTE if the way leads over a file system that is not on this machine; -ELOOP, -ENAMETOOLONG,
 * or what readlink(2) says. */
int process_path_resolve(struct str mountinfo, const char *path, char ret[PATH_MAX]);
