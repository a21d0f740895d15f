#include "http/http_inflate.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum {
	START_BYTES = 64 << 10,
	KEEP_BYTES = 4 << 20,  // between two bodies
	TYPICAL_RATIO = 16,    // up to this, the claimed size is allocated at once
	HIGHEST_RATIO = 1032,  // that deflate can reach
	SMALLEST_MEMBER = 18,  // header and trailer
	MAX_MEMBERS = 1 << 16, // each costs far more time than its bytes suggest
};

void http_inflate_init(struct http_inflate *z)
{
	*z = (struct http_inflate){NULL, NULL, 0};
}

void http_inflate_finish(struct http_inflate *z)
{
	libdeflate_free_decompressor(z->decompressor);
	free(z->data);
	http_inflate_init(z);
}

bool http_inflate_trim(struct http_inflate *z)
{
	bool had = z->decompressor != NULL || z->data != NULL;
	http_inflate_finish(z);
	return had;
}

/* The size that the last member claims. */
static uint32_t claimed_size(struct str in)
{
	uint32_t claimed = 0;
	for (size_t i = 0; in.size >= SMALLEST_MEMBER && i < 4; i++) {
		claimed |= (uint32_t)(unsigned char)in.data[in.size - 4 + i] << 8 * i;
	}
	return claimed;
}

/* Whether it claims more than fits, and plausibly: not worth an attempt. */
static bool admits_excess(struct str in, size_t max_bytes)
{
	uint32_t claimed = claimed_size(in);
	return claimed > max_bytes && claimed / HIGHEST_RATIO <= in.size;
}

/* The first guess: what the last member claims if that is plausible, else a multiple of the input.
 * A wrong guess costs one more attempt. */
static size_t first_capacity(struct str in)
{
	uint32_t claimed = claimed_size(in);
	size_t usual = in.size * TYPICAL_RATIO;
	return claimed > 0 && claimed <= usual ? claimed : min_size(usual, START_BYTES);
}

/* Makes room for capacity bytes; keeps the first used ones. */
static int make_room(struct http_inflate *z, size_t capacity, size_t used)
{
	if (capacity <= z->capacity) {
		return 0;
	}
	char *data = malloc(capacity);
	if (data == NULL) {
		return -ENOMEM;
	}
	if (used > 0) {
		memcpy(data, z->data, used);
	}
	free(z->data);
	z->data = data;
	z->capacity = capacity;
	return 0;
}

static int prepare(struct http_inflate *z, struct str in, size_t max_bytes)
{
	if (z->capacity > KEEP_BYTES) {
		free(z->data);
		z->data = NULL;
		z->capacity = 0;
	}
	if (z->decompressor == NULL) {
		z->decompressor = libdeflate_alloc_decompressor();
	}
	size_t capacity = min_size(first_capacity(in), max_bytes);
	int r = make_room(z, capacity > 0 ? capacity : 1, 0);
	return z->decompressor == NULL ? -ENOMEM : r;
}

/* Inflates one member at the front of in, after the first *size bytes of output. Grows until it
 * fits, at least doubling, so that all attempts together cost about twice the last one. */
static int run_member(
	struct http_inflate *z, struct str in, size_t max_bytes, size_t *size, size_t *ret_taken)
{
	for (;;) {
		size_t room = min_size(z->capacity, max_bytes), made = 0;
		enum libdeflate_result result = libdeflate_gzip_decompress_ex(z->decompressor,
			in.data, in.size, z->data + *size, room - *size, ret_taken, &made);
		if (result == LIBDEFLATE_SUCCESS) {
			*size += made;
			return HTTP_INFLATE_OK;
		}
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
			return HTTP_INFLATE_CORRUPT;
		}
		if (room == max_bytes) {
			return HTTP_INFLATE_TOO_LARGE;
		}
		size_t wanted = min_size(
			z->capacity > max_bytes / 2 ? max_bytes : z->capacity * 2, max_bytes);
		int r = make_room(z, wanted, *size);
		if (r != 0) {
			return r;
		}
	}
}

int http_inflate_run(struct http_inflate *z, struct str in, size_t max_bytes, struct str *ret,
	char **ret_data, size_t *ret_offset)
{
	size_t size = 0, members = 0;
	*ret_offset = 0;
	if (str_starts_with(in, STR("\x1f\x8b")) && admits_excess(in, max_bytes)) {
		return HTTP_INFLATE_TOO_LARGE;
	}
	int r = prepare(z, in, max_bytes);
	if (r != 0) {
		return r;
	}
	do {
		size_t taken = 0;
		if (!str_starts_with(in, STR("\x1f\x8b"))) {
			return HTTP_INFLATE_NOT_GZIP;
		}
		if (++members > MAX_MEMBERS) {
			return HTTP_INFLATE_TOO_LARGE;
		}
		r = run_member(z, in, max_bytes, &size, &taken);
		if (r != HTTP_INFLATE_OK) {
			return r;
		}
		*ret_offset += taken;
		in = str_skip(in, taken);
	} while (in.size > 0);
	*ret_data = z->data;
	*ret = (struct str){z->data, size};
	return HTTP_INFLATE_OK;
}
