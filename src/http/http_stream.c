#include "http/http_stream.h"

#include <errno.h>

#include "http/http_output.h"
#include "http/http_stream_carrier.h"

enum { SIZE_LINE_BYTES = 18, CHUNK_FRAME_BYTES = SIZE_LINE_BYTES + 2 };

bool http_stream_is_open(const struct http_stream *stream)
{
	return stream->carrier != NULL;
}

void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data)
{
	stream->drained = drained;
	stream->closed = closed;
	stream->data = data;
}

void http_stream_on_received(struct http_stream *stream, http_stream_received *received)
{
	stream->received = received;
}

void http_stream_limit_unsent(struct http_stream *stream, size_t bytes)
{
	stream->unsent_limit = bytes;
}

void http_stream_receive(struct http_stream *stream, char *bytes, size_t size)
{
	if (stream->upgraded && !stream->ended && stream->received != NULL && size > 0) {
		stream->received(stream, bytes, size, stream->data);
	}
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

static int send_bytes(struct http_stream *stream, struct str bytes)
{
	char line[SIZE_LINE_BYTES], end[] = "\r\n";
	uv_buf_t bufs[] = {
		size_line(bytes.size, line),
		uv_buf_init((char *)(uintptr_t)bytes.data, (unsigned)bytes.size), // only read
		uv_buf_init(end, 2),
	};
	return stream->chunked ? http_output_send(stream->output, bufs, 3)
			       : http_output_send(stream->output, &bufs[1], 1);
}

int http_stream_write(struct http_stream *stream, struct str bytes)
{
	if (stream->ended) {
		return -EPIPE;
	}
	size_t unsent = http_stream_unsent_bytes(stream);
	size_t limit = stream->unsent_limit;
	if (unsent > 0 && (unsent > limit || bytes.size + CHUNK_FRAME_BYTES > limit - unsent)) {
		return -ENOBUFS;
	}
	if (bytes.size == 0) {
		return 0; // an empty chunk would be the last
	}
	int r = send_bytes(stream, bytes);
	if (r == -EPIPE) {
		stream->carrier->on_lost(stream);
	} else {
		stream->carrier->on_written(stream);
	}
	return r;
}

size_t http_stream_unsent_bytes(const struct http_stream *stream)
{
	return http_output_unsent_bytes(stream->output);
}

void http_stream_end(struct http_stream *stream)
{
	http_stream_end_with(stream, (struct str){NULL, 0});
}

void http_stream_end_with(struct http_stream *stream, struct str bytes)
{
	static char last_chunk[] = "0\r\n\r\n";
	if (stream->ended) {
		return;
	}
	uv_buf_t buf = uv_buf_init(last_chunk, sizeof(last_chunk) - 1);
	int r = bytes.size > 0 ? send_bytes(stream, bytes) : 0;
	if (r == 0 && stream->chunked) {
		r = http_output_send(stream->output, &buf, 1);
	}
	stream->ended = true;
	if (r != 0) {
		stream->carrier->on_lost(stream);
	} else {
		stream->carrier->on_written(stream);
		stream->carrier->on_ended(stream);
	}
}

void http_stream_abort(struct http_stream *stream)
{
	if (!stream->ended) {
		stream->ended = true;
		stream->carrier->on_lost(stream);
	}
}

void http_stream_abort_at_stop(struct http_stream *stream)
{
	stream->aborts_at_stop = true;
}
