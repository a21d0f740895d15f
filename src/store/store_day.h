/* Local days, by the time zone in force when asked. */
#pragma once

#include <stdint.h>

/* The local day of a wall clock time, as the number yyyymmdd. Caches the last answer, and rereads
 * the time zone every quarter of an hour. For one thread. */
int64_t store_day(int64_t wall_ms);

/* The time a client reported, or now if it is implausible: before 2020, or more than a day ahead.
 */
int64_t store_believed_ms(int64_t told_ms, int64_t now_ms);
