#include "session/dedup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { RING_FIRST = 8 };

void dedup_init(struct dedup *s)
{
	*s = (struct dedup){.newest_sequence = -1};
}

void dedup_finish(struct dedup *s)
{
	free(s->ring);
	dedup_init(s);
}

struct dedup dedup_copy(const struct dedup *s)
{
	struct dedup copy = *s;
	copy.ring = NULL;
	if (s->capacity > 0) {
		copy.ring = xcalloc(s->capacity, sizeof(*copy.ring));
		memcpy(copy.ring, s->ring, s->count * sizeof(*copy.ring));
	}
	return copy;
}

static bool is_repeated_sequence(struct dedup *s, const struct event *e)
{
	/* a process that resumed the session counts from the start again, at a later time */
	bool restarted = e->sequence <= s->newest_sequence && e->time_ns > s->newest_ns;
	if (s->newest_sequence < 0 || restarted) {
		s->window = 1;
	} else if (e->sequence > s->newest_sequence) {
		uint64_t ahead = (uint64_t)(e->sequence - s->newest_sequence);
		s->window = ahead < 64 ? s->window << ahead | 1 : 1;
	} else {
		uint64_t behind = (uint64_t)(s->newest_sequence - e->sequence);
		if (behind >= 64 || (s->window >> behind & 1) != 0) {
			return true;
		}
		s->window |= (uint64_t)1 << behind;
		return false;
	}
	s->newest_sequence = e->sequence;
	s->newest_ns = e->time_ns;
	return false;
}

static uint64_t fingerprint(const struct event *e)
{
	uint64_t parts[] = {
		(uint64_t)e->stamp_ns,
		(uint64_t)(e->begin_ns != 0 ? e->time_ns - e->begin_ns : 0),
		(uint64_t)e->kind << 8 | (uint64_t)e->source,
		str_hash(e->call_id),
		str_hash(e->request_id),
		(uint64_t)e->usage.tokens[USAGE_INPUT] << 32 ^
			(uint64_t)e->usage.tokens[USAGE_OUTPUT],
		(uint64_t)e->usage.cost_nano_usd,
		e->series,
	};
	return str_hash((struct str){(const char *)parts, sizeof(parts)});
}

/* Over the oldest, once there are DEDUP_RING. */
static void remember(struct dedup *s, uint64_t print)
{
	if (s->count == s->capacity && s->capacity < DEDUP_RING) {
		s->capacity = s->capacity > 0 ? s->capacity * 2 : RING_FIRST;
		s->ring = xrealloc(s->ring, s->capacity * sizeof(*s->ring));
	}
	s->ring[s->next] = print;
	s->next = (s->next + 1) % DEDUP_RING;
	s->count += s->count < DEDUP_RING ? 1 : 0;
}

static bool is_repeated_fingerprint(struct dedup *s, const struct event *e)
{
	uint64_t print = fingerprint(e);
	for (unsigned i = 0; i < s->count; i++) {
		if (s->ring[i] == print) {
			return true;
		}
	}
	remember(s, print);
	return false;
}

/* Kinds that do the same however often they are entered need no memory. */
static bool is_repeatable(enum event_kind kind)
{
	return kind == EVENT_SEEN || kind == EVENT_MODEL_BEGIN || kind == EVENT_MODEL_ASKS;
}

bool dedup_is_repeat(struct dedup *s, const struct event *e)
{
	if (is_repeatable(e->kind) || e->stamp_ns == 0 || e->source == EVENT_FROM_HOOK) {
		return false; // without a time of its own it cannot be distinguished
	}
	return e->sequence >= 0 ? is_repeated_sequence(s, e) : is_repeated_fingerprint(s, e);
}
