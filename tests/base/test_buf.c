#include "base/buf.h"

#include <errno.h>
#include <string.h>

#include "support/suite.h"

START_TEST(bytes_are_kept_in_order)
{
	struct buf b;
	buf_init(&b, 1000);
	ck_assert_int_eq(buf_append(&b, "a\0b", 3), 0);
	ck_assert_int_eq(buf_append_str(&b, STR("cd")), 0);
	ck_assert_int_eq(buf_append_char(&b, 'e'), 0);
	ck_assert_int_eq(buf_append(&b, NULL, 0), 0);
	ck_assert_int_eq(buf_printf(&b, "%d", 42), 0);
	ck_assert(str_equal(buf_str(&b), STR("a\0bcde42")));
	buf_consume(&b, 3);
	ck_assert(str_equal(buf_str(&b), STR("cde42")));
	buf_consume(&b, 5);
	ck_assert_uint_eq(b.size, 0);
	buf_finish(&b);
}
END_TEST

START_TEST(the_ceiling_is_reached_and_never_passed)
{
	struct buf b;
	buf_init(&b, 300);
	for (size_t i = 0; i < 300; i++) {
		ck_assert_int_eq(buf_append_char(&b, 'x'), 0);
	}
	ck_assert(!b.overflowed);
	ck_assert_int_eq(buf_append_char(&b, 'y'), -ENOBUFS);
	ck_assert(b.overflowed);
	ck_assert_uint_eq(b.size, 300);
	ck_assert_uint_le(b.capacity, 300);
	buf_clear(&b);
	ck_assert(!b.overflowed);
	ck_assert_int_eq(buf_reserve(&b, SIZE_MAX), -ENOBUFS);
	ck_assert_int_eq(buf_append(&b, "abc", 3), 0);
	buf_finish(&b);
}
END_TEST

START_TEST(an_append_is_whole_or_nothing)
{
	struct buf b;
	buf_init(&b, 5);
	ck_assert_int_eq(buf_append(&b, "abc", 3), 0);
	ck_assert_int_eq(buf_append(&b, "def", 3), -ENOBUFS);
	ck_assert_int_eq(buf_printf(&b, "%s", "def"), -ENOBUFS);
	ck_assert(str_equal(buf_str(&b), STR("abc")));
	buf_finish(&b);
}
END_TEST

START_TEST(long_formatted_text_arrives_whole)
{
	struct buf b;
	char text[1000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	buf_init(&b, 2000);
	ck_assert_int_eq(buf_printf(&b, "<%s>", text), 0);
	ck_assert_uint_eq(b.size, sizeof(text) + 1);
	ck_assert_int_eq(b.data[0], '<');
	ck_assert_int_eq(b.data[b.size - 1], '>');
	buf_finish(&b);
}
END_TEST

START_TEST(memory_is_given_back_when_empty_and_large)
{
	struct buf b;
	buf_init(&b, 10000);
	ck_assert_int_eq(buf_reserve(&b, 5000), 0);
	buf_append_char(&b, 'x');
	buf_trim(&b, 100);
	ck_assert_uint_ge(b.capacity, 5000);
	buf_clear(&b);
	buf_trim(&b, 10000);
	ck_assert_uint_ge(b.capacity, 5000);
	buf_trim(&b, 100);
	ck_assert_uint_eq(b.capacity, 0);
	ck_assert_int_eq(buf_append_char(&b, 'y'), 0);
	buf_finish(&b);
}
END_TEST

START_TEST(lines_are_taken_once_they_are_whole)
{
	struct buf b;
	size_t at = 0, size = 7;
	buf_init(&b, 100);
	ck_assert_ptr_null(buf_line(&b, &at, &size));
	buf_append_str(&b, STR("one\n\nthr"));
	ck_assert_ptr_eq(buf_line(&b, &at, &size), b.data);
	ck_assert_uint_eq(size, 3);
	ck_assert_ptr_eq(buf_line(&b, &at, &size), b.data + 4);
	ck_assert_uint_eq(size, 0);
	ck_assert_ptr_null(buf_line(&b, &at, &size));
	ck_assert_uint_eq(at, 5);
	buf_consume(&b, at);
	buf_append_str(&b, STR("ee\n"));
	at = 0;
	ck_assert_ptr_eq(buf_line(&b, &at, &size), b.data);
	ck_assert_uint_eq(size, 5);
	ck_assert_ptr_null(buf_line(&b, &at, &size));
	ck_assert_uint_eq(at, b.size);
	buf_finish(&b);
}
END_TEST

static Suite *buf_suite(void)
{
	Suite *suite = suite_create("buf");
	TCase *tcase = tcase_create("buf");
	tcase_add_test(tcase, bytes_are_kept_in_order);
	tcase_add_test(tcase, the_ceiling_is_reached_and_never_passed);
	tcase_add_test(tcase, an_append_is_whole_or_nothing);
	tcase_add_test(tcase, long_formatted_text_arrives_whole);
	tcase_add_test(tcase, memory_is_given_back_when_empty_and_large);
	tcase_add_test(tcase, lines_are_taken_once_they_are_whole);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(buf_suite());
}
