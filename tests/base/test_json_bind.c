#include "base/json_bind.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

enum { DEPTH = 8, ROOM = 2 };

struct inner {
	int64_t x;
	struct str word;
};

struct named {
	struct str name;
	double value;
};

struct outer {
	struct str text;
	char chars[5];
	int64_t any, small;
	double number;
	bool is_set, has_small, has_inner;
	struct inner inner;
	int64_t flat;
	struct inner list[ROOM];
	size_t list_count;
	struct named map[ROOM];
	size_t map_count;
	struct str words[ROOM];
	size_t word_count;
};

static void *add_inner(void *into, struct str name)
{
	struct outer *o = into;
	ck_assert_ptr_null(name.data);
	if (o->list_count == ROOM) {
		return NULL;
	}
	o->list[o->list_count] = (struct inner){.x = -1};
	return &o->list[o->list_count++];
}

static void *add_named(void *into, struct str name)
{
	struct outer *o = into;
	if (o->map_count == ROOM) {
		return NULL;
	}
	o->map[o->map_count].name = name;
	return &o->map[o->map_count++];
}

static void *add_word(void *into, struct str name)
{
	struct outer *o = into;
	(void)name;
	return o->word_count < ROOM ? &o->words[o->word_count++] : NULL;
}

static const struct json_member inner_members[] = {
	JSON_MEMBER("x", INT, struct inner, x),
	JSON_MEMBER("word", TEXT, struct inner, word),
};
static const struct json_shape inner_shape = JSON_SHAPE(inner_members);
static const struct json_member flat_members[] = {JSON_MEMBER("flat", INT, struct outer, flat)};
static const struct json_shape flat_shape = JSON_SHAPE(flat_members);
static const struct json_items list_items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &inner_shape}, .add = add_inner};
static const struct json_items map_items = {
	.item = {.kind = JSON_BIND_DOUBLE, .offset = offsetof(struct named, value)},
	.add = add_named};
static const struct json_items word_items = {.item = {.kind = JSON_BIND_TEXT}, .add = add_word};
static const struct json_member members[] = {
	JSON_MEMBER("text", TEXT, struct outer, text),
	JSON_MEMBER("chars", CHARS, struct outer, chars, .size = 5),
	JSON_MEMBER("any", INT, struct outer, any),
	JSON_MEMBER("small", INT, struct outer, small, .min = -1, .max = 9,
		.has = offsetof(struct outer, has_small)),
	JSON_MEMBER("number", DOUBLE, struct outer, number),
	JSON_MEMBER("set", BOOL, struct outer, is_set),
	JSON_MEMBER("inner", OBJECT, struct outer, inner, .shape = &inner_shape,
		.has = offsetof(struct outer, has_inner)),
	{.name = STR_INIT("around"), .kind = JSON_BIND_OBJECT, .shape = &flat_shape},
	{.name = STR_INIT("list"), .kind = JSON_BIND_ARRAY, .items = &list_items},
	{.name = STR_INIT("map"), .kind = JSON_BIND_MAP, .items = &map_items},
	{.name = STR_INIT("words"), .kind = JSON_BIND_ARRAY, .items = &word_items},
};
static const struct json_shape shape = JSON_SHAPE(members);

static struct outer got;
static struct json_tally tally;

static bool bind(const char *json)
{
	static char text[4096];
	tally = (struct json_tally){0};
	got = (struct outer){.any = -7, .number = NAN, .inner = {.x = -1}};
	strcpy(text, json);
	return json_bind_text(text, strlen(text), DEPTH, &shape, &got, &tally);
}

START_TEST(every_kind_is_read)
{
	ck_assert(
		bind("{\"text\":\"a\\u00e9\\u0000\",\"chars\":\"abc\",\"any\":-9223372036854775808,"
		     "\"small\":1e0,\"number\":2.5,\"set\":true,\"inner\":{\"x\":3,\"word\":\"w\"},"
		     "\"around\":{\"flat\":4},\"list\":[{\"x\":5},{}],\"map\":{\"a\":1,\"b\":-2},"
		     "\"words\":[\"one\",\"\"]}"));
	ck_assert(str_equal(got.text, STR("a\xc3\xa9\0")));
	ck_assert_str_eq(got.chars, "abc");
	ck_assert_int_eq(got.any, INT64_MIN);
	ck_assert_int_eq(got.small, 1);
	ck_assert_double_eq(got.number, 2.5);
	ck_assert(got.is_set && got.has_small && got.has_inner);
	ck_assert_int_eq(got.inner.x, 3);
	ck_assert(str_equal(got.inner.word, STR("w")));
	ck_assert_int_eq(got.flat, 4);
	ck_assert_uint_eq(got.list_count, 2);
	ck_assert_int_eq(got.list[0].x, 5);
	ck_assert_int_eq(got.list[1].x, -1);
	ck_assert_uint_eq(got.map_count, 2);
	ck_assert(str_equal(got.map[1].name, STR("b")));
	ck_assert_double_eq(got.map[1].value, -2);
	ck_assert_uint_eq(got.word_count, 2);
	ck_assert(str_equal(got.words[0], STR("one")));
	ck_assert_uint_eq(tally.misfits + tally.dropped, 0);
}
END_TEST

START_TEST(what_is_not_there_stays_as_it_was)
{
	ck_assert(bind("{\"text\":null,\"any\":null,\"inner\":null,\"list\":null,\"words\":[null],"
		       "\"new\":[{\"any\":1,\"x\":[[]]}],\"\":{}}"));
	ck_assert_ptr_null(got.text.data);
	ck_assert_int_eq(got.any, -7);
	ck_assert(isnan(got.number) && !got.has_inner && !got.has_small);
	ck_assert_uint_eq(got.list_count + got.word_count, 0);
	ck_assert_uint_eq(tally.misfits + tally.dropped, 0);
}
END_TEST

static const struct {
	const char *json;
	unsigned misfits, dropped;
} misfits[] = {
	{"{\"text\":1}", 1, 0},
	{"{\"text\":{\"text\":\"a\"}}", 1, 0},
	{"{\"any\":\"1\"}", 1, 0},
	{"{\"any\":1.5}", 1, 0},
	{"{\"any\":9223372036854775808}", 1, 0},
	{"{\"small\":10}", 1, 0},
	{"{\"small\":-2}", 1, 0},
	{"{\"number\":1e999}", 1, 0},
	{"{\"set\":1}", 1, 0},
	{"{\"inner\":[]}", 1, 0},
	{"{\"inner\":{\"x\":true,\"word\":false}}", 2, 0},
	{"{\"list\":{}}", 1, 0},
	{"{\"list\":[1,[{}],\"a\"]}", 3, 0},
	{"{\"map\":[1]}", 1, 0},
	{"{\"map\":{\"a\":{},\"b\":\"x\"}}", 2, 0},
	{"{\"chars\":\"a\\u0000\"}", 1, 0},
	{"{\"any\":-7,\"any\":2,\"any\":null}", 1, 0},
	{"{\"list\":[{},{}],\"list\":[{}]}", 1, 0},
	{"{\"list\":[{},{},{\"x\":1},{\"x\":{}}]}", 0, 2},
	{"{\"words\":[\"a\",\"b\",\"c\",1,null]}", 1, 1},
};

START_TEST(misfits_are_counted_and_left_out)
{
	ck_assert_msg(bind(misfits[_i].json), "%s", misfits[_i].json);
	ck_assert_uint_eq(tally.misfits, misfits[_i].misfits);
	ck_assert_uint_eq(tally.dropped, misfits[_i].dropped);
	ck_assert_int_eq(got.any, -7);
	ck_assert(!got.has_small && got.text.data == NULL && isnan(got.number) && !got.is_set);
}
END_TEST

START_TEST(a_copy_is_cut_at_a_character)
{
	ck_assert(bind("{\"chars\":\"abcde\"}"));
	ck_assert_str_eq(got.chars, "abcd");
	ck_assert(bind("{\"chars\":\"abc\\u00e9\"}"));
	ck_assert_str_eq(got.chars, "abc");
	ck_assert(bind("{\"chars\":\"\"}"));
	ck_assert_str_eq(got.chars, "");
	ck_assert_uint_eq(tally.misfits, 0);
}
END_TEST

START_TEST(what_is_no_object_is_rejected)
{
	static const char *const bad[] = {"", "null", "[]", "\"a\"", "{", "{\"any\":}",
		"{\"any\":1", "{} {}", "{\"list\":[{]}", "{\"list\":[", "{\"map\":{\"a\"}}",
		"{\"new\":[}", "{\"text\":\"a", "{\"any\":1,\"any\":x}",
		"{\"new\":[[[[[[[[1]]]]]]]]}", "{\"words\":[\"a\",\"b\",x]}"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert_msg(!bind(bad[i]), "%s", bad[i]);
	}
}
END_TEST

static Suite *json_bind_suite(void)
{
	Suite *suite = suite_create("json_bind");
	TCase *tcase = tcase_create("json_bind");
	tcase_add_test(tcase, every_kind_is_read);
	tcase_add_test(tcase, what_is_not_there_stays_as_it_was);
	tcase_add_loop_test(tcase, misfits_are_counted_and_left_out, 0, (int)ARRAY_SIZE(misfits));
	tcase_add_test(tcase, a_copy_is_cut_at_a_character);
	tcase_add_test(tcase, what_is_no_object_is_rejected);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(json_bind_suite());
}
