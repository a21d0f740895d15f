/* A growing byte buffer with a maximum size, set at creation. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *data; // owned; NULL until the first byte
	size_t size, capacity;
	size_t max_bytes; // never more bytes than this
	bool overflowed;  // an append has failed since the last clear: the content is incomplete
	bool starved;     // ... for lack of memory
};

/* An empty buf; nothing is allocated yet. */
void buf_init(struct buf *b, size_t max_bytes);

/* Frees the memory; the buf is then empty and may be used again. */
void buf_finish(struct buf *b);

/* Forgets the bytes, keeps the memory. */
void buf_clear(struct buf *b);

/* Releases memory above keep_bytes if the buf is empty. */
void buf_trim(struct buf *b, size_t keep_bytes);

/* Makes room for more bytes beyond size. 0; -ENOBUFS above the maximum or -ENOMEM, with the content
 * untouched and overflowed set. */
int buf_reserve(struct buf *b, size_t more);

/* Adds bytes at the end: all of them, or none. Returns what buf_reserve() does. */
int buf_append(struct buf *b, const void *bytes, size_t size);
int buf_append_str(struct buf *b, struct str s);
int buf_append_char(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *b, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* Drops the first n bytes; n must not be larger than size. */
void buf_consume(struct buf *b, size_t n);

/* The line that starts at the offset *at, without its '\n', and its size; *at is moved past it.
 * NULL, and nothing written, if the line is incomplete. The caller may change it; it is valid until
 * b changes: take all lines, then buf_consume(b, at). */
char *buf_line(const struct buf *b, size_t *at, size_t *ret_size);

/* The content, valid until the next change. */
struct str buf_str(const struct buf *b);
