/* The difference of two texts, as diff -u would print it. */
#pragma once

#include "base/str.h"

struct buf;

/* Appends the unified diff with three lines around each change, under the name of the file; nothing
 * if the texts are equal. The lines are as they are in the texts. */
void setup_diff_append(struct buf *out, const char *name, struct str before, struct str after);
