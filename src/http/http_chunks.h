/* The chunked transfer coding (RFC 9112 section 7.1), in pieces cut anywhere: sizes, extensions and
 * trailers are checked and dropped, data is returned in place. llhttp 8, as in Debian 12, rejects
 * valid extensions, so it reads only heads. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum http_chunks_result {
	HTTP_CHUNKS_MORE,   // all bytes were consumed, and more must follow
	HTTP_CHUNKS_DATA,   // a piece of the body
	HTTP_CHUNKS_END,    // the last byte of the framing was consumed
	HTTP_CHUNKS_BROKEN, // see error
};

/* All zero: nothing read yet. */
struct http_chunks {
	int state;
	uint64_t left;     // of the chunk at hand, bytes of data
	uint64_t extra;    // superfluous bytes so far: extensions, leading zeros, trailers
	const char *error; // what is wrong
};

/* Consumes *ret_used of the bytes, up to the next piece of the body, which is then in *ret_data. */
enum http_chunks_result http_chunks_push(struct http_chunks *c, const char *bytes, size_t size,
	size_t *ret_used, struct str *ret_data);

/* Whether there are more extra bytes than that. In an unfinished size line, a zero may not be one.
 */
bool http_chunks_extra_is_over(const struct http_chunks *c, uint64_t limit);
