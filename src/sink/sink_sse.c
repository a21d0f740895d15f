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

struct sink_sse {
	struct sink sink;
	uv_loop_t *loop;
	struct list readers;
	struct buf frame;
	struct buf unsaid; // frames of this turn of the loop, for all but those who want lists only
	bool is_behind;    // there were more than unsaid holds: a list says it all
	bool list_due;     // to those who want lists only
};

struct reader {
	struct list link; // sink_sse::readers; in none once the sink is closed
	struct sink_sse *sse;
	struct http_stream *stream; // not ours
	bool lists_only;
	bool lagging; // gets nothing before it has taken what is unsent
};

struct sink_sse_options sink_sse_read_options(struct str query, struct str last_event_id)
{
	struct sink_sse_options options = {0};
	int64_t id;
	if (str_to_int64(str_trim(last_event_id), &id) && id >= 0) {
		options.resumes = true;
		options.last_id = (uint64_t)id;
	}
	options.lists_only = str_equal(query, STR("format=list")) ||
			     str_starts_with(query, STR("format=list&")) ||
			     str_contains(query, STR("&format=list&")) ||
			     str_ends_with(query, STR("&format=list"));
	return options;
}

/* The same bytes for every reader; valid until the next frame. */
static struct str frame(
	struct sink_sse *sse, enum sink_event_kind kind, uint64_t id, struct str line)
{
	if (line.size == 0) {
		return line;
	}
	buf_clear(&sse->frame);
	buf_trim(&sse->frame, KEPT_BYTES);
	buf_printf(&sse->frame, "event: %s\nid: %llu\ndata: ",
		kind == SINK_EVENT_LIST ? "session_list" : "session_update",
		(unsigned long long)id);
	buf_append_str(&sse->frame, line);
	buf_append_char(&sse->frame, '\n');
	return buf_str(&sse->frame);
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

static struct str frame_snapshot(struct sink_sse *sse, struct instant now)
{
	struct sink_hub *hub = sse->sink.hub;
	return frame(sse, SINK_EVENT_LIST, sink_hub_last_id(hub), sink_hub_snapshot(hub, now));
}

static void send_snapshot(struct reader *reader)
{
	tell(reader, frame_snapshot(reader->sse, instant_at(uv_now(reader->sse->loop))));
}

static void on_closed(struct http_stream *stream, void *data)
{
	(void)stream;
	struct reader *reader = data;
	list_remove(&reader->link);
	free(reader);
}

static void resume(struct reader *reader, uint64_t last_id)
{
	const struct sink_ring *ring = &reader->sse->sink.hub->ring;
	for (uint64_t id = last_id + 1; id <= ring->last_id && !reader->lagging; id++) {
		struct str line = sink_ring_line(ring, id);
		tell(reader, frame(reader->sse, SINK_EVENT_UPDATE, id, line));
	}
}

/* One write for each reader, however much has happened. */
static void say(struct sink_sse *sse)
{
	if (sse->unsaid.size == 0 && !sse->is_behind) {
		return;
	}
	struct str bytes = buf_str(&sse->unsaid);
	if (sse->is_behind) {
		bytes = frame_snapshot(sse, instant_at(uv_now(sse->loop)));
	}
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (!reader->lists_only) {
			tell(reader, bytes);
		}
	}
	buf_clear(&sse->unsaid);
	buf_trim(&sse->unsaid, KEPT_BYTES);
	sse->is_behind = false;
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
	*reader = (struct reader){.sse = sse, .stream = stream, .lists_only = options->lists_only};
	say(sse); // what the new one knows from the list, or asks for by its id
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

static void sse_publish(struct sink *sink, const struct sink_event *event)
{
	struct sink_sse *sse = container_of(sink, struct sink_sse, sink);
	if (list_is_empty(&sse->readers)) {
		return;
	}
	struct str bytes = frame(sse, event->kind, event->id, event->line);
	if (buf_append_str(&sse->unsaid, bytes) != 0) {
		sse->is_behind = true;
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
	struct str bytes = {0};
	struct reader *reader, *next;
	list_for_each_safe(reader, next, &sse->readers, link)
	{
		if (reader->lists_only && bytes.size == 0) {
			bytes = frame_snapshot(sse, now);
		}
		if (reader->lists_only) {
			tell(reader, bytes);
		}
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
	buf_finish(&sse->unsaid);
	free(sse);
}

struct sink *sink_sse_create(struct sink_hub *hub, uv_loop_t *loop)
{
	struct sink_sse *sse = xcalloc(1, sizeof(*sse));
	sse->sink = (struct sink){.publish = sse_publish, .flush = sse_flush, .close = sse_close};
	sse->loop = loop;
	list_init(&sse->readers);
	buf_init(&sse->frame, SINK_MAX_LINE_BYTES + 256);
	buf_init(&sse->unsaid, BACKLOG_BYTES);
	sink_hub_add(hub, &sse->sink);
	return &sse->sink;
}
