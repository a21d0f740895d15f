/* Times as programs write them into files: text in the manner of ISO 8601, or a number since the
 * epoch. Here they are wall clock milliseconds; instant.h writes them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* "2026-03-09T10:00[:00[.123]][Z]": a blank may stand for the T, a comma for the point, and an
 * offset of hours ("+01", "+0130", "+01:30") for the Z. Without either it is local time. The
 * fraction is cut to milliseconds. False, and *ret untouched, if text is anything else or no day
 * of the calendar. */
bool iso_time_read(struct str text, int64_t *ret);

/* A number as JSON writes it, of seconds, or by its size of milli-, micro- or nanoseconds; to the
 * nearest millisecond. False, and *ret untouched, if it is none or beyond the year 9999. */
bool iso_time_read_number(struct str text, int64_t *ret);
