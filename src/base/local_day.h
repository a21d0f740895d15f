/* Days in local time, as the number yyyymmdd. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

/* The local day of a wall clock time, and the first moment of one. */
int64_t local_day_of(int64_t wall_ms);
int64_t local_day_begin_ms(int64_t day);

/* That many days later, or earlier if negative. */
int64_t local_day_plus(int64_t day, int days);

/* Parses "2026-11-28", "today" or "yesterday". False, and *ret untouched, unless it is a date from
 * 1970 on. */
bool local_day_read(struct str text, int64_t now_ms, int64_t *ret);

/* Appends "2026-11-28". */
void local_day_append(struct buf *out, int64_t day);
