/* Recognizes repeated events: a client that lost our answer sends the same body again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

enum { DEDUP_RING = 128 }; // a power of two

/* The memory of one session: a window of 64 for clients that number their events; for others, the
 * last DEDUP_RING fingerprints. */
struct dedup {
	int64_t newest_sequence; // -1: none yet
	int64_t newest_ns;       // the time of that event
	uint64_t window;         // bit i: newest_sequence - i was seen
	uint64_t *ring;          // owned; grows up to DEDUP_RING as it fills
	unsigned count, capacity, next;
};

void dedup_init(struct dedup *s);
void dedup_finish(struct dedup *s);

struct dedup dedup_copy(const struct dedup *s);

/* True if e was seen before; remembers it otherwise. */
bool dedup_is_repeat(struct dedup *s, const struct event *e);
