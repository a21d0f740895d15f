/* The difference of two texts, like diff -u. */
#pragma once

#include "base/str.h"

struct buf;

/* Appends the unified diff with three lines of context, under the name of the file; nothing if the
 * texts are equal. Lines are not escaped. */
void setup_diff_append(struct buf *out, const char *name, struct str before, struct str after);
