/* Which directories are on another machine: looking at one of those may take for ever. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Whether the way to an absolute path leads over a mount whose file system is served over a
 * network, or is only mounted when somebody looks. mountinfo: the text of /proc/PID/mountinfo
 * (proc_pid_mountinfo(5)). */
bool process_mounts_are_remote(struct str mountinfo, struct str path);
