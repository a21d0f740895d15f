/* An answer without an end: bytes are written to it for as long as the client stays. Made by
 * http_response_stream(); one made by http_response_upgrade() also receives, and carries the
 * connection's raw bytes in both directions. */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct http_stream;

/* Called on the loop, never within a function below. drained: everything has been sent. closed: the
 * stream is gone, for whatever reason, and the pointer invalid; called exactly once. */
typedef void http_stream_drained(struct http_stream *stream, void *data);
typedef void http_stream_closed(struct http_stream *stream, void *data);

/* Bytes of an upgraded connection as they arrive; the callee consumes all of them, and may modify
 * them during the call. Not called after the stream has been ended. */
typedef void http_stream_received(struct http_stream *stream, char *bytes, size_t size, void *data);

/* Sets the callbacks, each may be NULL. */
void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data);

/* Sets the receiver, when the stream is opened: bytes that arrive without one are lost. */
void http_stream_on_received(struct http_stream *stream, http_stream_received *received);

/* Sets a limit for unsent bytes other than http_limits::stream_unsent_bytes. */
void http_stream_limit_unsent(struct http_stream *stream, size_t bytes);

/* Sends bytes as they are, as fast as the socket takes them. Never blocks, and accepts all or
 * nothing: 0; -ENOBUFS if they exceed the limit together with what is unsent (any size is accepted
 * while nothing is); -EPIPE if the client is gone or the stream has been ended. A client that reads
 * nothing for http_limits::unsent_ms is disconnected. */
int http_stream_write(struct http_stream *stream, struct str bytes);

/* Bytes accepted but not yet passed to the socket, including framing. */
size_t http_stream_unsent_bytes(const struct http_stream *stream);

/* Ends the answer after what is unsent; closed follows. */
void http_stream_end(struct http_stream *stream);

/* The same with some last bytes, which are exempt from the limit. */
void http_stream_end_with(struct http_stream *stream, struct str bytes);

/* Aborts the answer: unsent bytes are dropped and the connection closed without a regular end, so
 * that nobody mistakes a part for the whole. closed follows. */
void http_stream_abort(struct http_stream *stream);

/* From here on, a stop of the server aborts the answer instead of ending it. */
void http_stream_abort_at_stop(struct http_stream *stream);
