/* Parses times as programs write them into files, as ISO 8601 text or as a number since the epoch,
 * into wall clock milliseconds. instant.h writes them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* "2026-03-09T10:00[:00[.123]][Z]", with a blank instead of the T, a comma instead of the point,
 * and an offset ("+01", "+0130", "+01:30") instead of the Z. Without Z or offset it is local time.
 * The fraction is truncated to milliseconds. False, and *ret untouched, for anything else or a date
 * that does not exist. */
bool iso_time_read(struct str text, int64_t *ret);

/* A JSON number of seconds or, judging by its size, milli-, micro- or nanoseconds; to the nearest
 * millisecond. False, and *ret untouched, if it is not a number or is beyond the year 9999. */
bool iso_time_read_number(struct str text, int64_t *ret);
