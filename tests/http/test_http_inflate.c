#include "http/http_inflate.h"

#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

enum { LIMIT = 1 << 20 };

static struct http_inflate inflate;
static struct buf packed;

static void setup(void)
{
	http_inflate_init(&inflate);
	buf_init(&packed, 128 << 20);
}

static void teardown(void)
{
	http_inflate_finish(&inflate);
	buf_finish(&packed);
}

/* Adds a member with these bytes. */
static void pack(struct str bytes)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
	size_t room = libdeflate_gzip_compress_bound(compressor, bytes.size);
	ck_assert_int_eq(buf_reserve(&packed, room), 0);
	packed.size += libdeflate_gzip_compress(
		compressor, bytes.data, bytes.size, packed.data + packed.size, room);
	libdeflate_free_compressor(compressor);
}

static void pack_zeros(size_t size)
{
	char *zeros = xcalloc(1, size + 1);
	pack((struct str){zeros, size});
	free(zeros);
}

/* From a copy of exact size, so that one byte read too many is noticed. */
static int run(size_t max_bytes, struct str *ret, size_t *ret_offset)
{
	char *copy = xmalloc(packed.size + 1), *data = NULL;
	if (packed.size > 0) {
		memcpy(copy, packed.data, packed.size);
	}
	copy = xrealloc(copy, packed.size > 0 ? packed.size : 1);
	int r = http_inflate_run(
		&inflate, (struct str){copy, packed.size}, max_bytes, ret, &data, ret_offset);
	ck_assert(r != HTTP_INFLATE_OK || data == ret->data);
	free(copy);
	return r;
}

static void check(size_t max_bytes, int expected, struct str content)
{
	struct str got = {NULL, 0};
	size_t offset;
	ck_assert_int_eq(run(max_bytes, &got, &offset), expected);
	if (expected == HTTP_INFLATE_OK) {
		ck_assert(str_equal(got, content));
		ck_assert_uint_eq(offset, packed.size);
	} else {
		ck_assert_ptr_null(got.data);
	}
}

START_TEST(one_member_is_undone)
{
	pack(STR("hello"));
	check(LIMIT, HTTP_INFLATE_OK, STR("hello"));
}
END_TEST

START_TEST(empty_content_is_content)
{
	pack(STR(""));
	check(LIMIT, HTTP_INFLATE_OK, STR(""));
}
END_TEST

START_TEST(members_are_one_body)
{
	pack(STR("one "));
	pack(STR(""));
	pack(STR("two"));
	check(LIMIT, HTTP_INFLATE_OK, STR("one two"));
}
END_TEST

START_TEST(optional_header_fields_are_skipped)
{
	pack(STR("hello"));
	struct buf with;
	buf_init(&with, 1000);
	(void)buf_append(&with, packed.data, 10);
	with.data[3] = 0x04 | 0x08 | 0x10; // extra, name, comment
	(void)buf_append_str(&with, STR("\x03\0abcname\0comment\0"));
	(void)buf_append(&with, packed.data + 10, packed.size - 10);
	buf_finish(&packed);
	packed = with;
	check(LIMIT, HTTP_INFLATE_OK, STR("hello"));
}
END_TEST

START_TEST(limit_is_exact)
{
	for (size_t size = 65534; size <= 65538; size++) {
		struct str got;
		size_t offset;
		buf_clear(&packed);
		pack_zeros(size);
		ck_assert_int_eq(run(size, &got, &offset), HTTP_INFLATE_OK);
		ck_assert_uint_eq(got.size, size);
		check(size - 1, HTTP_INFLATE_TOO_LARGE, STR(""));
	}
}
END_TEST

START_TEST(limit_counts_all_members)
{
	struct str got;
	size_t offset;
	pack_zeros(LIMIT / 2);
	pack_zeros(LIMIT / 2);
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_OK);
	ck_assert_uint_eq(got.size, LIMIT);
	pack(STR("x"));
	check(LIMIT, HTTP_INFLATE_TOO_LARGE, STR(""));
}
END_TEST

START_TEST(bomb_takes_no_more_memory_than_the_limit)
{
	pack_zeros(16 << 20);
	check(LIMIT, HTTP_INFLATE_TOO_LARGE, STR(""));
	ck_assert_uint_le(inflate.capacity, LIMIT);
}
END_TEST

START_TEST(bomb_that_says_so_is_not_even_begun)
{
	pack_zeros(16 << 20);
	check(LIMIT, HTTP_INFLATE_TOO_LARGE, STR(""));
	ck_assert_uint_eq(inflate.capacity, 0);
	packed.data[packed.size - 1] = 0; // it says less: found out at the limit
	check(LIMIT, HTTP_INFLATE_TOO_LARGE, STR(""));
	ck_assert_uint_le(inflate.capacity, LIMIT);
}
END_TEST

START_TEST(claimed_size_is_not_believed)
{
	static const uint32_t claims[] = {0, 1, 4, 6, 80, 1 << 16, 1 << 20, UINT32_MAX};
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		buf_clear(&packed);
		pack(STR("hello"));
		memcpy(packed.data + packed.size - 4, &claims[i], 4);
		check(LIMIT, HTTP_INFLATE_CORRUPT, STR(""));
		ck_assert_uint_le(inflate.capacity, 64 << 10);
	}
}
END_TEST

START_TEST(every_truncation_is_noticed)
{
	pack(STR("hello, hello, hello"));
	size_t whole = packed.size;
	for (packed.size = 0; packed.size < whole; packed.size++) {
		struct str got = {NULL, 0};
		size_t offset;
		int r = run(LIMIT, &got, &offset);
		ck_assert(r == HTTP_INFLATE_CORRUPT || r == HTTP_INFLATE_NOT_GZIP);
	}
}
END_TEST

START_TEST(every_flipped_check_bit_is_noticed)
{
	pack(STR("hello"));
	for (size_t at = packed.size - 8; at < packed.size; at++) {
		packed.data[at] ^= 0x10;
		check(LIMIT, HTTP_INFLATE_CORRUPT, STR(""));
		packed.data[at] ^= 0x10;
	}
}
END_TEST

START_TEST(what_follows_must_be_a_member)
{
	struct str got;
	size_t offset;
	pack(STR("hello"));
	size_t end = packed.size;
	(void)buf_append_char(&packed, '\0');
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_NOT_GZIP);
	ck_assert_uint_eq(offset, end);
	packed.size = end;
	(void)buf_append_str(&packed, STR("\x1f\x8b"));
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_CORRUPT);
	ck_assert_uint_eq(offset, end);
}
END_TEST

START_TEST(other_data_is_no_gzip)
{
	(void)buf_append_str(&packed, STR("{\"resourceLogs\":[]}"));
	check(LIMIT, HTTP_INFLATE_NOT_GZIP, STR(""));
}
END_TEST

START_TEST(memory_is_reused_and_given_back)
{
	pack_zeros(LIMIT);
	struct str got;
	size_t offset;
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_OK);
	const char *data = inflate.data;
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_OK);
	ck_assert_ptr_eq(inflate.data, data);
	ck_assert(http_inflate_trim(&inflate));
	ck_assert(!http_inflate_trim(&inflate));
	ck_assert_int_eq(run(LIMIT, &got, &offset), HTTP_INFLATE_OK);
}
END_TEST

static Suite *http_inflate_suite(void)
{
	Suite *suite = suite_create("http_inflate");
	TCase *tcase = tcase_create("gzip");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, one_member_is_undone);
	tcase_add_test(tcase, empty_content_is_content);
	tcase_add_test(tcase, members_are_one_body);
	tcase_add_test(tcase, optional_header_fields_are_skipped);
	tcase_add_test(tcase, limit_is_exact);
	tcase_add_test(tcase, limit_counts_all_members);
	tcase_add_test(tcase, bomb_takes_no_more_memory_than_the_limit);
	tcase_add_test(tcase, bomb_that_says_so_is_not_even_begun);
	tcase_add_test(tcase, claimed_size_is_not_believed);
	tcase_add_test(tcase, every_truncation_is_noticed);
	tcase_add_test(tcase, every_flipped_check_bit_is_noticed);
	tcase_add_test(tcase, what_follows_must_be_a_member);
	tcase_add_test(tcase, other_data_is_no_gzip);
	tcase_add_test(tcase, memory_is_reused_and_given_back);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_inflate_suite());
}
