/* The open event streams (GET /api/stream), for any number of readers: first a list, then each
 * change, and messages that are not about sessions.
 *
 *	event: session_update
 *	id: NUMBER
 *	data: the line
 *
 * A list has the number of the last message it includes, so that a reader that reconnects with it
 * in Last-Event-ID gets what followed. A reader with too much unsent gets nothing more until it has
 * read that, and then a fresh list. Nothing is sent while nothing happens, except pings to readers
 * that ask for them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"

struct http_stream;
struct sink;
struct sink_hub;

enum { SINK_SSE_PING_MS = 5000 };

/* The options of a request for a stream. */
struct sink_sse_options {
	bool resumes;     // it says what it saw last
	uint64_t last_id; // and this is it
	bool with_cost;   // ?cost=1: lists have today's cost
	bool lists_only; // ?format=list: a list at the end of each loop turn instead of its updates
	unsigned types;  // ?types=: bits of enum sink_type
};

/* Reads the query, without '?', and the value of Last-Event-ID; both may be empty. False for an
 * unknown type: sink_types_append_hint(). */
bool sink_sse_read_options(
	struct str query, struct str last_event_id, struct sink_sse_options *ret);

/* Adds the sink to the hub. */
struct sink *sink_sse_create(struct sink_hub *hub, uv_loop_t *loop);

/* Adds a reader. The stream belongs to the sink until it is closed, and http_stream_on() is in use.
 */
void sink_sse_open(
	struct sink *sink, struct http_stream *stream, const struct sink_sse_options *options);
