/* The connection's side of a stream: its parts, and what it needs from its carrier. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct http_output;
struct http_stream;

struct http_stream_carrier {
	void (*on_written)(struct http_stream *stream); // the unsent bytes may have changed
	void (*on_ended)(struct http_stream *stream);   // nothing more will be written
	void (*on_lost)(struct http_stream *stream);    // nothing more can be sent
};

struct http_stream {
	const struct http_stream_carrier *carrier; // borrowed; NULL: not open
	struct http_output *output;                // borrowed
	size_t unsent_limit;
	bool chunked, upgraded, ended;
	bool aborts_at_stop;                               // http_stream_abort_at_stop()
	void (*drained)(struct http_stream *, void *data); // as in http_stream.h, like the next two
	void (*closed)(struct http_stream *, void *data);
	void (*received)(struct http_stream *, char *bytes, size_t size, void *data);
	void *data;
};

/* Bytes have come from the peer. */
void http_stream_receive(struct http_stream *stream, char *bytes, size_t size);

/* False also for a zeroed one. */
bool http_stream_is_open(const struct http_stream *stream);
