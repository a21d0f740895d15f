#include "http/http_query.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

#define BROKEN "\xef\xbf\xbd"

START_TEST(values_are_decoded)
{
	static const struct {
		const char *query, *name, *value; // NULL: not found
	} rows[] = {
		{"a=1&b=2", "b", "2"}, {"a=1&a=2", "a", "1"},
		{"project=web%20shop+x", "project", "web shop x"}, {"%61=1", "a", "1"},
		{"a=%C3%bc", "a", "\xc3\xbc"}, {"a", "a", ""}, {"a=", "a", ""},
		{"a=b=c", "a", "b=c"}, {"&&a=1&", "a", "1"}, {"ab=1", "a", NULL},
		{"a=1", "ab", NULL}, {"", "a", NULL}, {"a=%", "a", BROKEN}, {"a=%4", "a", BROKEN},
		{"a=%zz", "a", BROKEN}, {"a=123456789", "a", BROKEN}, // no room
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf value;
		buf_init(&value, rows[i].value != NULL && strlen(rows[i].value) > 8 ? 64 : 8);
		bool found = http_query_find(
			str_from(rows[i].query), str_from(rows[i].name), &value);
		ck_assert_msg(found == (rows[i].value != NULL), "row %zu", i);
		ck_assert_msg(str_equal(buf_str(&value), str_from(rows[i].value)), "row %zu", i);
		buf_finish(&value);
	}
}
END_TEST

START_TEST(a_name_that_nobody_reads_is_found)
{
	static const char *const names[] = {"from", "to", NULL};
	ck_assert_ptr_null(http_query_unknown(STR("from=1&to=2&"), names).data);
	ck_assert_ptr_null(http_query_unknown(STR(""), names).data);
	ck_assert(str_equal(http_query_unknown(STR("from=1&form=2"), names), STR("form")));
}
END_TEST

START_TEST(escapes_alone_are_undone)
{
	struct buf out;
	buf_init(&out, 8);
	ck_assert(http_query_unescape(STR("a%2F+b"), &out));
	ck_assert(str_equal(buf_str(&out), STR("a/+b")));
	ck_assert(!http_query_unescape(STR("%2"), &out));
	ck_assert(!http_query_unescape(STR("%g0"), &out));
	ck_assert(!http_query_unescape(STR("12345"), &out)); // longer than there is room for
	ck_assert(str_equal(buf_str(&out), STR("a/+b")));
	buf_finish(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http_query");
	TCase *tests = tcase_create("http_query");
	tcase_add_test(tests, values_are_decoded);
	tcase_add_test(tests, a_name_that_nobody_reads_is_found);
	tcase_add_test(tests, escapes_alone_are_undone);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
