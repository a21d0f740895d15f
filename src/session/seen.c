#include "session/seen.h"

#include <stdlib.h>

#include "base/mem.h"

void seen_init(struct seen *s)
{
	*s = (struct seen){.newest_sequence = -1};
}

void seen_finish(struct seen *s)
{
	free(s->ring);
	seen_init(s);
}

static bool seen_sequence(struct seen *s, const struct event *e)
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
		(uint64_t)e->time_ns,
		(uint64_t)e->begin_ns,
		(uint64_t)e->kind << 8 | (uint64_t)e->source,
		str_hash(e->call_id),
		str_hash(e->request_id),
		(uint64_t)e->usage.input_tokens << 32 ^ (uint64_t)e->usage.output_tokens,
	};
	return str_hash((struct str){(const char *)parts, sizeof(parts)}) | 1; // 0: an empty place
}

static bool seen_fingerprint(struct seen *s, const struct event *e)
{
	if (s->ring == NULL) {
		s->ring = xcalloc(SEEN_RING, sizeof(*s->ring));
	}
	uint64_t print = fingerprint(e);
	for (unsigned i = 0; i < SEEN_RING; i++) {
		if (s->ring[i] == print) {
			return true;
		}
	}
	s->ring[s->next++ % SEEN_RING] = print;
	return false;
}

/* Kinds that do the same however often they are entered need no memory. */
static bool is_repeatable(enum event_kind kind)
{
	return kind == EVENT_SEEN || kind == EVENT_MODEL_BEGIN || kind == EVENT_MODEL_ASKS;
}

bool seen_before(struct seen *s, const struct event *e)
{
	if (is_repeatable(e->kind) || e->time_ns == 0 || e->source == EVENT_FROM_HOOK) {
		return false; // without a time of its own it cannot be told apart
	}
	return e->sequence >= 0 ? seen_sequence(s, e) : seen_fingerprint(s, e);
}
