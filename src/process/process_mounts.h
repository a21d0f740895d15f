/* Which directories are on another machine: looking at one of those may take for ever. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Reads a file of mounts, such as mountinfo in the directory of a process; ret is to be finished
 * whatever comes. 0; -EFBIG if there are too many of them; a negative errno. */
int process_mounts_read(int directory_fd, const char *name, struct buf *ret);

/* Whether the way to an absolute path leads over a mount whose file system is served over a
 * network, or is only mounted when somebody looks. mountinfo: the text of /proc/PID/mountinfo
 * (proc_pid_mountinfo(5)). */
bool process_mounts_are_remote(struct str mountinfo, struct str path);
