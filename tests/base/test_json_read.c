#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

/* All tokens of a text, each as one character, texts behind theirs; "!" and the
 * reason at an error. */
static char *tokens_of(struct str text, size_t max_depth)
{
	static const char letters[] = {[JSON_OBJECT_BEGIN] = '{',
		[JSON_OBJECT_END] = '}',
		[JSON_ARRAY_BEGIN] = '[',
		[JSON_ARRAY_END] = ']',
		[JSON_NAME] = 'k',
		[JSON_STRING] = 's',
		[JSON_NUMBER] = 'n',
		[JSON_TRUE] = 'T',
		[JSON_FALSE] = 'F',
		[JSON_NULL] = 'N'};
	struct json_reader r;
	struct buf out;
	char *copy = xmalloc(text.size); // as large as the text: reading beyond it is found
	memcpy(copy, text.data, text.size);
	buf_init(&out, 1 << 26);
	json_reader_init(&r, copy, text.size, max_depth);
	enum json_token t;
	while ((t = json_next(&r)) > JSON_END) {
		buf_append_char(&out, letters[t]);
		if (t == JSON_NAME || t == JSON_STRING || t == JSON_NUMBER) {
			buf_printf(&out, "<%.*s>", STR_ARG(r.text));
		}
	}
	if (t == JSON_ERROR) {
		buf_printf(&out, "!%zu %s", json_offset(&r), r.error);
		ck_assert_int_eq(json_next(&r), JSON_ERROR);
	}
	buf_append_char(&out, '\0');
	free(copy);
	return out.data;
}

static void expect(struct str text, const char *tokens)
{
	char *got = tokens_of(text, 100);
	ck_assert_str_eq(got, tokens);
	free(got);
}

START_TEST(tokens_come_in_order)
{
	expect(STR("{\"a\":[1,-2.5e+3,\"s\",true,false,null,{},[]],\"b\":{\"\":0}}"),
		"{k<a>[n<1>n<-2.5e+3>s<s>TFN{}[]]k<b>{k<>n<0>}}");
	expect(STR(" \t\r\n[ 1 , { \"a\" : 2 } ] \n"), "[n<1>{k<a>n<2>}]");
	expect(STR("\xef\xbb\xbf"
		   "7"),
		"n<7>");
	expect(STR("\"x\""), "s<x>");
	expect(STR("null"), "N");
}
END_TEST

START_TEST(what_is_no_json_is_told_with_its_place)
{
	static const char *const cases[][2] = {
		{"", "!0 the text ends where a value is expected"},
		{"[", "[!1 the text ends where a value is expected"},
		{"[1", "[n<1>!2 a comma or ']' is expected here"},
		{"[1,]", "[n<1>!3 a value is expected here"},
		{"[1}", "[n<1>!2 a comma or ']' is expected here"},
		{"{", "{!1 a name in quotes is expected here"},
		{"{\"a\"}", "{!4 a colon is expected here"},
		{"{\"a\":}", "{k<a>!5 a value is expected here"},
		{"{\"a\":1]", "{k<a>n<1>!6 a comma or '}' is expected here"},
		{"{\"a\":1,}", "{k<a>n<1>!7 a name in quotes is expected here"},
		{"{1:2}", "{!1 a name in quotes is expected here"},
		{"1 2", "n<1>!2 something follows the value"},
		{"tru", "!0 a value is expected here"},
		{"nulL", "!0 a value is expected here"},
		{"NaN", "!0 a value is expected here"},
		{"+1", "!0 a value is expected here"},
		{".5", "!0 a value is expected here"},
		{"01", "!0 invalid number"},
		{"-", "!1 invalid number"},
		{"1.", "!2 invalid number"},
		{"1e+", "!3 invalid number"},
		{"\"abc", "!4 string without an end"},
		{"\"a\nb\"", "!2 control character in a string"},
		{"\"a\\x\"", "!2 invalid escape in a string"},
		{"\"a\\", "!2 invalid escape in a string"},
		{"\"\\u12g4\"", "!1 invalid escape in a string"},
		{"\xef\xbb", "!0 a value is expected here"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(str_from(cases[i][0]), cases[i][1]);
	}
}
END_TEST

/* Every special byte at every distance from the ends, so that all ways of scanning meet it. */
START_TEST(strings_of_any_length_are_scanned_alike)
{
	static const char *const inner[][2] = {{"\\n", "\n"}, {"\xc3\xa4", "\xc3\xa4"},
		{"\\ud83d\\ude00", "\xf0\x9f\x98\x80"}, {"\\u00e4", "\xc3\xa4"}, {"\\\\", "\\"},
		{"\\\"", "\""}};
	for (size_t before = 0; before < 40; before++) {
		for (size_t after = 0; after < 40; after += 3) {
			for (size_t i = 0; i < ARRAY_SIZE(inner); i++) {
				char x[41] = {0}, y[41] = {0};
				memset(x, 'x', before);
				memset(y, 'y', after);
				char *text = xasprintf("\"%s%s%s\"", x, inner[i][0], y);
				char *tokens = xasprintf("s<%s%s%s>", x, inner[i][1], y);
				expect(str_from(text), tokens);
				free(text);
				free(tokens);
			}
		}
	}
}
END_TEST

START_TEST(repaired_strings_are_counted_once_each)
{
	char text[] = "[\"\xff\xfe\",\"\\ud800\\udbff\",\"ok\",{\"\xc3\":\"\xc3\xa4\"}]";
	struct json_reader r;
	json_reader_init(&r, text, sizeof(text) - 1, 10);
	while (json_next(&r) > JSON_END) {
		if (r.text.size == 6) {
			ck_assert(str_equal(r.text, STR("\xef\xbf\xbd\xef\xbf\xbd")));
		}
	}
	ck_assert_ptr_null(r.error);
	ck_assert_uint_eq(r.repaired, 3);
}
END_TEST

START_TEST(depth_is_limited_without_recursion)
{
	size_t size = 3000000;
	char *text = xmalloc(size);
	memset(text, '[', size);
	struct json_reader r;
	json_reader_init(&r, text, size, 512);
	for (size_t i = 0; i < 512; i++) {
		ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	}
	ck_assert_int_eq(json_next(&r), JSON_ERROR);
	ck_assert_str_eq(r.error, "nested too deeply");
	ck_assert_uint_eq(json_offset(&r), 512);
	json_reader_init(&r, text, size, SIZE_MAX);
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	ck_assert(!json_skip(&r, JSON_ARRAY_BEGIN));
	ck_assert_uint_eq(json_offset(&r), JSON_MAX_DEPTH);
	memset(text + 512, ']', 512);
	json_reader_init(&r, text, 1024, 512);
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	ck_assert(json_skip(&r, JSON_ARRAY_BEGIN));
	ck_assert_int_eq(json_next(&r), JSON_END);
	free(text);
}
END_TEST

START_TEST(objects_and_arrays_are_told_apart_at_any_depth)
{
	struct buf text;
	buf_init(&text, 100000);
	for (size_t i = 0; i < 150; i++) {
		buf_append_str(&text, i % 3 == 0 ? STR("[") : STR("{\"a\":"));
	}
	buf_append_char(&text, '1');
	for (size_t i = 150; i > 0; i--) {
		buf_append_char(&text, (i - 1) % 3 == 0 ? ']' : '}');
	}
	struct json_reader r;
	json_reader_init(&r, text.data, text.size, 150);
	enum json_token t;
	while ((t = json_next(&r)) > JSON_END) {
	}
	ck_assert_int_eq(t, JSON_END);
	buf_finish(&text);
}
END_TEST

START_TEST(skipped_values_are_checked_but_not_changed)
{
	static const char text[] = "{\"a\":{\"b\":[\"\\n\xff\",1]},\"c\":\"\\t\",\"d\":2}";
	char copy[sizeof(text)];
	struct json_reader r;
	memcpy(copy, text, sizeof(text));
	json_reader_init(&r, copy, sizeof(text) - 1, 10);
	ck_assert_int_eq(json_next(&r), JSON_OBJECT_BEGIN);
	ck_assert_int_eq(json_next(&r), JSON_NAME);
	struct json_mark place = json_tell(&r);
	ck_assert(json_skip(&r, JSON_NAME));
	ck_assert_int_eq(json_next(&r), JSON_NAME);
	ck_assert(str_equal(r.text, STR("c")));
	ck_assert(json_skip(&r, JSON_NAME));
	ck_assert_int_eq(json_next(&r), JSON_NAME);
	ck_assert_int_eq(json_next(&r), JSON_NUMBER);
	ck_assert(json_skip(&r, JSON_NUMBER)); // read already
	ck_assert_int_eq(json_next(&r), JSON_OBJECT_END);
	ck_assert_mem_eq(copy, text, sizeof(text));
	ck_assert_uint_eq(r.repaired, 0);

	struct json_mark after = json_tell(&r);
	json_seek(&r, place);
	ck_assert_int_eq(json_next(&r), JSON_OBJECT_BEGIN);
	ck_assert_int_eq(json_next(&r), JSON_NAME);
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	ck_assert_int_eq(json_next(&r), JSON_STRING);
	ck_assert(str_equal(r.text, STR("\n\xff")));
	ck_assert_uint_eq(r.repaired, 1);
	json_seek(&r, after);
	ck_assert_int_eq(json_next(&r), JSON_END);

	char broken[] = "[[1,}]";
	json_reader_init(&r, broken, sizeof(broken) - 1, 10);
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	ck_assert(!json_skip(&r, JSON_ARRAY_BEGIN));
	ck_assert_uint_eq(json_offset(&r), 4);
}
END_TEST

START_TEST(items_of_an_array_can_be_taken_as_a_whole)
{
	char text[] = "[{\"a\":1},{\"a\":2}, {}]";
	struct json_reader r;
	json_reader_init(&r, text, sizeof(text) - 1, 2);
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_BEGIN);
	ck_assert_ptr_null(json_item(&r, 2)); // deeper than allowed
	ck_assert_ptr_eq(json_item(&r, 1), text + 1);
	json_take_item(&r, text + 8);
	ck_assert_ptr_eq(json_item(&r, 1), text + 9);
	json_take_item(&r, text + 16);
	ck_assert_ptr_eq(json_item(&r, 1), text + 17); // a blank, for the caller to see
	ck_assert_int_eq(json_next(&r), JSON_OBJECT_BEGIN);
	ck_assert_int_eq(json_next(&r), JSON_OBJECT_END);
	ck_assert_ptr_null(json_item(&r, 1));
	ck_assert_int_eq(json_next(&r), JSON_ARRAY_END);
	ck_assert_int_eq(json_next(&r), JSON_END);
}
END_TEST

START_TEST(a_text_cut_anywhere_ends_in_an_error)
{
	static const char text[] =
		"{\"name\":[1.5e3,\"\\ud83d\\ude00 \xe2\x82\xac\",true,null,{\"x\":[]}]}";
	for (size_t size = 0; size < sizeof(text) - 1; size++) {
		char *got = tokens_of((struct str){text, size}, 100);
		ck_assert_ptr_nonnull(strchr(got, '!'));
		free(got);
	}
}
END_TEST

static Suite *json_read_suite(void)
{
	Suite *suite = suite_create("json_read");
	TCase *tcase = tcase_create("json_read");
	tcase_add_test(tcase, tokens_come_in_order);
	tcase_add_test(tcase, what_is_no_json_is_told_with_its_place);
	tcase_add_test(tcase, strings_of_any_length_are_scanned_alike);
	tcase_add_test(tcase, repaired_strings_are_counted_once_each);
	tcase_add_test(tcase, depth_is_limited_without_recursion);
	tcase_add_test(tcase, objects_and_arrays_are_told_apart_at_any_depth);
	tcase_add_test(tcase, skipped_values_are_checked_but_not_changed);
	tcase_add_test(tcase, items_of_an_array_can_be_taken_as_a_whole);
	tcase_add_test(tcase, a_text_cut_anywhere_ends_in_an_error);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(json_read_suite());
}
