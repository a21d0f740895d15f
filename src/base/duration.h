/* Lengths of time for people. */
#pragma once

#include <stdint.h>

struct buf;

/* Appends "42 s", "2 min", "1 h 5 min", "3 d 4 h": rounded down, at most
 * two units, never negative. */
void duration_append(struct buf *out, int64_t ms);
