/* The open event streams (GET /api/stream), any number of readers: a list first, then each change,
 * and the messages that are no sessions.
 *
 *	event: session_update
 *	id: NUMBER
 *	data: the line
 *
 * A list has the number of the last message that it contains, so that a reader that comes back with
 * it in Last-Event-ID gets what followed. One with too much unsent gets nothing more until it has
 * taken that, and then a fresh list. Nothing is sent while nothing happens, but for a ping to those
 * who ask for it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"

struct http_stream;
struct sink;
struct sink_hub;

enum { SINK_SSE_PING_MS = 5000 };

/* What a request for a stream asks for. */
struct sink_sse_options {
	bool resumes;     // it said what it saw last
	uint64_t last_id; // and this is it
	bool with_cost;   // ?cost=1: lists have today's cost
	bool lists_only; // ?format=list: a list at the end of each loop turn instead of its updates
	unsigned types;  // ?types=: bits of enum sink_type
};

/* From the query without '?', and the value of the Last-Event-ID field; both may be empty. False if
 * a type that it names is none: sink_types_append_hint(). */
bool sink_sse_read_options(
	struct str query, struct str last_event_id, struct sink_sse_options *ret);

/* Adds the sink to the hub. */
struct sink *sink_sse_create(struct sink_hub *hub, uv_loop_t *loop);

/* One more reader. The stream belongs to the sink until it is closed: http_stream_on() is taken. */
void sink_sse_open(
	struct sink *sink, struct http_stream *stream, const struct sink_sse_options *options);
