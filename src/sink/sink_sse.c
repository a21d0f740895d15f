#include "sink/sink_sse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "http/http_query.h"
#include "http/http_stream.h"
#include "sink/sink.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"

enum { BACKLOG_BYTES = 256 * 1024, KEPT_BYTES = 64 * 1024, PING_BYTES = 96 };

/* Lists and updates of this turn of the loop, for readers of both. */
struct unsaid {
	struct buf frames;
	bool is_behind; // there were more than fit: a list replaces them
};

struct sink_sse {
	struct sink sink;
	uv_loop_t *loop;
	uv_timer_t ping; // runs while any reader wants pings
	struct list readers;
	struct buf frame, whole;
	struct buf priced_line, priced; // the same list and its frame, with today's cost
	struct unsaid unsaid[2];        // without cost, and with it
	unsigned priced_readers;        // with cost
	bool list_due;                  // to readers of lists only
};

struct reader {
	struct list link; // sink_sse::readers; in none once the sink is closed
	struct sink_sse *sse;
	struct http_stream *stream; // not ours
	unsigned types;             // bits of enum sink_type: what it gets
	unsigned wanted;            // of those: full state needed
	bool lists_only;
	bool with_cost;
	bool lagging; // gets nothing until it has read what is unsent
};

/* ---- what is asked for */

static bool has(struct str query, struct str name, struct str wanted)
{
	struct buf value;
	buf_init(&value, 8);
	bool found = http_query_find(query, name, &value) && str_equal(buf_str(&value), wanted);
	buf_finish(&value);
	return found;
}

bool sink_sse_read_options(struct str query, struct str last_event_id, struct sink_sse_options *ret)
{
	struct sink_sse_options options = {
		.lists_only = has(query, STR("format"), STR("list")),
		.with_cost = has(query, STR("cost"), STR("1")),
	};
	int64_t id;
	if (str_to_int64(str_trim(last_event_id), &id) && id >= 0) {
		options.resumes = true;
		options.last_id = (uint64_t)id;
	}
	options.types = options.lists_only ? sink_type_bit(SINK_SESSION_LIST)
					   : sink_types_on(SINK_ON_STREAM);
	if (!sink_types_read_query(query, &options.types)) {
		return false;
	}
	*ret = options;
	return true;
}

/* ---- one reader */

/* In out, which it replaces; the same bytes for every reader. */
static struct str frame(
	struct buf *out, enum sink_type type, const char *name, uint64_t id, struct str line)
{
	static const struct str end = STR_INIT("}\n");
	buf_clear(out);
	buf_trim(out, KEPT_BYTES);
	if (line.size == 0) {
		return line;
	}
	buf_printf(out, "event: %s\nid: %" PRIu64 "\ndata: ", name, id);
	if (sink_types[type].has_seq && str_ends_with(line, end)) {
		buf_append_str(out, str_first(line, line.size - end.size));
		buf_printf(out, ",\"seq\":%" PRIu64, id);
		line = end;
	}
	buf_append_str(out, line);
	buf_append_char(out, '\n');
	return buf_str(out);
}

static void tell(struct reader *reader, struct str bytes)
{
	if (reader->lagging || bytes.size == 0) {
		return;
	}
	size_t unsent = http_stream_unsent_bytes(reader->stream);
	if (unsent > 0 && unsent + bytes.size > BACKLOG_BYTES) {
		reader->lagging = true;
	} else if (http_stream_write(reader->stream, bytes) == -ENOBUFS) {
		reader->lagging = true;
	}
}

static bool gets(const struct reader *reader, enum sink_type type)
{
	bool is_replaced = type == SINK_SESSION_UPDATE && reader->lists_only;
	return !is_replaced && (reader->types & sink_type_bit(type)) != 0;
}

/* Lists and updates are written to it once for each turn of the loop. */
static bool is_batched(const struct reader *reader)
{
	return gets(reader, SINK_SESSION_LIST) && gets(reader, SINK_SESSION_UPDATE);
}

/* A list with today's cost. */
static struct str frame_priced(
	struct sink_sse *sse, uint64_t id, struct str line, struct instant now)
{
	buf_clear(&sse->priced_line);
	buf_trim(&sse->priced_line, KEPT_BYTES);
	buf_append_str(&sse->priced_line, line);
	sink_hub_add_cost(sse->sink.hub, &sse->priced_line, now);
	return frame(&sse->priced, SINK_SESSION_LIST, sink_types[SINK_SESSION_LIST].name, id,
		buf_str(&sse->priced_line));
}

static struct str frame_snapshot(struct sink_sse *sse, bool with_cost, struct instant now)
{
	struct sink_hub *hub = sse->sink.hub;
	uint64_t id = sink_hub_last_id(hub);
	struct str line = sink_hub_snapshot(hub, now);
	return with_cost ? frame_priced(sse, id, line, now)
			 : frame(&sse->frame, SINK_SESSION_LIST, sink_types[SINK_SESSION_LIST].name,
				   id, line);
}

/* The full state, at once or as soon as it is known. */
static void send_snapshot(struct reader *reader)
{
	struct sink_sse *sse = reader->sse;
	if (gets(reader, SINK_SESSION_LIST)) {
		tell(reader, frame_snapshot(sse, reader->with_cost, instant_at(uv_now(sse->loop))));
	}
	reader->wanted = sink_hub_want(sse->sink.hub, reader->types);
}

/* One write per reader, however much has happened. */
static void say_to(struct sink_sse *sse, bool with_cost)
{
	struct unsaid *unsaid = &sse->unsaid[with_cost];
	if (unsaid->frames.size == 0 && !unsaid->is_behind) {
		return;
	}
	struct str bytes = buf_str(&unsaid->frames);
	if (unsaid->is_behind) {
		bytes = frame_snapshot(sse, with_cost, instant_at(uv_now(sse->loop)));
	}
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (is_batched(reader) && reader->with_cost == with_cost) {
			tell(reader, bytes);
		}
	}
	buf_clear(&unsaid->frames);
	buf_trim(&unsaid->frames, KEPT_BYTES);
	unsaid->is_behind = false;
}

static void say(struct sink_sse *sse)
{
	say_to(sse, false);
	say_to(sse, true);
}

static void on_drained(struct http_stream *stream, void *data)
{
	(void)stream;
	struct reader *reader = data;
	if (reader->lagging && reader->sse != NULL) {
		say(reader->sse); // which the list holds
		reader->lagging = false;
		send_snapshot(reader);
	}
}

static bool wants_pings(const struct sink_sse *sse)
{
	const struct reader *reader;
	list_for_each(reader, &sse->readers, link)
	{
		if (gets(reader, SINK_PING)) {
			return true;
		}
	}
	return false;
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct reader *reader = data;
	struct sink_sse *sse = reader->sse;
	list_remove(&reader->link);
	if (sse != NULL) {
		sse->priced_readers -= reader->with_cost;
		sink_hub_leave(sse->sink.hub, reader->types);
		if (!wants_pings(sse)) {
			uv_timer_stop(&sse->ping);
		}
	}
	free(reader);
}

static void resume(struct reader *reader, uint64_t last_id)
{
	struct sink_sse *sse = reader->sse;
	const struct sink_ring *ring = &sse->sink.hub->ring;
	for (uint64_t id = last_id + 1; id <= ring->last_id && !reader->lagging; id++) {
		const struct sink_ring_entry *entry = sink_ring_line(ring, id);
		if (gets(reader, entry->type)) {
			tell(reader, frame(&sse->frame, entry->type, entry->name, id, entry->line));
		}
	}
	reader->wanted = sink_hub_want(sse->sink.hub, reader->types);
}

static void on_ping(uv_timer_t *timer)
{
	struct sink_sse *sse = timer->data;
	struct instant now = instant_at(uv_now(sse->loop));
	char line[PING_BYTES];
	int size = snprintf(line, sizeof(line),
		"{\"type\":\"ping\",\"v\":1,\"timestamp\":%" PRId64 "}\n", now.wall_ms / 1000);
	struct str bytes = frame(&sse->frame, SINK_PING, sink_types[SINK_PING].name,
		sink_hub_last_id(sse->sink.hub), (struct str){line, (size_t)size});
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (gets(reader, SINK_PING)) {
			tell(reader, bytes);
		}
	}
}

void sink_sse_open(
	struct sink *sink, struct http_stream *stream, const struct sink_sse_options *options)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	struct reader *reader = xcalloc(1, sizeof(*reader));
	*reader = (struct reader){.sse = sse,
		.stream = stream,
		.types = options->types,
		.lists_only = options->lists_only,
		.with_cost = options->with_cost};
	say(sse); // what the new one knows from the list, or asks for by its id
	list_append(&sse->readers, &reader->link);
	sse->priced_readers += reader->with_cost;
	sink_hub_join(sink->hub, reader->types);
	http_stream_on(stream, on_drained, on_closed, reader);
	bool resumes = options->resumes && !options->lists_only &&
		       sink_ring_has_all_after(&sink->hub->ring, options->last_id);
	if (resumes) {
		resume(reader, options->last_id);
	} else {
		send_snapshot(reader);
	}
	if (gets(reader, SINK_PING) && !uv_is_active((uv_handle_t *)&sse->ping)) {
		uv_timer_start(&sse->ping, on_ping, SINK_SSE_PING_MS, SINK_SSE_PING_MS);
	}
}

/* ---- the sink */

static void add_unsaid(struct unsaid *unsaid, struct str bytes)
{
	if (buf_append_str(&unsaid->frames, bytes) != 0) {
		unsaid->is_behind = true;
	}
}

static void sse_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	if (list_is_empty(&sse->readers)) {
		return;
	}
	enum sink_type type = event->kind == SINK_EVENT_LIST ? SINK_SESSION_LIST
							     : SINK_SESSION_UPDATE;
	struct str plain = frame(&sse->frame, type, sink_types[type].name, event->id, event->line);
	struct str priced = plain;
	add_unsaid(&sse->unsaid[false], plain);
	if (sse->priced_readers > 0) {
		if (type == SINK_SESSION_LIST) {
			struct instant now = instant_at(uv_now(sse->loop));
			priced = frame_priced(sse, event->id, event->line, now);
		}
		add_unsaid(&sse->unsaid[true], priced);
	}
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (gets(reader, type) && !is_batched(reader) && !reader->lists_only) {
			tell(reader, reader->with_cost ? priced : plain);
		}
	}
	sse->list_due = true;
}

static void sse_post(struct sink *sink, const struct sink_message *message)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	if (!sink_hub_has_readers(sink->hub, message->type)) {
		return;
	}
	say(sse); // it came before
	struct str news = frame(
		&sse->frame, message->type, message->name, message->id, message->line);
	struct str whole = frame(
		&sse->whole, message->type, message->name, message->id, message->whole);
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		struct str line = sink_message_for(message, reader->types, &reader->wanted);
		if (line.size > 0) {
			tell(reader, line.data == message->whole.data ? whole : news);
		}
	}
}

static void sse_flush(struct sink *sink, struct instant now)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	if (!sse->list_due) {
		return;
	}
	say(sse);
	sse->list_due = false;
	struct str frames[2] = {{0}}; // without cost, and with it
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (!reader->lists_only || !gets(reader, SINK_SESSION_LIST)) {
			continue;
		}
		struct str *bytes = &frames[reader->with_cost];
		if (bytes->size == 0) {
			*bytes = frame_snapshot(sse, reader->with_cost, now);
		}
		tell(reader, *bytes);
	}
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct sink_sse *sse = handle->data;
	buf_finish(&sse->frame);
	buf_finish(&sse->whole);
	buf_finish(&sse->priced_line);
	buf_finish(&sse->priced);
	buf_finish(&sse->unsaid[false].frames);
	buf_finish(&sse->unsaid[true].frames);
	free(sse);
}

static void sse_close(struct sink *sink)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	list_remove(&sink->link);
	say(sse);
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		list_remove(&reader->link);
		reader->sse = NULL;
		http_stream_end(reader->stream);
	}
	uv_close((uv_handle_t *)&sse->ping, on_timer_closed);
}

struct sink *sink_sse_create(struct sink_hub *hub, uv_loop_t *loop)
{
	struct sink_sse *sse = xcalloc(1, sizeof(*sse));
	sse->sink = (struct sink){
		.publish = sse_publish, .post = sse_post, .flush = sse_flush, .close = sse_close};
	sse->loop = loop;
	uv_timer_init(loop, &sse->ping);
	sse->ping.data = sse;
	list_init(&sse->readers);
	buf_init(&sse->frame, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->whole, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->priced_line, SINK_MAX_LINE_BYTES);
	buf_init(&sse->priced, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->unsaid[false].frames, BACKLOG_BYTES);
	buf_init(&sse->unsaid[true].frames, BACKLOG_BYTES);
	sink_hub_add(hub, &sse->sink);
	return &sse->sink;
}
