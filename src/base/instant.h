/* One reading of the two clocks, taken once per wake-up of the loop and handed down as a value. */
#pragma once

#include <stdint.h>

#define MS_NS INT64_C(1000000) // nanoseconds of a millisecond

struct instant {
	int64_t mono_ms; // CLOCK_MONOTONIC: what deadlines are made of
	int64_t wall_ms; // CLOCK_REALTIME since the epoch: what people read and senders stamp
};

/* Reads both clocks. For programs without a loop. */
struct instant instant_now(void);

/* The wall clock beside a monotonic time that was read before: a loop's, of this turn. */
struct instant instant_at(uint64_t mono_ms);
