/* An answer that goes on: bytes are written to it for as long as the client stays. Made by
 * http_response_stream(); by http_response_upgrade() it also receives, and is then the connection's
 * bare bytes in both directions. */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct http_stream;

/* Called on the loop, never from within a function below. drained: nothing is unsent any more.
 * closed: the stream is gone, for whatever reason, and the pointer with it; exactly once. */
typedef void http_stream_drained(struct http_stream *stream, void *data);
typedef void http_stream_closed(struct http_stream *stream, void *data);

/* Bytes of an upgraded connection, as they come; all are to be taken, and may be changed until the
 * call ends. Not called any more once the stream has been ended. */
typedef void http_stream_received(struct http_stream *stream, char *bytes, size_t size, void *data);

/* Sets the callbacks, each may be NULL. */
void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data);

/* Sets who receives; to be set when the stream is opened, what comes without it is lost. */
void http_stream_on_received(struct http_stream *stream, http_stream_received *received);

/* Another limit for what is unsent than http_limits::stream_unsent_bytes. */
void http_stream_limit_unsent(struct http_stream *stream, size_t bytes);

/* Sends bytes as they are: at once what the socket takes, the rest when it takes more. Never blocks
 * and never takes a part: 0 if all was taken, -ENOBUFS if what is unsent already leaves no room
 * under the limit (when nothing is unsent, any size is taken), -EPIPE if the client is gone or the
 * stream has been ended. A client that takes nothing of what is unsent for http_limits::unsent_ms
 * is gone then. */
int http_stream_write(struct http_stream *stream, struct str bytes);

/* Bytes taken and not yet given to the socket, with their framing. */
size_t http_stream_unsent_bytes(const struct http_stream *stream);

/* Ends the answer after what is unsent; closed follows. */
void http_stream_end(struct http_stream *stream);

/* The same with some last bytes, which the limit does not stop: a few words of farewell. */
void http_stream_end_with(struct http_stream *stream, struct str bytes);

/* Breaks the answer off: what is unsent is dropped, and the connection closed without the mark of
 * an end, so that nobody takes a part for the whole. closed follows. */
void http_stream_abort(struct http_stream *stream);

/* From here on a stop of the server breaks the answer off as well; without this it ends it. */
void http_stream_abort_at_stop(struct http_stream *stream);
