#include "base/json_write.h"

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

static struct buf out;
static struct json_writer w;

static void setup(void)
{
	buf_init(&out, 1000);
	json_writer_init(&w, &out);
}

static void teardown(void)
{
	buf_finish(&out);
}

static void expect(struct str text)
{
	ck_assert_msg(str_equal(buf_str(&out), text), "got '%.*s'", STR_ARG(buf_str(&out)));
}

START_TEST(commas_come_by_themselves)
{
	json_object_begin(&w);
	json_name(&w, "a");
	json_array_begin(&w);
	json_int(&w, 1);
	json_object_begin(&w);
	json_object_end(&w);
	json_array_begin(&w);
	json_array_end(&w);
	json_null(&w);
	json_array_end(&w);
	json_name_str(&w, "b", STR("x"));
	json_name_str(&w, "n", (struct str){NULL, 0});
	json_name_int(&w, "c", INT64_MIN);
	json_name_bool(&w, "d", true);
	json_name(&w, "e");
	json_raw(&w, STR("{\"z\":0}"));
	json_object_end(&w);
	expect(STR("{\"a\":[1,{},[],null],\"b\":\"x\",\"n\":null,\"c\":-9223372036854775808,\"d\":"
		   "true,"
		   "\"e\":{\"z\":0}}"));
}
END_TEST

START_TEST(text_is_escaped_and_made_valid)
{
	json_str(&w, STR("\"\\/\b\f\n\r\t\0\x1f\x7f\xc2\x9b\xc3\xa4\xff\xf0\x9f\x98\x80"));
	expect(STR(
		"\"\\\"\\\\/"
		"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u009b\xc3\xa4\xef\xbf\xbd\xf0\x9f\x98\x80\""));
}
END_TEST

START_TEST(billionths_are_exact_and_short)
{
	static const struct {
		int64_t billionths;
		struct str text;
	} rows[] = {
		{0, STR_INIT("0")},
		{1, STR_INIT("0.000000001")},
		{4027500, STR_INIT("0.0040275")},
		{3000000000, STR_INIT("3")},
		{-1500000000, STR_INIT("-1.5")},
		{INT64_MAX, STR_INIT("9223372036.854775807")},
		{INT64_MIN, STR_INIT("-9223372036.854775808")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&out);
		json_writer_init(&w, &out);
		json_billionths(&w, rows[i].billionths);
		expect(rows[i].text);
	}
}
END_TEST

START_TEST(a_full_buffer_shows)
{
	struct buf small;
	buf_init(&small, 3);
	json_writer_init(&w, &small);
	json_str(&w, STR("abc"));
	ck_assert(small.overflowed);
	buf_finish(&small);
}
END_TEST

static Suite *json_write_suite(void)
{
	Suite *suite = suite_create("json_write");
	TCase *tcase = tcase_create("json_write");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, commas_come_by_themselves);
	tcase_add_test(tcase, text_is_escaped_and_made_valid);
	tcase_add_test(tcase, billionths_are_exact_and_short);
	tcase_add_test(tcase, a_full_buffer_shows);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(json_write_suite());
}
