#include "http/http_output.h"

#include <errno.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/number.h"
#include "http/http_memory.h"

static void on_written(uv_write_t *write, int status);

void http_output_init(struct http_output *o, uv_stream_t *stream, struct http_memory *memory,
	http_output_done *done)
{
	*o = (struct http_output){.stream = stream, .memory = memory, .done = done};
	buf_init(&o->sending, SIZE_MAX); // the memory has a limit
	buf_init(&o->waiting, SIZE_MAX);
}

void http_output_finish(struct http_output *o)
{
	http_memory_release_output(o->memory, &o->sending);
	http_memory_release_output(o->memory, &o->waiting);
}

size_t http_output_unsent_bytes(const struct http_output *o)
{
	return uv_stream_get_write_queue_size(o->stream) + o->waiting.size;
}

static int write_sending(struct http_output *o)
{
	uv_buf_t buf = uv_buf_init(o->sending.data, (unsigned)o->sending.size);
	return uv_write(&o->write, o->stream, &buf, 1, on_written);
}

/* Keeps what is behind the first skip bytes of bufs. */
static int keep(
	struct http_output *o, struct buf *b, const uv_buf_t *bufs, unsigned count, size_t skip)
{
	for (unsigned i = 0; i < count; i++) {
		size_t cut = min_size(skip, bufs[i].len);
		skip -= cut;
		int r = http_memory_append_output(
			o->memory, b, bufs[i].base + cut, bufs[i].len - cut);
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static int send_later(struct http_output *o, const uv_buf_t *bufs, unsigned count, size_t size)
{
	if (size > http_memory_output_room(o->memory)) {
		return -ENOBUFS;
	}
	return keep(o, &o->waiting, bufs, count, 0) == 0 ? 0 : -EPIPE;
}

int http_output_send(struct http_output *o, const uv_buf_t *bufs, unsigned count)
{
	size_t size = 0;
	for (unsigned i = 0; i < count; i++) {
		size += bufs[i].len;
	}
	if (o->sending.size > 0) {
		return send_later(o, bufs, count, size);
	}
	int written = uv_try_write(o->stream, bufs, count);
	if (written < 0 && written != UV_EAGAIN) {
		return -EPIPE;
	}
	size_t done = written > 0 ? (size_t)written : 0;
	if (done == size) {
		return 0;
	}
	bool kept = keep(o, &o->sending, bufs, count, done) == 0 && write_sending(o) == 0;
	return kept ? 0 : -EPIPE;
}

static void on_written(uv_write_t *write, int status)
{
	struct http_output *o = container_of(write, struct http_output, write);
	http_memory_release_output(o->memory, &o->sending);
	if (uv_is_closing((const uv_handle_t *)o->stream)) {
		return;
	}
	if (status == 0 && o->waiting.size > 0) {
		struct buf sent = o->sending;
		o->sending = o->waiting;
		o->waiting = sent;
		status = write_sending(o);
		if (status == 0) {
			return;
		}
	}
	o->done(o, status);
}
