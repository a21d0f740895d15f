/* Any bytes as a gzip body; and the same bytes, cut in members and compressed, as a good one: what
 * comes out is what went in, also under a ceiling of just that size, and under one less it is too
 * large. */
#include <libdeflate.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "http/http_inflate.h"

enum { MAX_BYTES = 1 << 20, TEXT_BYTES = 8 << 20 };

static int run(struct http_inflate *z, struct str in, size_t max_bytes, struct str *ret)
{
	char *bytes = NULL;
	size_t offset = SIZE_MAX;
	*ret = (struct str){NULL, 0};
	int r = http_inflate_run(z, in, max_bytes, ret, &bytes, &offset);
	fuzz_check(r >= HTTP_INFLATE_OK && offset <= in.size);
	if (r == HTTP_INFLATE_OK) {
		fuzz_check(ret->size <= max_bytes && ret->data == bytes && offset == in.size);
		fuzz_check_str(&(struct fuzz_body){.start = bytes, .size = ret->size}, *ret);
	}
	return r;
}

/* The ceiling decides about nothing but TOO_LARGE. */
static void check_ceilings(struct str in)
{
	struct http_inflate z, fresh;
	struct str out, again;
	http_inflate_init(&z);
	http_inflate_init(&fresh);
	int r = run(&z, in, MAX_BYTES, &out);
	if (r == HTTP_INFLATE_OK) {
		fuzz_check(run(&fresh, in, out.size, &again) == HTTP_INFLATE_OK);
		fuzz_check(str_equal(out, again));
		if (out.size > 0) {
			fuzz_check(run(&fresh, in, out.size - 1, &again) == HTTP_INFLATE_TOO_LARGE);
		}
	}
	http_inflate_finish(&z);
	http_inflate_finish(&fresh);
}

static void append_member(struct buf *out, struct libdeflate_compressor *compressor,
	const uint8_t *bytes, size_t size)
{
	size_t bound = libdeflate_gzip_compress_bound(compressor, size);
	char *member = xmalloc(bound);
	size_t n = libdeflate_gzip_compress(compressor, bytes, size, member, bound);
	fuzz_check(n > 0 && buf_append(out, member, n) == 0);
	free(member);
}

/* One byte picks the level, the next the size of the members. */
static void check_round_trip(const uint8_t *data, size_t size)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(data[0] % 13);
	const uint8_t *bytes = data + 2;
	size_t rest = size - 2, member = 1 + data[1] * 16u;
	struct buf packed;
	buf_init(&packed, TEXT_BYTES);
	do {
		size_t n = rest < member ? rest : member;
		append_member(&packed, compressor, bytes, n);
		bytes += n;
		rest -= n;
	} while (rest > 0);
	struct http_inflate z;
	struct str out;
	http_inflate_init(&z);
	fuzz_check(run(&z, buf_str(&packed), MAX_BYTES, &out) == HTTP_INFLATE_OK);
	fuzz_check(str_equal(out, (struct str){(const char *)data + 2, size - 2}));
	http_inflate_finish(&z);
	check_ceilings(buf_str(&packed));
	packed.data[packed.size - 5] ^= 1; // of the last check sum
	http_inflate_init(&z);
	fuzz_check(run(&z, buf_str(&packed), MAX_BYTES, &out) == HTTP_INFLATE_CORRUPT);
	http_inflate_finish(&z);
	buf_finish(&packed);
	libdeflate_free_compressor(compressor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_ceilings((struct str){(const char *)data, size});
	if (size >= 2 && size < MAX_BYTES) {
		check_round_trip(data, size);
	}
	return 0;
}
