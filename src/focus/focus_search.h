/* A client whose process is not known, as that of a terminal which a common server speaks for: by
 * its name and, if that is known, the directory it works in. */
#pragma once

#include <stdint.h>

struct buf;

/* Finds the process of our own with that name, in that directory, at a terminal; directory may be
 * NULL for any. 0; -ENOENT if there is none, -ENOTUNIQ if there are some at several terminals; then
 * why says so. */
int focus_search(const char *name, const char *directory, int64_t *ret_pid, struct buf *why);
