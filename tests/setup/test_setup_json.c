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

START_TEST(what_is_not_plain_json_is_not_touched)
{
	static const char *const texts[] = {"{ // why\n}", "{\"a\": 1,}", "[]", "1", "{", "{} {}",
		"{\"a\": 1, \"a\": 2}", "{'a': 1}", "{\"b\": 1 /* */}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		struct str found;
		ck_assert_int_eq(setup_json_get(&text, PATH("a"), &found), SETUP_JSON_INVALID);
		setup_json_add(&text, PATH("a"), STR("1"));
		setup_json_remove(&text, PATH("a"));
		ck_assert_text(text, texts[i]);
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

static bool is_even(struct str item, const void *data)
{
	(void)data;
	return (item.data[item.size - 1] - '0') % 2 == 0;
}

START_TEST(arrays_lose_what_matches_and_gain_at_the_end)
{
	struct buf text = text_of("{\"a\": [2, 1, 4, 3, 6]}");
	ck_assert_uint_eq(setup_json_count(&text, PATH("a"), is_even, NULL), 3);
	setup_json_remove_items(&text, PATH("a"), is_even, NULL);
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

static Suite *setup_json_suite(void)
{
	Suite *suite = suite_create("setup_json");
	TCase *tcase = tcase_create("setup_json");
	tcase_add_test(tcase, what_is_added_takes_the_form_of_what_is_there);
	tcase_add_test(tcase, what_stands_there_is_found_as_it_is_written);
	tcase_add_test(tcase, what_is_not_plain_json_is_not_touched);
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
