#include <check.h>
#include <stdio.h>

#include "session/child_sessions.h"
#include "support/suite.h"

START_TEST(a_child_is_its_parents)
{
	struct child_sessions c = {0};
	ck_assert_uint_eq(child_sessions_parent(&c, STR("kid")), 0);
	child_sessions_add(&c, STR("kid"), STR("s"));
	ck_assert_uint_eq(child_sessions_parent(&c, STR("kid")), str_hash(STR("s")));
	ck_assert_uint_eq(child_sessions_parent(&c, STR("s")), 0);
	child_sessions_add(&c, STR("kid"), STR("other")); // the first word counts
	ck_assert_uint_eq(child_sessions_parent(&c, STR("kid")), str_hash(STR("s")));
}
END_TEST

START_TEST(a_childs_child_is_shown_as_its_parents)
{
	struct child_sessions c = {0};
	child_sessions_add(&c, STR("kid"), STR("s"));
	child_sessions_add(&c, STR("grandkid"), STR("kid"));
	ck_assert_uint_eq(child_sessions_parent(&c, STR("grandkid")), str_hash(STR("s")));
}
END_TEST

START_TEST(who_is_not_named_is_nobodys)
{
	struct child_sessions c = {0};
	child_sessions_add(&c, STR(""), STR("s"));
	child_sessions_add(&c, STR("kid"), STR(""));
	child_sessions_add(&c, STR("s"), STR("s"));
	ck_assert_uint_eq(child_sessions_parent(&c, STR("")), 0);
	ck_assert_uint_eq(child_sessions_parent(&c, STR("kid")), 0);
	ck_assert_uint_eq(child_sessions_parent(&c, STR("s")), 0);
}
END_TEST

START_TEST(the_last_ones_are_remembered)
{
	struct child_sessions c = {0};
	char id[16];
	for (int i = 0; i <= CHILD_SESSIONS; i++) {
		(void)snprintf(id, sizeof(id), "kid-%d", i);
		child_sessions_add(&c, str_from(id), STR("s"));
		ck_assert_uint_ne(child_sessions_parent(&c, str_from(id)), 0);
	}
	ck_assert_uint_eq(child_sessions_parent(&c, STR("kid-0")), 0);
	ck_assert_uint_ne(child_sessions_parent(&c, STR("kid-1")), 0);
}
END_TEST

static Suite *child_sessions_suite(void)
{
	Suite *suite = suite_create("child_sessions");
	TCase *c = tcase_create("parents");
	tcase_add_test(c, a_child_is_its_parents);
	tcase_add_test(c, a_childs_child_is_shown_as_its_parents);
	tcase_add_test(c, who_is_not_named_is_nobodys);
	tcase_add_test(c, the_last_ones_are_remembered);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(child_sessions_suite());
}
