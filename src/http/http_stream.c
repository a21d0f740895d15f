#include "http/http_stream.h"

#include <errno.h>

#include "http/http_conn.h"
#include "http/http_server.h"

enum { SIZE_LINE_BYTES = 18, CHUNK_FRAME_BYTES = SIZE_LINE_BYTES + 2 };

static struct http_conn *conn_of(const struct http_stream *stream)
{
	return container_of(stream, struct http_conn, stream);
}

void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data)
{
	stream->drained = drained;
	stream->closed = closed;
	stream->data = data;
}

/* The size in hex and CR LF, written backwards from the end of line. */
static uv_buf_t size_line(size_t size, char line[SIZE_LINE_BYTES])
{
	size_t at = SIZE_LINE_BYTES;
	line[--at] = '\n';
	line[--at] = '\r';
	do {
		line[--at] = "0123456789abcdef"[size & 15];
		size >>= 4;
	} while (size > 0);
	return uv_buf_init(line + at, (unsigned)(SIZE_LINE_BYTES - at));
}

static int send_bytes(struct http_conn *c, struct str bytes)
{
	char line[SIZE_LINE_BYTES], end[] = "\r\n";
	uv_buf_t bufs[] = {
		size_line(bytes.size, line),
		uv_buf_init((char *)(uintptr_t)bytes.data, (unsigned)bytes.size), // only read
		uv_buf_init(end, 2),
	};
	return c->stream.chunked ? http_output_send(&c->output, bufs, 3)
				 : http_output_send(&c->output, &bufs[1], 1);
}

int http_stream_write(struct http_stream *stream, struct str bytes)
{
	struct http_conn *c = conn_of(stream);
	if (c->state != HTTP_CONN_STREAMING || stream->ended) {
		return -EPIPE;
	}
	size_t unsent = http_output_unsent_bytes(&c->output);
	size_t limit = c->server->service.limits.stream_unsent_bytes;
	if (unsent > 0 && (unsent > limit || bytes.size + CHUNK_FRAME_BYTES > limit - unsent)) {
		return -ENOBUFS;
	}
	if (bytes.size == 0) {
		return 0; // an empty chunk would be the last
	}
	int r = send_bytes(c, bytes);
	if (r == -EPIPE) {
		http_conn_close(c, true);
	}
	http_conn_wait_unsent(c);
	return r;
}

size_t http_stream_unsent_bytes(const struct http_stream *stream)
{
	return http_output_unsent_bytes(&conn_of(stream)->output);
}

void http_stream_end(struct http_stream *stream)
{
	static char last_chunk[] = "0\r\n\r\n";
	struct http_conn *c = conn_of(stream);
	if (c->state != HTTP_CONN_STREAMING || stream->ended) {
		return;
	}
	uv_buf_t buf = uv_buf_init(last_chunk, sizeof(last_chunk) - 1);
	stream->ended = true;
	if (stream->chunked && http_output_send(&c->output, &buf, 1) != 0) {
		http_conn_close(c, false);
		return;
	}
	http_conn_end(c);
}
