#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){.max_bytes = max_bytes};
}

void buf_finish(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max_bytes);
}

void buf_clear(struct buf *b)
{
	b->size = 0;
	b->overflowed = b->starved = false;
}

void buf_trim(struct buf *b, size_t keep_bytes)
{
	if (b->size == 0 && b->capacity > keep_bytes) {
		buf_finish(b);
	}
}

int buf_reserve(struct buf *b, size_t more)
{
	if (more <= b->capacity - b->size) {
		return 0;
	}
	if (more > b->max_bytes - b->size) {
		b->overflowed = true;
		return -ENOBUFS;
	}
	size_t wanted = b->size + more;
	size_t capacity = b->capacity < 128 ? 256 : b->capacity * 2;
	capacity = min_size(max_size(capacity, wanted), b->max_bytes);
	char *data = mem_resize(b->data, capacity);
	if (data == NULL) {
		b->overflowed = b->starved = true;
		return -ENOMEM;
	}
	b->data = data;
	b->capacity = capacity;
	return 0;
}

int buf_append(struct buf *b, const void *bytes, size_t size)
{
	int r = buf_reserve(b, size);
	if (r == 0 && size > 0) {
		memcpy(b->data + b->size, bytes, size);
		b->size += size;
	}
	return r;
}

int buf_append_str(struct buf *b, struct str s)
{
	return buf_append(b, s.data, s.size);
}

int buf_append_char(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

int buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	char small[256];
	va_list again;
	va_copy(again, args);
	int needed = vsnprintf(small, sizeof(small), fmt, args);
	int r = needed < 0 ? -EINVAL : 0;
	if (r == 0 && (size_t)needed < sizeof(small)) {
		r = buf_append(b, small, (size_t)needed);
	} else if (r == 0) {
		r = buf_reserve(b, (size_t)needed + 1); // vsnprintf ends with a NUL
		if (r == 0) {
			(void)vsnprintf(b->data + b->size, (size_t)needed + 1, fmt, again);
			b->size += (size_t)needed;
		}
	}
	va_end(again);
	return r;
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int r = buf_vprintf(b, fmt, args);
	va_end(args);
	return r;
}

void buf_consume(struct buf *b, size_t n)
{
	b->size -= n;
	if (b->size > 0 && n > 0) {
		memmove(b->data, b->data + n, b->size);
	}
}

char *buf_line(const struct buf *b, size_t *at, size_t *ret_size)
{
	struct str rest = str_skip(buf_str(b), *at);
	size_t size = str_find_char(rest, '\n');
	if (size == rest.size) {
		return NULL;
	}
	char *line = b->data + *at;
	*at += size + 1;
	*ret_size = size;
	return line;
}

struct str buf_str(const struct buf *b)
{
	return (struct str){b->data, b->size};
}
