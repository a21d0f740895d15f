#include "base/json_write.h"

#include <math.h>

#include "base/buf.h"
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
	json_str(&w, STR("\"\\/\b\f\n\r\t\0\x1f\x7f\xc3\xa4\xff\xf0\x9f\x98\x80"));
	expect(STR("\"\\\"\\\\/"
		   "\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\xc3\xa4\xef\xbf\xbd\xf0\x9f\x98\x80\""));
}
END_TEST

START_TEST(doubles_are_short_and_always_json)
{
	json_array_begin(&w);
	json_double(&w, 0.25);
	json_double(&w, 3);
	json_double(&w, -0.1234567);
	json_double(&w, NAN);
	json_double(&w, INFINITY);
	json_double(&w, 1e300);
	json_array_end(&w);
	expect(STR("[0.25,3,-0.123457,null,null,null]"));
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
	tcase_add_test(tcase, doubles_are_short_and_always_json);
	tcase_add_test(tcase, a_full_buffer_shows);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(json_write_suite());
}
