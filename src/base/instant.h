/* One reading of the two clocks, taken once per wake-up of the loop and passed down as a value;
 * durations and times of day as people write them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

#define MS_NS INT64_C(1000000) // nanoseconds of a millisecond

struct instant {
	int64_t mono_ms; // CLOCK_MONOTONIC, for deadlines
	int64_t wall_ms; // CLOCK_REALTIME since the epoch, for people and for what senders stamp
};

/* Reads both clocks. For programs without a loop. */
struct instant instant_now(void);

/* Reads the wall clock to go with a monotonic time read earlier, such as uv_now(). */
struct instant instant_at(uint64_t mono_ms);

/* ---- as people write it */

/* Appends "42 s", "2 min", "1 h 5 min", "3 d 4 h": rounded down, at most
 * two units, never negative. */
void instant_append_duration(struct buf *out, int64_t ms);

/* Appends a wall clock time as UTC: "2026-11-28T10:00:00.123Z". */
void instant_append_utc(struct buf *out, int64_t wall_ms);

struct quiet_hours { // daily, "22:00-07:00", in minutes since midnight; equal: never
	int from, to;
};

/* Parses "22:00-07:00". False, and *ret untouched, for anything else. */
bool instant_read_hours(struct str text, struct quiet_hours *ret);

/* Whether minute, since midnight, is within hours: from inclusive, to exclusive, wrapping at
 * midnight if to is the smaller. */
bool instant_in_hours(const struct quiet_hours *hours, int minute);

/* ---- as programs write it */

/* Parses "2026-11-27" into days since the epoch. False, and *ret_day untouched, unless it is a date
 * from 2000 to 2099. */
bool instant_read_date(struct str date, int64_t *ret_day);

/* Parses a time as in RFC 3339, "2026-11-27T10:00:00.123Z", into nanoseconds since the epoch; the
 * same limits. */
bool instant_read_timestamp(struct str text, int64_t *ret_ns);
