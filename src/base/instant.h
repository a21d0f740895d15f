/* One reading of the two clocks, taken once per wake-up of the loop and handed down as a value; and
 * lengths of time and times of the day as people write them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

#define MS_NS INT64_C(1000000) // nanoseconds of a millisecond

struct instant {
	int64_t mono_ms; // CLOCK_MONOTONIC: what deadlines are made of
	int64_t wall_ms; // CLOCK_REALTIME since the epoch: what people read and senders stamp
};

/* Reads both clocks. For programs without a loop. */
struct instant instant_now(void);

/* The wall clock beside a monotonic time that was read before: a loop's, of this turn. */
struct instant instant_at(uint64_t mono_ms);

/* ---- as people write it */

/* Appends "42 s", "2 min", "1 h 5 min", "3 d 4 h": rounded down, at most
 * two units, never negative. */
void instant_append_duration(struct buf *out, int64_t ms);

/* Appends a wall clock time as UTC: "2026-11-28T10:00:00.123Z". */
void instant_append_utc(struct buf *out, int64_t wall_ms);

struct quiet_hours { // of every day, "22:00-07:00", in minutes since midnight; equal: never
	int from, to;
};

/* False, and *ret untouched, if text is no such thing. */
bool instant_read_hours(struct str text, struct quiet_hours *ret);

/* Whether minute, since midnight, lies in them: from the first to before the last, over midnight
 * where the last is the smaller one. */
bool instant_in_hours(const struct quiet_hours *hours, int minute);

/* ---- as programs write it */

/* The day of "2026-11-27", since the epoch. False, and *ret_day untouched, if it is none between
 * 2000 and 2099. */
bool instant_read_date(struct str date, int64_t *ret_day);

/* A time by RFC 3339, "2026-11-27T10:00:00.123Z", in nanoseconds since the epoch; the same limits.
 */
bool instant_read_timestamp(struct str text, int64_t *ret_ns);
