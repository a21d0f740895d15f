/* Accounts for the memory that all unfinished requests and answers of a server hold together, and
 * hands one buffer on from each large body to the next, to save a busy server system calls. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct http_memory {
	size_t used_bytes, limit_bytes;
	size_t output_bytes; // of used_bytes: answers that wait for their readers
	struct buf spare;    // always empty, perhaps with capacity
};

void http_memory_init(struct http_memory *m, size_t limit_bytes);
void http_memory_finish(struct http_memory *m);

/* buf_append(), but counted. b must be released with http_memory_release() in any case. 0, -ENOBUFS
 * above the maximum of b or the common limit, -ENOMEM. */
int http_memory_append(struct http_memory *m, struct buf *b, const void *bytes, size_t size);

/* Makes b empty and takes its memory back. */
void http_memory_release(struct http_memory *m, struct buf *b);

/* The same for what waits for a reader. It never takes the last quarter, so that requests are
 * accepted however many readers have stalled. */
size_t http_memory_output_room(const struct http_memory *m);
int http_memory_append_output(struct http_memory *m, struct buf *b, const void *bytes, size_t size);
void http_memory_release_output(struct http_memory *m, struct buf *b);

/* Frees the spare buffer; true if there was one. */
bool http_memory_trim(struct http_memory *m);
