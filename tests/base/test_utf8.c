#include "base/utf8.h"

#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

static const char *const valid[] = {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
	"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};

static const char *const invalid[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x20",
	"\xe0\x9f\xbf", "\xe0\xa0", "\xe0\xa0\x20", "\xed\xa0\x80", "\xed\xbf\xbf",
	"\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe"};

START_TEST(validity_is_that_of_the_rfc)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
		ck_assert(utf8_is_valid(str_from(valid[i])));
		ck_assert_uint_eq(utf8_sequence(str_from(valid[i])), strlen(valid[i]));
	}
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		ck_assert_msg(!utf8_is_valid(str_from(invalid[i])), "%zu", i);
		ck_assert_uint_eq(utf8_sequence(str_from(invalid[i])), 0);
	}
	ck_assert(utf8_is_valid(STR("\0")));
}
END_TEST

/* In every place of a text of every length up to a few words. */
START_TEST(one_bad_byte_is_found_wherever_it_is)
{
	char text[40];
	for (size_t size = 1; size < sizeof(text); size++) {
		memset(text, 'x', sizeof(text));
		ck_assert(utf8_is_ascii((struct str){text, size}));
		ck_assert(utf8_is_valid((struct str){text, size}));
		for (size_t at = 0; at < size; at++) {
			text[at] = '\xff';
			ck_assert(!utf8_is_ascii((struct str){text, size}));
			ck_assert(!utf8_is_valid((struct str){text, size}));
			text[at] = 'x';
		}
	}
	ck_assert(utf8_is_ascii(STR("")));
	ck_assert(utf8_is_ascii(STR("\x7f")));
}
END_TEST

START_TEST(bad_bytes_are_replaced_one_by_one)
{
	struct buf b;
	buf_init(&b, 1000);
	utf8_append_repaired(&b, STR("a\xff\xe0\xa0z\xc3\xa4\xed\xa0\x80"));
	ck_assert(str_equal(buf_str(&b), STR("a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xc3\xa4"
					     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")));
	buf_finish(&b);
}
END_TEST

START_TEST(shown_text_is_harmless_and_cut)
{
	struct buf b;
	buf_init(&b, 1000);
	utf8_append_shown(&b, STR("a\n\x1b\"\\\xff\xc2\x85\xc3\xa4"), 100);
	ck_assert(str_equal(buf_str(&b), STR("a\\x0a\\x1b\\\"\\\\\\xff\\xc2\\x85\xc3\xa4")));
	buf_clear(&b);
	utf8_append_shown(&b, STR("abcdef"), 3);
	ck_assert(str_equal(buf_str(&b), STR("abc\xe2\x80\xa6")));
	buf_clear(&b);
	utf8_append_shown(&b, STR("abc"), 3);
	ck_assert(str_equal(buf_str(&b), STR("abc")));
	buf_finish(&b);
}
END_TEST

START_TEST(shown_text_turns_no_direction)
{
	struct buf b;
	buf_init(&b, 1000);
	utf8_append_shown(&b,
		STR("a\xe2\x80\xae"
		    "b\xe2\x80\xa8\xf0\x9f\x9a\x80"),
		100);
	ck_assert(str_equal(buf_str(&b), STR("a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8\xf0\x9f\x9a\x80")));
	buf_finish(&b);
}
END_TEST

START_TEST(a_prefix_cuts_no_sequence)
{
	struct str s = STR("a\xc3\xa4\xf0\x9f\x9a\x80z");
	static const size_t sizes[] = {0, 1, 1, 3, 3, 3, 3, 7, 8, 8};
	for (size_t max = 0; max < sizeof(sizes) / sizeof(sizes[0]); max++) {
		ck_assert_uint_eq(utf8_prefix(s, max).size, sizes[max]);
	}
	ck_assert_uint_eq(utf8_prefix(STR("\x80\x80\x80\x80\x80\x80"), 5).size, 5);
}
END_TEST

START_TEST(names_hold_nothing_that_harms_the_line)
{
	static const char *const good[] = {"", "shop", "الع 🚀 <b>&x",
		"a\342\200\214b", // octal: a hexadecimal escape would take the b
		"\xc2\xa0"};
	static const char *const bad[] = {"\x01", "\x7f", "\xc2\x80", "\xc2\x9f", "\xd8\x9c",
		"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa",
		"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xff", "\xed\xa0\x80"};
	struct buf b;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(utf8_is_name(str_from(good[i])), "%zu", i);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!utf8_is_name(str_from(bad[i])), "%zu", i);
		utf8_append_name(&b, str_from(bad[i]));
		ck_assert(utf8_is_name(buf_str(&b)));
		ck_assert_int_eq(strncmp(b.data, "\xef\xbf\xbd", 3), 0);
		buf_clear(&b);
	}
	ck_assert(!utf8_is_name(STR("\0")));
	utf8_append_name(&b, STR("a\xe2\x80\xae"
				 "b\0c"));
	ck_assert(str_equal(buf_str(&b), STR("a\xef\xbf\xbd"
					     "b\xef\xbf\xbd"
					     "c")));
	buf_finish(&b);
}
END_TEST

START_TEST(width_is_in_columns)
{
	ck_assert_uint_eq(utf8_width(STR("")), 0);
	ck_assert_uint_eq(utf8_width(STR("ab")), 2);
	ck_assert_uint_eq(utf8_width(STR("⠋, é✓")), 5);
	ck_assert_uint_eq(utf8_width(STR("日本語")), 6);
	ck_assert_uint_eq(utf8_width(STR("e\xcc\x81")), 1); // combining acute accent
	ck_assert_uint_eq(utf8_width(STR("🚀")), 2);
	ck_assert_uint_eq(utf8_width(STR("\xff\xfe")), 2);
	ck_assert(str_equal(utf8_fit(STR("日本語"), 5), STR("日本")));
	ck_assert(str_equal(utf8_fit(STR("abc"), 3), STR("abc")));
	ck_assert(str_equal(utf8_fit(STR("e\xcc\x81x"), 1), STR("e\xcc\x81")));
	ck_assert_uint_eq(utf8_fit(STR("日"), 1).size, 0);
}
END_TEST

START_TEST(every_scalar_value_is_encoded_validly)
{
	char out[4];
	size_t wrong = 0;
	for (unsigned c = 0; c <= 0x10ffff; c++) {
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		size_t size = surrogate ? 0 : utf8_encode(c, out);
		wrong += !surrogate && utf8_sequence((struct str){out, size}) != size;
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(utf8_encode(0x1f600, out), 4);
	ck_assert_mem_eq(out, "\xf0\x9f\x98\x80", 4);
}
END_TEST

static Suite *utf8_suite(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");
	tcase_add_test(tcase, validity_is_that_of_the_rfc);
	tcase_add_test(tcase, one_bad_byte_is_found_wherever_it_is);
	tcase_add_test(tcase, bad_bytes_are_replaced_one_by_one);
	tcase_add_test(tcase, shown_text_is_harmless_and_cut);
	tcase_add_test(tcase, shown_text_turns_no_direction);
	tcase_add_test(tcase, a_prefix_cuts_no_sequence);
	tcase_add_test(tcase, names_hold_nothing_that_harms_the_line);
	tcase_add_test(tcase, width_is_in_columns);
	tcase_add_test(tcase, every_scalar_value_is_encoded_validly);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(utf8_suite());
}
