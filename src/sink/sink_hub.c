#include "sink/sink_hub.h"

#include <stddef.h>

#include "sink/sink_encode.h"

enum { RING_LINES = 1000, RING_BYTES = 256 * 1024, KEPT_BYTES = 64 * 1024 };

void sink_hub_init(struct sink_hub *hub, const struct list *sessions, uint64_t first_id)
{
	*hub = (struct sink_hub){.sessions = sessions};
	list_init(&hub->sinks);
	sink_ring_init(&hub->ring, RING_LINES, RING_BYTES, first_id - 1);
	buf_init(&hub->update, SINK_MAX_LINE_BYTES);
	buf_init(&hub->list, SINK_MAX_LINE_BYTES);
	buf_init(&hub->complete, SINK_MAX_LINE_BYTES);
}

void sink_hub_finish(struct sink_hub *hub)
{
	buf_finish(&hub->update);
	buf_finish(&hub->list);
	buf_finish(&hub->complete);
	sink_ring_finish(&hub->ring);
}

void sink_hub_add(struct sink_hub *hub, struct sink *sink)
{
	sink->hub = hub;
	list_append(&hub->sinks, &sink->link);
}

void sink_hub_close(struct sink_hub *hub)
{
	struct sink *sink, *next;
	list_for_each_safe(sink, next, &hub->sinks, link)
	{
		sink->close(sink);
	}
}

/* Releases the memory of an unusually long line. */
static void begin_line(struct buf *line)
{
	buf_clear(line);
	buf_trim(line, KEPT_BYTES);
}

static void publish(struct sink_hub *hub, const struct sink_event *event)
{
	struct sink *sink, *next;
	list_for_each_safe(sink, next, &hub->sinks, link)
	{
		sink->publish(sink, event);
	}
}

void sink_hub_update(struct sink_hub *hub, const struct session_change *change, struct instant now)
{
	begin_line(&hub->update);
	(void)sink_hub_paused_until(hub, now);
	sink_encode_update(&hub->update, change, now);
	hub->list_valid = false;
	hub->update_time = now;
	struct str line = buf_str(&hub->update);
	if (line.size == 0) {
		return;
	}
	sink_ring_add(&hub->ring, SINK_SESSION_UPDATE, sink_types[SINK_SESSION_UPDATE].name, line);
	publish(hub, &(struct sink_event){SINK_EVENT_UPDATE, hub->ring.last_id, line, change});
}

/* ---- messages */

void sink_hub_post(struct sink_hub *hub, const struct sink_message *message)
{
	const struct sink_type_row *row = &sink_types[message->type];
	struct sink_message m = *message;
	m.name = m.name != NULL ? m.name : row->name;
	if (row->is_numbered && m.line.size > 0) {
		struct str kept = row->can_be_resent ? m.line : (struct str){0};
		sink_ring_add(&hub->ring, m.type, m.name, kept);
	}
	m.id = hub->ring.last_id;
	struct sink *sink, *next;
	list_for_each_safe(sink, next, &hub->sinks, link)
	{
		if (sink->post != NULL) {
			sink->post(sink, &m);
		}
	}
}

bool sink_hub_has_readers(const struct sink_hub *hub, enum sink_type type)
{
	return hub->readers[type] > 0;
}

void sink_hub_join(struct sink_hub *hub, unsigned types)
{
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		hub->readers[i] += types >> i & 1;
	}
}

void sink_hub_leave(struct sink_hub *hub, unsigned types)
{
	for (unsigned i = 0; i < SINK_TYPE_COUNT; i++) {
		hub->readers[i] -= types >> i & 1;
	}
}

unsigned sink_hub_want(struct sink_hub *hub, unsigned types)
{
	unsigned wanted = 0;
	for (unsigned i = 0; hub->on_wanted != NULL && i < SINK_TYPE_COUNT; i++) {
		if (sink_types[i].is_state && (types >> i & 1) != 0) {
			wanted |= 1U << i;
			hub->on_wanted((enum sink_type)i, hub->data);
		}
	}
	return wanted;
}

struct str sink_message_for(const struct sink_message *message, unsigned types, unsigned *wanted)
{
	unsigned bit = sink_type_bit(message->type);
	if ((types & bit) == 0) {
		return (struct str){0};
	}
	if ((*wanted & bit) != 0 && message->whole.size > 0) {
		*wanted &= ~bit;
		return message->whole;
	}
	return message->line;
}

/* ---- pauses */

int64_t sink_hub_paused_until(struct sink_hub *hub, struct instant now)
{
	if (hub->pause_ends_ms <= now.mono_ms) {
		hub->pause_ends_ms = hub->paused_until = 0;
	}
	return hub->paused_until;
}

void sink_hub_set_cost(struct sink_hub *hub, sink_cost_today *cost_today, void *data)
{
	hub->cost_today = cost_today;
	hub->cost_data = data;
}

void sink_hub_show_cost(struct sink_hub *hub, bool shows)
{
	hub->list_valid = hub->list_valid && hub->shows_cost == shows;
	hub->shows_cost = shows;
}

/* A stopping daemon sends nothing more. */
static void add_cost(struct sink_hub *hub, struct buf *line, struct instant now)
{
	if (hub->cost_today != NULL && hub->sessions != &hub->nothing) {
		struct sink_cost cost = hub->cost_today(now, hub->cost_data);
		sink_encode_cost(line, &cost);
	}
}

void sink_hub_add_cost(struct sink_hub *hub, struct buf *line, struct instant now)
{
	if (!hub->shows_cost) {
		add_cost(hub, line, now);
	}
}
/* ---- lists */

static void encode_list(struct sink_hub *hub, struct instant now)
{
	begin_line(&hub->list);
	sink_encode_list(&hub->list, hub->sessions, now);
	sink_encode_pause(&hub->list, sink_hub_paused_until(hub, now));
	if (hub->shows_cost) {
		add_cost(hub, &hub->list, now);
	}
	hub->list_time = now;
	hub->list_valid = true;
}

void sink_hub_broadcast(struct sink_hub *hub, struct instant now)
{
	encode_list(hub, now);
	struct str line = buf_str(&hub->list);
	if (line.size > 0) {
		publish(hub, &(struct sink_event){SINK_EVENT_LIST, hub->ring.last_id, line, NULL});
	}
}

void sink_hub_pause(struct sink_hub *hub, int64_t duration_ms, struct instant now)
{
	hub->pause_ends_ms = now.mono_ms + duration_ms;
	hub->paused_until = (now.wall_ms + duration_ms + 999) / 1000;
	sink_hub_broadcast(hub, now);
}

void sink_hub_farewell(struct sink_hub *hub, struct instant now)
{
	list_init(&hub->nothing);
	hub->sessions = &hub->nothing;
	begin_line(&hub->list);
	sink_encode_stopped(&hub->list, now);
	hub->list_time = now;
	hub->list_valid = true;
	publish(hub, &(struct sink_event){
			     SINK_EVENT_LIST, hub->ring.last_id, buf_str(&hub->list), NULL});
	sink_hub_flush(hub, now);
}

void sink_hub_flush(struct sink_hub *hub, struct instant now)
{
	struct sink *sink, *next;
	list_for_each_safe(sink, next, &hub->sinks, link)
	{
		if (sink->flush != NULL) {
			sink->flush(sink, now);
		}
	}
}

struct str sink_hub_snapshot(struct sink_hub *hub, struct instant now)
{
	if (!hub->list_valid || hub->list_time.mono_ms != now.mono_ms) {
		encode_list(hub, now);
	}
	return buf_str(&hub->list);
}

struct str sink_hub_complete(struct sink_hub *hub)
{
	begin_line(&hub->complete);
	sink_encode_complete(&hub->complete, buf_str(&hub->update), hub->sessions);
	sink_encode_pause(&hub->complete, hub->paused_until);
	if (hub->shows_cost) {
		add_cost(hub, &hub->complete, hub->update_time);
	}
	return buf_str(&hub->complete);
}

uint64_t sink_hub_last_id(const struct sink_hub *hub)
{
	return hub->ring.last_id;
}
