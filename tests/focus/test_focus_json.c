#include "focus/focus_json.h"

#include <errno.h>
#include <string.h>

#include "support/suite.h"

static struct focus_object seen[8];
static size_t count;

static bool on_object(const struct focus_object *object, void *data)
{
	(void)data;
	ck_assert_uint_lt(count, 8);
	seen[count++] = *object;
	return object->id != 99;
}

static int walk(const char *text)
{
	static char copy[4096];
	count = 0;
	strcpy(copy, text);
	return focus_json_walk(copy, strlen(copy), on_object, NULL);
}

START_TEST(an_object_has_its_own_members_only)
{
	ck_assert_int_eq(
		walk("{\"id\":1,\"focused\":false,\"nodes\":[{\"id\":2,\"pid\":7,\"focused\":"
		     "true,\"rect\":{\"x\":1,\"id\":3}}],\"pid\":5}"),
		0);
	ck_assert_uint_eq(count, 3);
	ck_assert_int_eq(seen[0].id, 3);
	ck_assert(!seen[0].focused);
	ck_assert_int_eq(seen[1].id, 2);
	ck_assert_int_eq(seen[1].pid, 7);
	ck_assert(seen[1].focused);
	ck_assert_int_eq(seen[2].id, 1);
	ck_assert_int_eq(seen[2].pid, 5);
	ck_assert(!seen[2].focused);
}
END_TEST

START_TEST(the_words_of_all_managers_are_known)
{
	ck_assert_int_eq(walk("[{\"address\":\"0x5\",\"focusHistoryID\":0},{\"is_focused\":true},"
			      "{\"focused_pane_id\":4},{}]"),
		0);
	ck_assert(str_equal(seen[0].address, STR("0x5")));
	ck_assert_int_eq(seen[0].focus_history_id, 0);
	ck_assert(seen[1].focused);
	ck_assert_int_eq(seen[2].focused_pane_id, 4);
	ck_assert_int_eq(seen[3].focus_history_id, -1);
	ck_assert_int_eq(seen[3].focused_pane_id, -1);
}
END_TEST

START_TEST(what_is_no_json_is_refused_and_values_of_other_types_ignored)
{
	ck_assert_int_eq(walk("{\"id\":\"x\",\"pid\":null,\"address\":5,\"focused\":1}"), 0);
	ck_assert_int_eq(seen[0].id, 0);
	ck_assert_int_eq(walk("7"), 0);
	ck_assert_int_eq(walk(""), -EPROTO);
	ck_assert_int_eq(walk("{\"id\":1"), -EPROTO);
	ck_assert_int_eq(walk("[{\"id\":99},"), 0); // ended before
}
END_TEST

START_TEST(nesting_has_an_end)
{
	char deep[600];
	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	ck_assert_int_eq(walk(deep), -EPROTO);
}
END_TEST

static Suite *json_suite(void)
{
	Suite *suite = suite_create("focus_json");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, an_object_has_its_own_members_only);
	tcase_add_test(tc, the_words_of_all_managers_are_known);
	tcase_add_test(tc, what_is_no_json_is_refused_and_values_of_other_types_ignored);
	tcase_add_test(tc, nesting_has_an_end);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(json_suite());
}
