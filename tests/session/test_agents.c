#include <check.h>

#include "session/agents.h"
#include "support/suite.h"

START_TEST(one_is_known_by_its_id)
{
	struct agents a = {0};
	ck_assert_ptr_null(agents_find(&a, 1));
	struct agent *first = agents_add(&a, 1);
	first->asks = true;
	ck_assert_ptr_eq(agents_add(&a, 1), first); // a second time is nothing
	ck_assert(first->asks);
	ck_assert_uint_eq(a.count, 1);
	agents_add(&a, 2);
	ck_assert(agents_remove(&a, 1));
	ck_assert(!agents_remove(&a, 1));
	ck_assert_ptr_null(agents_find(&a, 1));
	ck_assert_ptr_nonnull(agents_find(&a, 2));
	agents_finish(&a);
}
END_TEST

START_TEST(there_is_a_ceiling)
{
	struct agents a = {0};
	for (uint64_t id = 1; id <= AGENTS_MAX; id++) {
		ck_assert_ptr_nonnull(agents_add(&a, id));
	}
	ck_assert_ptr_null(agents_add(&a, AGENTS_MAX + 1));
	ck_assert_ptr_nonnull(agents_add(&a, AGENTS_MAX)); // known already
	ck_assert_uint_eq(a.count, AGENTS_MAX);
	agents_remove(&a, 1);
	ck_assert_ptr_nonnull(agents_add(&a, AGENTS_MAX + 1));
	agents_finish(&a);
}
END_TEST

START_TEST(a_list_says_who_runs)
{
	struct agents a = {0};
	agents_add(&a, 1);
	agents_add(&a, 2)->asks = true;
	agents_replace(&a, &(struct event_tasks){.agents = {2, 3, 3}, .agent_count = 3});
	ck_assert_uint_eq(a.count, 2);
	ck_assert_ptr_null(agents_find(&a, 1));
	ck_assert(agents_find(&a, 2)->asks); // the same one as before
	ck_assert_ptr_nonnull(agents_find(&a, 3));
	agents_replace(&a, &(struct event_tasks){.background = 2}); // shells are none
	ck_assert_uint_eq(a.count, 0);
	agents_finish(&a);
}
END_TEST

START_TEST(all_can_be_gone)
{
	struct agents a = {0};
	agents_clear(&a);
	agents_add(&a, 1);
	agents_clear(&a);
	ck_assert_ptr_null(agents_find(&a, 1));
	ck_assert_ptr_nonnull(agents_add(&a, 1));
	agents_finish(&a);
	agents_finish(&a);
}
END_TEST

static Suite *agents_suite(void)
{
	Suite *suite = suite_create("agents");
	TCase *c = tcase_create("set");
	tcase_add_test(c, one_is_known_by_its_id);
	tcase_add_test(c, there_is_a_ceiling);
	tcase_add_test(c, a_list_says_who_runs);
	tcase_add_test(c, all_can_be_gone);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(agents_suite());
}
