#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#include "support/suite.h"

START_TEST(equality_is_of_bytes_and_case_matters_unless_told)
{
	ck_assert(str_equal(STR("a\0b"), STR("a\0b")));
	ck_assert(!str_equal(STR("a\0b"), STR("a\0c")));
	ck_assert(!str_equal(STR("a"), STR("ab")));
	ck_assert(str_equal((struct str){NULL, 0}, STR("")));
	ck_assert(!str_equal(STR("A"), STR("a")));
	ck_assert(str_equal_nocase(STR("Content-Type"), STR("cONTENT-tYPE")));
	ck_assert(!str_equal_nocase(STR("a["), STR("a{")));
	ck_assert(!str_equal_nocase(STR("a"), STR("aa")));
}
END_TEST

START_TEST(prefixes_suffixes_and_needles_are_found)
{
	ck_assert(str_starts_with(STR("abc"), STR("ab")));
	ck_assert(str_starts_with(STR("abc"), STR("")));
	ck_assert(!str_starts_with(STR("ab"), STR("abc")));
	ck_assert(str_ends_with(STR("abc"), STR("bc")));
	ck_assert(!str_ends_with(STR("abc"), STR("ab")));
	ck_assert(str_contains(STR("a\0bc"), STR("\0b")));
	ck_assert(str_contains(STR(""), STR("")));
	ck_assert(!str_contains(STR("abc"), STR("ac")));
}
END_TEST

START_TEST(cutting_and_trimming)
{
	ck_assert(str_equal(str_skip(STR("abc"), 1), STR("bc")));
	ck_assert(str_equal(str_skip(STR("abc"), 3), STR("")));
	ck_assert(str_equal(str_trim(STR(" \t a b\t ")), STR("a b")));
	ck_assert(str_equal(str_trim(STR(" \t")), STR("")));
	ck_assert_uint_eq(str_from(NULL).size, 0);
	ck_assert(str_equal(str_from("abc"), STR("abc")));
}
END_TEST

START_TEST(characters_are_found_and_divide)
{
	struct str before = STR("untouched"), behind = before;
	ck_assert_uint_eq(str_find_char(STR("a=b=c"), '='), 1);
	ck_assert_uint_eq(str_find_char(STR("abc"), '='), 3);
	ck_assert_uint_eq(str_find_char((struct str){NULL, 0}, '='), 0);
	ck_assert(str_has_char(STR("a\0b"), '\0') && !str_has_char(STR("ab"), '\0'));
	ck_assert(!str_split(STR("abc"), '=', &before, &behind));
	ck_assert(!str_split((struct str){NULL, 0}, '=', &before, &behind));
	ck_assert(str_equal(before, STR("untouched")) && str_equal(behind, before));
	ck_assert(str_split(STR("a=b=c"), '=', &before, &behind));
	ck_assert(str_equal(before, STR("a")) && str_equal(behind, STR("b=c")));
	ck_assert(str_split(behind, '=', &before, &behind));
	ck_assert(str_equal(before, STR("b")) && str_equal(behind, STR("c")));
	ck_assert(str_split(STR("="), '=', &before, &behind));
	ck_assert(before.size == 0 && behind.size == 0);
	ck_assert(str_equal(str_first(STR("abc"), 2), STR("ab")));
	ck_assert(str_equal(str_first(STR("abc"), 4), STR("abc")));
}
END_TEST

START_TEST(hex_digits_have_values)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int sum = 0, count = 0;
	for (int c = 0; c < 256; c++) {
		int value = str_hex_digit((char)c);
		ck_assert_int_eq(value >= 0, c != 0 && strchr(digits, c) != NULL);
		sum += value >= 0 ? value : 0;
		count += value >= 0;
	}
	ck_assert_int_eq(count, 22);
	ck_assert_int_eq(sum, 45 + 2 * (10 + 11 + 12 + 13 + 14 + 15));
}
END_TEST

START_TEST(integers_are_read_whole_or_not_at_all)
{
	int64_t value = 7;
	ck_assert(str_to_int64(STR("9223372036854775807"), &value));
	ck_assert_int_eq(value, INT64_MAX);
	ck_assert(str_to_int64(STR("-9223372036854775808"), &value));
	ck_assert_int_eq(value, INT64_MIN);
	ck_assert(str_to_int64(STR("-0"), &value));
	ck_assert_int_eq(value, 0);
	static const char *const bad[] = {"", "-", "+1", "1 ", " 1", "1.0", "0x1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999"};
	value = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!str_to_int64(str_from(bad[i]), &value), "%s", bad[i]);
		ck_assert_int_eq(value, 7);
	}
}
END_TEST

START_TEST(doubles_are_read_whole_or_not_at_all)
{
	double value = 7;
	ck_assert(str_to_double(STR("-1.5e-3"), &value));
	ck_assert_double_eq(value, -1.5e-3);
	static const char *const bad[] = {
		"", "nan", "inf", "1e999", "0x1p3", "1 ", " 1", "1,5", "1e"};
	value = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!str_to_double(str_from(bad[i]), &value), "%s", bad[i]);
		ck_assert_double_eq(value, 7);
	}
}
END_TEST

START_TEST(hashes_differ_where_strings_do)
{
	ck_assert_uint_eq(str_hash(STR("session-1")), str_hash(STR("session-1")));
	ck_assert_uint_ne(str_hash(STR("session-1")), str_hash(STR("session-2")));
	ck_assert_uint_ne(str_hash(STR("")), str_hash(STR("\0")));
	ck_assert_uint_ne(str_hash(STR("abcdefgh")), str_hash(STR("abcdefgi")));
}
END_TEST

START_TEST(lower_case_is_of_ascii)
{
	char text[] = "Az@[`{\xc3\x84Z";
	str_lower((struct str){text, 8}, text);
	ck_assert_str_eq(text, "az@[`{\xc3\x84Z");
}
END_TEST

START_TEST(lines_are_counted_up_to_a_place)
{
	struct str text = STR("a\n\nb");
	static const size_t lines[] = {1, 1, 2, 3, 3, 3};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_uint_eq(str_line_of(text, i), lines[i]);
	}
	ck_assert_uint_eq(str_line_of((struct str){0}, 5), 1);
}
END_TEST

START_TEST(a_copy_ends_with_nul)
{
	char *copy = str_dup((struct str){"abc", 2});
	ck_assert_str_eq(copy, "ab");
	free(copy);
	copy = str_dup((struct str){NULL, 0});
	ck_assert_str_eq(copy, "");
	free(copy);
}
END_TEST

static Suite *str_suite(void)
{
	Suite *suite = suite_create("str");
	TCase *tcase = tcase_create("str");
	tcase_add_test(tcase, equality_is_of_bytes_and_case_matters_unless_told);
	tcase_add_test(tcase, prefixes_suffixes_and_needles_are_found);
	tcase_add_test(tcase, cutting_and_trimming);
	tcase_add_test(tcase, characters_are_found_and_divide);
	tcase_add_test(tcase, hex_digits_have_values);
	tcase_add_test(tcase, integers_are_read_whole_or_not_at_all);
	tcase_add_test(tcase, doubles_are_read_whole_or_not_at_all);
	tcase_add_test(tcase, hashes_differ_where_strings_do);
	tcase_add_test(tcase, lower_case_is_of_ascii);
	tcase_add_test(tcase, lines_are_counted_up_to_a_place);
	tcase_add_test(tcase, a_copy_ends_with_nul);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(str_suite());
}
