/* Local days of moments, as they are at the time of asking. */
#pragma once

#include <stdint.h>

/* The local day of a wall clock time, as the number yyyymmdd. Remembers the last answer, and looks
 * at the time zone anew every quarter of an hour. For one thread. */
int64_t store_day(int64_t wall_ms);

/* A time that a client has told, or now where nobody would believe it: before 2020, or more than a
 * day ahead. */
int64_t store_believed_ms(int64_t told_ms, int64_t now_ms);
