/* The chunked transfer coding (RFC 9112 section 7.1), cut anywhere: sizes, extensions and trailers
 * are checked and dropped, the data comes out where it lies. llhttp 8, which Debian 12 has, rejects
 * extensions that the grammar allows, so it only reads heads. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum http_chunks_result {
	HTTP_CHUNKS_MORE,   // all bytes were taken, and it has not ended
	HTTP_CHUNKS_DATA,   // a piece of the body
	HTTP_CHUNKS_END,    // the last byte of the body's framing was taken
	HTTP_CHUNKS_BROKEN, // see error
};

/* All zero: nothing has come. */
struct http_chunks {
	int state;
	uint64_t left;     // of the chunk at hand, bytes of data
	uint64_t extra;    // bytes so far that no body needs: extensions, leading zeros, trailers
	const char *error; // what is wrong
};

/* Takes *ret_used of the bytes, up to the next piece of the body, which *ret_data then shows. */
enum http_chunks_result http_chunks_push(struct http_chunks *c, const char *bytes, size_t size,
	size_t *ret_used, struct str *ret_data);

/* Whether there are more extra bytes than that. Of a size line that has not ended, nobody knows
 * whether a zero is one. */
bool http_chunks_extra_is_over(const struct http_chunks *c, uint64_t limit);
