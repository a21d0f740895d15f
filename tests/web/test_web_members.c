#include "web/web_members.h"

#include "support/suite.h"

static struct web_members now, before;
static struct buf out;

static void setup(void)
{
	web_members_init(&now, 1 << 16);
	web_members_init(&before, 1 << 16);
	buf_init(&out, 1 << 16);
}

static void teardown(void)
{
	web_members_finish(&now);
	web_members_finish(&before);
	buf_finish(&out);
}

static bool read_members(struct web_members *m, const char *text)
{
	buf_clear(&m->text);
	buf_append_str(&m->text, str_from(text));
	return web_members_read(m);
}

START_TEST(members_are_found_as_they_are_written)
{
	ck_assert(read_members(&now, "{\"a\":{\"b\":[1,2,{}]},\"c\" : \"x\\n\" ,\"d\":null}"));
	ck_assert_uint_eq(now.count, 3);
	ck_assert(str_equal(web_members_find(&now, STR("a")), STR("{\"b\":[1,2,{}]}")));
	ck_assert(str_equal(web_members_find(&now, STR("c")), STR("\"x\\n\"")));
	ck_assert(str_equal(web_members_find(&now, STR("d")), STR("null")));
	ck_assert_uint_eq(web_members_find(&now, STR("b")).size, 0);
}
END_TEST

START_TEST(what_is_no_object_has_none)
{
	static const char *const texts[] = {
		"", "[]", "1", "{", "{\"a\":1", "{\"a\":1}}", "{\"a\"}"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_msg(!read_members(&now, texts[i]), "%s", texts[i]);
		ck_assert_uint_eq(now.count, 0);
	}
	buf_clear(&now.text);
	buf_append_char(&now.text, '{');
	for (int i = 0; i <= WEB_MEMBERS; i++) {
		buf_printf(&now.text, "%s\"%d\":%d", i > 0 ? "," : "", i, i);
	}
	buf_append_char(&now.text, '}');
	ck_assert(!web_members_read(&now));
}
END_TEST

START_TEST(only_what_has_changed_is_written)
{
	static const char *const left_out[] = {"time", NULL};
	ck_assert(read_members(&before, "{\"a\":1,\"b\":[2],\"time\":3,\"gone\":4}"));
	ck_assert(read_members(&now, "{\"a\":1,\"b\":[2,3],\"time\":5,\"new\":\"\"}"));
	ck_assert(web_members_append_changed(&now, &before, left_out, &out));
	ck_assert(str_equal(buf_str(&out), STR(",\"b\":[2,3],\"new\":\"\"")));
	buf_clear(&out);
	ck_assert(read_members(&now, "{\"time\":6,\"b\":[2],\"a\":1}"));
	ck_assert(!web_members_append_changed(&now, &before, left_out, &out));
	ck_assert_uint_eq(out.size, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("web_members");
	TCase *tests = tcase_create("all");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, members_are_found_as_they_are_written);
	tcase_add_test(tests, what_is_no_object_has_none);
	tcase_add_test(tests, only_what_has_changed_is_written);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
