/* An answer that goes on: lines are written to it for as long as the client stays. Made by
 * http_response_stream(). */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct http_stream;

/* Called on the loop, never from within a function below. drained: nothing is unsent any more.
 * closed: the stream is gone, for whatever reason, and the pointer with it; exactly once. */
typedef void http_stream_drained(struct http_stream *stream, void *data);
typedef void http_stream_closed(struct http_stream *stream, void *data);

/* Sets the callbacks, each may be NULL. */
void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data);

/* Sends bytes as they are: at once what the socket takes, the rest when it takes more. Never blocks
 * and never takes a part: 0 if all was taken, -ENOBUFS if what is unsent already leaves no room
 * under the limit (http_limits::stream_unsent_bytes; when nothing is unsent, any size is taken),
 * -EPIPE if the client is gone or the stream has been ended. */
int http_stream_write(struct http_stream *stream, struct str bytes);

/* Bytes taken and not yet given to the socket, with their framing. */
size_t http_stream_unsent_bytes(const struct http_stream *stream);

/* Ends the answer after what is unsent; closed follows. */
void http_stream_end(struct http_stream *stream);
