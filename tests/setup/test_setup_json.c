#include "setup/setup_json.h"

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

enum { TEXT_BYTES = 65536 };

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct buf text_of(const char *s)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, str_from(s));
	return text;
}

#define ck_assert_text(text, expected)                                                             \
	do {                                                                                       \
		buf_append_char(&(text), '\0');                                                    \
		ck_assert_str_eq((text).data, (expected));                                         \
		(text).size--;                                                                     \
	} while (0)

static void check_add(
	const char *before, const char *const *path, const char *value, const char *after)
{
	struct buf text = text_of(before);
	struct str ignored;
	ck_assert_int_eq(setup_json_get(&text, path, &ignored), SETUP_JSON_ABSENT);
	setup_json_add(&text, path, str_from(value));
	ck_assert_text(text, after);
	ck_assert_int_eq(setup_json_get(&text, path, &ignored), SETUP_JSON_PRESENT);
	buf_finish(&text);
}

START_TEST(what_is_added_takes_the_form_of_what_is_there)
{
	check_add("", PATH("a"), "1", "{\n  \"a\": 1\n}\n");
	check_add(" \n", PATH("a", "b"), "1", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n");
	check_add("{}", PATH("a"), "1", "{\n  \"a\": 1\n}");
	check_add("{\n\t\"a\": 1\n}\n", PATH("b", "c"), "2",
		"{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": 2\n\t}\n}\n");
	check_add("{\n    \"a\": {}\n}\n", PATH("a", "c"), "2",
		"{\n    \"a\": {\n        \"c\": 2\n    }\n}\n");
	check_add("{\"a\":1}", PATH("b", "c"), "2", "{\"a\":1, \"b\": { \"c\": 2 }}");
	check_add("{\"a\": {\"x\": [1, {}]}, \"z\": null}\n", PATH("a", "b"), "2",
		"{\"a\": {\"x\": [1, {}], \"b\": 2}, \"z\": null}\n");
	check_add("{\r\n  \"a\": 1\r\n}\r\n", PATH("b"), "2",
		"{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n");
	check_add(
		"{\n\"a\": \"}\\\" ,\"\n}", PATH("b"), "2", "{\n\"a\": \"}\\\" ,\",\n\"b\": 2\n}");
}
END_TEST

START_TEST(what_stands_there_is_found_as_it_is_written)
{
	struct buf text = text_of(
		"{ \"a\" : { \"b\": \"x\\u0041\" , \"c\": [ 1 ] }, \"d\": -1.5e3 }");
	struct str found;
	ck_assert_int_eq(setup_json_get(&text, PATH("a", "b"), &found), SETUP_JSON_PRESENT);
	ck_assert(str_equal(found, STR("\"x\\u0041\"")));
	ck_assert_int_eq(setup_json_get(&text, PATH("d"), &found), SETUP_JSON_PRESENT);
	ck_assert(str_equal(found, STR("-1.5e3")));
	ck_assert_int_eq(setup_json_get(&text, PATH("e", "b"), &found), SETUP_JSON_ABSENT);
	ck_assert_int_eq(setup_json_get(&text, PATH("d", "b"), &found), SETUP_JSON_BLOCKED);
	ck_assert_int_eq(setup_json_get(&text, PATH("a", "c", "x"), &found), SETUP_JSON_BLOCKED);
	buf_finish(&text);
}
END_TEST

START_TEST(what_no_client_would_read_is_not_touched)
{
	static const char *const texts[] = {"[]", "1", "{", "{} {}", "{\"a\": 1, \"a\": 2}",
		"{'a': 1}", "{,}", "{\"b\": 1,,}", "{\"b\": [,]}", "{\"b\": ,}", "{} ,", "{ /* }",
		"{ / / }", "{\"b\": 1 // }", "{\"a\": 1, \"\\u0061\": 2}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		struct str found;
		ck_assert_msg(setup_json_get(&text, PATH("a"), &found) == SETUP_JSON_INVALID, "%s",
			texts[i]);
		setup_json_add(&text, PATH("a"), STR("1"));
		setup_json_remove(&text, PATH("a"));
		ck_assert_text(text, texts[i]);
		buf_finish(&text);
	}
}
END_TEST

/* Added and taken away again: each byte is back. */
static void check_round(const char *before, const char *after)
{
	struct buf text = text_of(before);
	setup_json_add(&text, PATH("b"), STR("1"));
	ck_assert_text(text, after);
	setup_json_remove(&text, PATH("b"));
	ck_assert_text(text, before);
	buf_finish(&text);
}

START_TEST(comments_and_last_commas_stay_where_they_are)
{
	check_round("{\n  \"a\": 1 // one\n}\n", "{\n  \"a\": 1, // one\n  \"b\": 1\n}\n");
	check_round("{\n  \"a\": 1, // one\n}\n", "{\n  \"a\": 1, // one\n  \"b\": 1,\n}\n");
	check_round("{\n  \"a\": 1,\n  // end\n}\n", "{\n  \"a\": 1,\n  \"b\": 1,\n  // end\n}\n");
	check_round("{\"a\": 1,}", "{\"a\": 1, \"b\": 1,}");
	check_round("{\"a\": 1 /* { */ }", "{\"a\": 1, /* { */\n  \"b\": 1 }");
	check_round(
		"{\n  \"a\": 1 /* x */, // y\n}", "{\n  \"a\": 1 /* x */, // y\n  \"b\": 1,\n}");
	check_round("{\r\n\t\"a\": 1 // one\r\n}\r\n",
		"{\r\n\t\"a\": 1, // one\r\n\t\"b\": 1\r\n}\r\n");
	check_round("{ // mine\n}", "{ // mine\n  \"b\": 1\n}");
	check_round("\xef\xbb\xbf{\"a\": 1}", "\xef\xbb\xbf{\"a\": 1, \"b\": 1}");
	check_round("{\"a\": \"// \\\" /* \"}", "{\"a\": \"// \\\" /* \", \"b\": 1}");
}
END_TEST

START_TEST(a_text_of_comments_is_an_empty_object)
{
	static const char *const texts[][2] = {{"// mine\n", "// mine\n{\n  \"a\": 1\n}\n"},
		{"/* mine */", "/* mine */\n{\n  \"a\": 1\n}\n"},
		{"\xef\xbb\xbf", "\xef\xbb\xbf{\n  \"a\": 1\n}\n"}};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i][0]);
		ck_assert(setup_json_is_blank(&text));
		setup_json_add(&text, PATH("a"), STR("1"));
		ck_assert_text(text, texts[i][1]);
		buf_finish(&text);
	}
}
END_TEST

START_TEST(null_is_nothing)
{
	struct buf text = text_of("{ \"a\": null, \"b\": null }");
	struct str found;
	ck_assert_int_eq(setup_json_get(&text, PATH("a"), &found), SETUP_JSON_ABSENT);
	ck_assert_int_eq(setup_json_get(&text, PATH("a", "x"), &found), SETUP_JSON_ABSENT);
	ck_assert(setup_json_is_null(&text, PATH("b")));
	ck_assert(!setup_json_is_null(&text, PATH("c")));
	ck_assert(!setup_json_is_null(&text, PATH("a", "x")));
	setup_json_add(&text, PATH("a", "x"), STR("1"));
	setup_json_add(&text, PATH("b"), STR("[2]"));
	ck_assert_text(text, "{ \"a\": { \"x\": 1 }, \"b\": [2] }");
	setup_json_replace(&text, PATH("b"), STR("null"));
	ck_assert_text(text, "{ \"a\": { \"x\": 1 }, \"b\": null }");
	buf_finish(&text);
}
END_TEST

START_TEST(a_text_means_the_same_however_it_is_escaped)
{
	struct buf text = text_of("{\"\\u0061\": \"http:\\/\\/x\"}"), meaning;
	struct str found = {0};
	ck_assert_int_eq(setup_json_get(&text, PATH("a"), &found), SETUP_JSON_PRESENT);
	buf_init(&meaning, TEXT_BYTES);
	ck_assert(setup_json_scalar(found, &meaning));
	ck_assert(str_equal(buf_str(&meaning), STR("http://x")));
	ck_assert(!setup_json_scalar(STR("{}"), &meaning));
	buf_finish(&meaning);
	buf_finish(&text);
}
END_TEST

START_TEST(what_is_wrong_is_told_with_its_line)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"{\n  \"a\": 1\n  \"b\": 2\n}", "line 3: "},
		{"{\n \"a\": []}", "\"a\" is not an object"},
		{"{\n \"a\": 1}", "\"a\" is not an object"},
		{"{\"a\": {}, \"a\": {}}", "\"a\" is set twice"},
		{"[]", "not an object"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf text = text_of(cases[i].text), why;
		buf_init(&why, TEXT_BYTES);
		setup_json_explain(&text, PATH("a", "x"), &why);
		ck_assert_msg(str_contains(buf_str(&why), str_from(cases[i].why)), "%.*s",
			STR_ARG(buf_str(&why)));
		buf_finish(&why);
		buf_finish(&text);
	}
}
END_TEST

/* As a crash of the machine may leave a file. */
START_TEST(zeros_are_no_blanks)
{
	struct buf text = text_of("");
	struct str found;
	buf_append(&text, "\0\0", 2);
	ck_assert_int_eq(setup_json_get(&text, PATH("a"), &found), SETUP_JSON_INVALID);
	buf_finish(&text);
}
END_TEST

static void check_remove(const char *before, const char *const *path, const char *after)
{
	struct buf text = text_of(before);
	setup_json_remove(&text, path);
	ck_assert_text(text, after);
	buf_finish(&text);
}

START_TEST(members_are_taken_away_with_their_comma)
{
	check_remove("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}", PATH("a"),
		"{\n  \"b\": 2,\n  \"c\": 3\n}");
	check_remove("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}", PATH("b"),
		"{\n  \"a\": 1,\n  \"c\": 3\n}");
	check_remove("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}", PATH("c"),
		"{\n  \"a\": 1,\n  \"b\": 2\n}");
	check_remove("{\n  \"a\": { \"b\": 1 }\n}", PATH("a", "b"), "{\n  \"a\": {}\n}");
}
END_TEST

START_TEST(comments_of_others_stay_and_swallow_nothing)
{
	check_remove("{ // x\n\"a\": 1}", PATH("a"), "{ // x\n}");
	check_remove("{\"a\": 1 // x\n}", PATH("a"), "{ // x\n}");
	check_remove("{\"a\": 1, // x\n\"b\": 2}", PATH("b"), "{\"a\": 1 // x\n}");
	check_remove(
		"{\"a\": 1, // x\n\"b\": 2, \"c\": 3}", PATH("b"), "{\"a\": 1, // x\n \"c\": 3}");
	check_remove("{\"a\": 1, /* x */ \"b\": 2}", PATH("b"), "{\"a\": 1 /* x */}");
	check_remove("{\"a\": 1 // x\n, \"b\": 2}", PATH("a"), "{ // x\n \"b\": 2}");
	check_remove("{\"a\": 1 // x\n, \"b\": 2}", PATH("b"), "{\"a\": 1 // x\n}");
	check_remove("{\"a\": [ // x\r\n1 /* y */,], \"b\": 2}", PATH("b"),
		"{\"a\": [ // x\r\n1 /* y */,]}");
}
END_TEST

static bool is_even(struct str item, const void *data)
{
	(void)data;
	return (item.data[item.size - 1] - '0') % 2 == 0;
}

START_TEST(arrays_lose_what_matches_and_gain_at_the_end)
{
	const struct setup_json_items even = {.path = PATH("a"), .match = is_even};
	struct buf text = text_of("{\"a\": [2, 1, 4, 3, 6]}");
	ck_assert_uint_eq(setup_json_count(&text, &even), 3);
	setup_json_remove_items(&text, &even);
	ck_assert_text(text, "{\"a\": [1, 3]}");
	ck_assert(setup_json_append(&text, PATH("a"), STR("8")));
	ck_assert_text(text, "{\"a\": [1, 3, 8]}");
	ck_assert(!setup_json_append(&text, PATH("b"), STR("8")));
	ck_assert(!setup_json_is_empty(&text, PATH("a")));
	buf_finish(&text);
	text = text_of("{\n  \"a\": [\n    1\n  ], \"b\": []\n}");
	ck_assert(setup_json_is_empty(&text, PATH("b")));
	setup_json_append(&text, PATH("a"), STR("{}"));
	ck_assert_text(text, "{\n  \"a\": [\n    1,\n    {}\n  ], \"b\": []\n}");
	buf_finish(&text);
}
END_TEST

START_TEST(inner_arrays_take_their_object_with_them)
{
	const struct setup_json_items even = {.path = PATH("a"), .inner = "in", .match = is_even};
	struct buf text = text_of("{\"a\": [{\"in\": [2]}, {\"in\": [1, 4, 3]}, {\"in\": []}, 6, "
				  "{\"x\": [2]}, {\"in\": [8, 10]}]}");
	ck_assert_uint_eq(setup_json_count(&text, &even), 4);
	setup_json_remove_items(&text, &even);
	ck_assert_text(text, "{\"a\": [{\"in\": [1, 3]}, {\"in\": []}, 6, {\"x\": [2]}]}");
	buf_finish(&text);
}
END_TEST

static Suite *setup_json_suite(void)
{
	Suite *suite = suite_create("setup_json");
	TCase *tcase = tcase_create("setup_json");
	tcase_add_test(tcase, what_is_added_takes_the_form_of_what_is_there);
	tcase_add_test(tcase, what_stands_there_is_found_as_it_is_written);
	tcase_add_test(tcase, what_no_client_would_read_is_not_touched);
	tcase_add_test(tcase, comments_and_last_commas_stay_where_they_are);
	tcase_add_test(tcase, a_text_of_comments_is_an_empty_object);
	tcase_add_test(tcase, comments_of_others_stay_and_swallow_nothing);
	tcase_add_test(tcase, null_is_nothing);
	tcase_add_test(tcase, a_text_means_the_same_however_it_is_escaped);
	tcase_add_test(tcase, what_is_wrong_is_told_with_its_line);
	tcase_add_test(tcase, inner_arrays_take_their_object_with_them);
	tcase_add_test(tcase, zeros_are_no_blanks);
	tcase_add_test(tcase, members_are_taken_away_with_their_comma);
	tcase_add_test(tcase, arrays_lose_what_matches_and_gain_at_the_end);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_json_suite());
}
