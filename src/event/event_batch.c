#include "event/event_batch.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FIRST_EVENTS = 8 };

void event_batch_init(struct event_batch *b)
{
	*b = (struct event_batch){0};
	event_map_begin(&b->map);
}

void event_batch_finish(struct event_batch *b)
{
	free(b->events);
	event_batch_init(b);
}

void event_batch_clear(struct event_batch *b)
{
	if (b->capacity > EVENT_BATCH_KEPT) {
		event_batch_finish(b);
		return;
	}
	b->count = b->record_count = b->long_ids = 0;
	b->oldest_ns = b->newest_ns = 0;
	b->overflowed = b->starved = false;
	b->tally_count = 0;
	event_map_begin(&b->map);
}

static void note_time(struct event_batch *b, int64_t time_ns)
{
	if (time_ns == 0) {
		return;
	}
	if (b->oldest_ns == 0 || time_ns < b->oldest_ns) {
		b->oldest_ns = time_ns;
	}
	if (time_ns > b->newest_ns) {
		b->newest_ns = time_ns;
	}
}

/* One sign of life is as good as many. */
static bool says_nothing_new(const struct event_batch *b, const struct event *e)
{
	const struct event *last = &b->events[b->count - 1];
	return e->kind == EVENT_SEEN && !e->may_be_side && e->mcp_status.size == 0 &&
	       e->turn_id.size == 0 && e->leave == EVENT_LEAVE_UNTOLD && !e->starts_session &&
	       e->parent_id.size == 0 && last->source == e->source &&
	       str_equal(e->session_id, last->session_id);
}

/* NULL if there are too many services already. */
static struct event_tally *find_tally(struct event_batch *b, struct str service)
{
	for (size_t i = 0; i < b->tally_count; i++) {
		if (str_equal(b->tallies[i].name, service)) {
			return &b->tallies[i];
		}
	}
	if (b->tally_count == EVENT_BATCH_SERVICES) {
		return NULL;
	}
	struct event_tally *tally = &b->tallies[b->tally_count++];
	*tally = (struct event_tally){.name = service};
	return tally;
}

static void count(struct event_tally *tally, enum otlp_signal signal, bool is_event)
{
	if (tally != NULL) {
		tally->unused[signal] += !is_event;
		tally->is_understood = tally->is_understood || is_event;
	}
}

static bool grow(struct event_batch *b)
{
	size_t capacity = b->capacity > 0 ? b->capacity * 2 : FIRST_EVENTS;
	struct event *events = mem_resize(b->events, capacity * sizeof(*events));
	if (events == NULL) {
		b->starved = true;
		return false;
	}
	b->events = events;
	b->capacity = capacity;
	return true;
}

void event_batch_add_record(struct event_batch *b, const struct otlp_record *record)
{
	b->record_count++;
	note_time(b, event_map_time(record));
	if (b->count == EVENT_BATCH_MAX) {
		b->overflowed = true;
		return;
	}
	if (b->count == b->capacity && !grow(b)) {
		return;
	}
	struct event *e = &b->events[b->count];
	bool same_service = event_map_has_resource(&b->map, record);
	event_map_record(&b->map, record, e);
	if (e->kind != EVENT_NONE) {
		note_time(b, e->time_ns); // it may stand in an attribute
	}
	if (!same_service) {
		b->tally = find_tally(b, event_map_service(&b->map));
	}
	count(b->tally, record->signal, e->kind != EVENT_NONE);
	b->long_ids += e->has_long_id;
	e->order = (uint32_t)b->count;
	if (e->kind != EVENT_NONE && (b->count == 0 || !says_nothing_new(b, e))) {
		b->count++;
	}
}
