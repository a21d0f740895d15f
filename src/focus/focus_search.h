/* Finds a client whose process is unknown, such as a terminal represented by a common server, by
 * its name and, if known, its working directory. */
#pragma once

#include <stdint.h>

struct buf;

/* Finds our user's process with that name, in that directory, on a terminal; directory may be NULL
 * for any. 0; -ENOENT if there is none, -ENOTUNIQ if there are several on different terminals, with
 * the reason in why. */
int focus_search(const char *name, const char *directory, int64_t *ret_pid, struct buf *why);
