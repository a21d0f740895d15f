#include "http/http_memory.h"

#include <errno.h>

#include "base/number.h"

enum { SPARE_BYTES = 4 << 20, SPARE_WORTH_BYTES = 16 << 10 };

void http_memory_init(struct http_memory *m, size_t limit_bytes)
{
	*m = (struct http_memory){.limit_bytes = limit_bytes};
}

void http_memory_finish(struct http_memory *m)
{
	buf_finish(&m->spare);
}

/* Only an empty b without memory can take the spare's. */
static void take_spare(struct http_memory *m, struct buf *b, size_t size)
{
	if (b->capacity > 0 || size < SPARE_WORTH_BYTES || m->spare.capacity > b->max_bytes) {
		return;
	}
	b->data = m->spare.data;
	b->capacity = m->spare.capacity;
	m->used_bytes += b->capacity;
	buf_init(&m->spare, 0);
}

int http_memory_append(struct http_memory *m, struct buf *b, const void *bytes, size_t size)
{
	take_spare(m, b, size);
	if (size > b->capacity - b->size &&
		(m->used_bytes > m->limit_bytes || size > m->limit_bytes - m->used_bytes)) {
		return -ENOBUFS;
	}
	size_t before = b->capacity;
	int r = buf_append(b, bytes, size);
	m->used_bytes += b->capacity - before;
	return r;
}

void http_memory_release(struct http_memory *m, struct buf *b)
{
	if (b->capacity == 0) {
		return;
	}
	m->used_bytes -= b->capacity;
	buf_clear(b);
	if (b->capacity > m->spare.capacity && b->capacity <= SPARE_BYTES &&
		b->capacity >= SPARE_WORTH_BYTES) {
		buf_finish(&m->spare);
		m->spare.data = b->data;
		m->spare.capacity = b->capacity;
		buf_init(b, b->max_bytes);
	} else {
		buf_finish(b);
	}
}

size_t http_memory_output_room(const struct http_memory *m)
{
	size_t share = m->limit_bytes / 4 * 3, used = m->output_bytes;
	size_t room = used < share ? share - used : 0;
	size_t left = m->used_bytes < m->limit_bytes ? m->limit_bytes - m->used_bytes : 0;
	return min_size(room, left);
}

int http_memory_append_output(struct http_memory *m, struct buf *b, const void *bytes, size_t size)
{
	if (size > b->capacity - b->size && size > http_memory_output_room(m)) {
		return -ENOBUFS;
	}
	size_t before = m->used_bytes;
	int r = http_memory_append(m, b, bytes, size);
	m->output_bytes += m->used_bytes - before;
	return r;
}

void http_memory_release_output(struct http_memory *m, struct buf *b)
{
	m->output_bytes -= b->capacity;
	http_memory_release(m, b);
}

bool http_memory_trim(struct http_memory *m)
{
	bool had = m->spare.capacity > 0;
	buf_finish(&m->spare);
	return had;
}
