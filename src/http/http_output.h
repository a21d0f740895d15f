/* Bytes on their way to a socket: written at once, without a copy, as far as it takes them; the
 * rest is kept and follows. */
#pragma once

#include <stddef.h>
#include <uv.h>

#include "base/buf.h"

struct http_memory;
struct http_output;

/* Everything has been sent (0), or the connection is lost (negative errno). Not called for what
 * goes at once, nor when the stream is closed. */
typedef void http_output_done(struct http_output *o, int status);

struct http_output {
	uv_stream_t *stream;        // borrowed
	struct http_memory *memory; // borrowed; counts what is kept
	http_output_done *done;
	struct buf sending; // in the hands of uv_write
	struct buf waiting; // to follow it
	uv_write_t write;
};

void http_output_init(struct http_output *o, uv_stream_t *stream, struct http_memory *memory,
	http_output_done *done);

/* Only when the stream has been closed. */
void http_output_finish(struct http_output *o);

/* Writes bytes to the socket and keeps the rest. 0, -ENOBUFS if there is no memory to keep it
 * (nothing was sent), -EPIPE if the connection is lost. */
int http_output_send(struct http_output *o, const uv_buf_t *bufs, unsigned count);

/* How much is kept and not sent yet. */
size_t http_output_unsent_bytes(const struct http_output *o);
