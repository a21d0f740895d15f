#include <check.h>
#include <stdio.h>

#include "session/turn_cwds.h"
#include "support/suite.h"

START_TEST(the_last_ones_are_remembered)
{
	struct turn_cwds p = {0};
	for (uint64_t turn = 1; turn <= TURN_CWDS + 1; turn++) {
		char cwd[32];
		(void)snprintf(cwd, sizeof(cwd), "/home/%d", (int)turn);
		turn_cwds_add(&p, turn, str_from(cwd));
		turn_cwds_add(&p, turn, STR("/elsewhere")); // the first word counts
	}
	ck_assert_uint_eq(turn_cwds_find(&p, 1).size, 0);
	ck_assert(str_equal(turn_cwds_find(&p, 2), STR("/home/2")));
	ck_assert(str_equal(turn_cwds_find(&p, TURN_CWDS + 1), STR("/home/17")));
	turn_cwds_finish(&p);
}
END_TEST

START_TEST(a_path_can_be_too_long)
{
	static char path[5000];
	struct turn_cwds p = {0};
	turn_cwds_add(&p, 1, (struct str){path, sizeof(path)});
	ck_assert_uint_eq(turn_cwds_find(&p, 1).size, 0);
	ck_assert_uint_ne(turn_cwds_hash(STR("")), 0);
	turn_cwds_finish(&p);
}
END_TEST

static Suite *turn_cwds_suite(void)
{
	Suite *suite = suite_create("turn_places");
	TCase *c = tcase_create("ring");
	tcase_add_test(c, the_last_ones_are_remembered);
	tcase_add_test(c, a_path_can_be_too_long);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(turn_cwds_suite());
}
