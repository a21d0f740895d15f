#include "sink/sink_sse.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "http/http_stream.h"
#include "sink/sink.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"

enum { BACKLOG_BYTES = 256 * 1024, KEPT_BYTES = 64 * 1024 };

/* Frames of this turn of the loop, for all but those who want lists only. */
struct unsaid {
	struct buf frames;
	bool is_behind; // there were more than that holds: a list says it all
};

struct sink_sse {
	struct sink sink;
	uv_loop_t *loop;
	struct list readers;
	struct buf frame;
	struct buf priced_line, priced; // the same list and its frame, with today's cost
	struct unsaid unsaid[2];        // without cost, and with it
	unsigned priced_readers;        // who want the latter
	bool list_due;                  // to those who want lists only
};

struct reader {
	struct list link; // sink_sse::readers; in none once the sink is closed
	struct sink_sse *sse;
	struct http_stream *stream; // not ours
	bool lists_only;
	bool with_cost;
	bool lagging; // gets nothing before it has taken what is unsent
};

static bool has_word(struct str query, struct str word)
{
	while (query.size > 0) {
		if (str_equal(str_cut(&query, '&'), word)) {
			return true;
		}
	}
	return false;
}

struct sink_sse_options sink_sse_read_options(struct str query, struct str last_event_id)
{
	struct sink_sse_options options = {0};
	int64_t id;
	if (str_to_int64(str_trim(last_event_id), &id) && id >= 0) {
		options.resumes = true;
		options.last_id = (uint64_t)id;
	}
	options.lists_only = has_word(query, STR("format=list"));
	options.with_cost = has_word(query, STR("cost=1"));
	return options;
}

/* The same bytes for every reader; valid until the next frame there. */
static struct str frame(struct buf *out, enum sink_event_kind kind, uint64_t id, struct str line)
{
	if (line.size == 0) {
		return line;
	}
	buf_clear(out);
	buf_trim(out, KEPT_BYTES);
	buf_printf(out, "event: %s\nid: %llu\ndata: ",
		kind == SINK_EVENT_LIST ? "session_list" : "session_update",
		(unsigned long long)id);
	buf_append_str(out, line);
	buf_append_char(out, '\n');
	return buf_str(out);
}

/* A list, for those who want to know today's cost. */
static struct str frame_priced(
	struct sink_sse *sse, uint64_t id, struct str line, struct instant now)
{
	buf_clear(&sse->priced_line);
	buf_trim(&sse->priced_line, KEPT_BYTES);
	buf_append_str(&sse->priced_line, line);
	sink_hub_add_cost(sse->sink.hub, &sse->priced_line, now);
	return frame(&sse->priced, SINK_EVENT_LIST, id, buf_str(&sse->priced_line));
}

static void tell(struct reader *reader, struct str bytes)
{
	if (reader->lagging) {
		return;
	}
	size_t unsent = http_stream_unsent_bytes(reader->stream);
	if (unsent > 0 && unsent + bytes.size > BACKLOG_BYTES) {
		reader->lagging = true;
	} else if (http_stream_write(reader->stream, bytes) == -ENOBUFS) {
		reader->lagging = true;
	}
}

static struct str frame_snapshot(struct sink_sse *sse, bool with_cost, struct instant now)
{
	struct sink_hub *hub = sse->sink.hub;
	uint64_t id = sink_hub_last_id(hub);
	struct str line = sink_hub_snapshot(hub, now);
	return with_cost ? frame_priced(sse, id, line, now)
			 : frame(&sse->frame, SINK_EVENT_LIST, id, line);
}

static void send_snapshot(struct reader *reader)
{
	tell(reader, frame_snapshot(reader->sse, reader->with_cost,
			     instant_at(uv_now(reader->sse->loop))));
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct reader *reader = data;
	if (reader->sse != NULL) {
		reader->sse->priced_readers -= reader->with_cost;
	}
	list_remove(&reader->link);
	free(reader);
}

static void resume(struct reader *reader, uint64_t last_id)
{
	const struct sink_ring *ring = &reader->sse->sink.hub->ring;
	for (uint64_t id = last_id + 1; id <= ring->last_id && !reader->lagging; id++) {
		struct str line = sink_ring_line(ring, id);
		tell(reader, frame(&reader->sse->frame, SINK_EVENT_UPDATE, id, line));
	}
}

/* One write for each reader, however much has happened. */
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
		if (!reader->lists_only && reader->with_cost == with_cost) {
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

void sink_sse_open(
	struct sink *sink, struct http_stream *stream, const struct sink_sse_options *options)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	struct reader *reader = xcalloc(1, sizeof(*reader));
	*reader = (struct reader){
		.sse = sse,
		.stream = stream,
		.lists_only = options->lists_only,
		.with_cost = options->with_cost,
	};
	say(sse); // what the new one knows from the list, or asks for by its id
	sse->priced_readers += reader->with_cost;
	list_append(&sse->readers, &reader->link);
	http_stream_on(stream, on_drained, on_closed, reader);
	bool resumes = options->resumes && !options->lists_only &&
		       sink_ring_has_all_after(&sink->hub->ring, options->last_id);
	if (resumes) {
		resume(reader, options->last_id);
	} else {
		send_snapshot(reader);
	}
}

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
	struct str bytes = frame(&sse->frame, event->kind, event->id, event->line);
	add_unsaid(&sse->unsaid[false], bytes);
	if (sse->priced_readers > 0 && event->kind == SINK_EVENT_LIST) {
		struct instant now = instant_at(uv_now(sse->loop));
		bytes = frame_priced(sse, event->id, event->line, now);
	}
	if (sse->priced_readers > 0) {
		add_unsaid(&sse->unsaid[true], bytes);
	}
	sse->list_due = true;
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
		struct str *bytes = &frames[reader->with_cost];
		if (!reader->lists_only) {
			continue;
		}
		if (bytes->size == 0) {
			*bytes = frame_snapshot(sse, reader->with_cost, now);
		}
		tell(reader, *bytes);
	}
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
	buf_finish(&sse->frame);
	buf_finish(&sse->priced_line);
	buf_finish(&sse->priced);
	buf_finish(&sse->unsaid[false].frames);
	buf_finish(&sse->unsaid[true].frames);
	free(sse);
}

struct sink *sink_sse_create(struct sink_hub *hub, uv_loop_t *loop)
{
	struct sink_sse *sse = xcalloc(1, sizeof(*sse));
	sse->sink = (struct sink){.publish = sse_publish, .flush = sse_flush, .close = sse_close};
	sse->loop = loop;
	list_init(&sse->readers);
	buf_init(&sse->frame, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->priced_line, SINK_MAX_LINE_BYTES);
	buf_init(&sse->priced, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->unsaid[false].frames, BACKLOG_BYTES);
	buf_init(&sse->unsaid[true].frames, BACKLOG_BYTES);
	sink_hub_add(hub, &sse->sink);
	return &sse->sink;
}
