/* Inflates a whole gzip body (RFC 1952), up to a maximum. All members form one body; checksum and
 * size of each are verified. The size a member claims is never trusted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct libdeflate_decompressor;

enum http_inflate_result {
	HTTP_INFLATE_OK = 0,
	HTTP_INFLATE_NOT_GZIP,  // no member begins at the offset given
	HTTP_INFLATE_CORRUPT,   // the member there is broken or truncated
	HTTP_INFLATE_TOO_LARGE, // more bytes than the maximum, or more than 65536 members
};

/* A server needs just one: bodies are inflated one at a time. */
struct http_inflate {
	struct libdeflate_decompressor *decompressor; // owned; made when first needed
	char *data;                                   // owned
	size_t capacity;                              // of data
};

void http_inflate_init(struct http_inflate *z);
void http_inflate_finish(struct http_inflate *z);

/* Inflates in. On success *ret are the bytes, and *ret_data the same, writable; valid until the
 * next call. *ret_offset is where the last member begins in in, or the end. The work is bounded by
 * max_bytes and the size of in. -ENOMEM is the only failure on our side. */
int http_inflate_run(struct http_inflate *z, struct str in, size_t max_bytes, struct str *ret,
	char **ret_data, size_t *ret_offset);

/* Gives memory back; true if there was any. */
bool http_inflate_trim(struct http_inflate *z);
