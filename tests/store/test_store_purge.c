#include "store/store_purge.h"

#include "store/store_db.h"
#include "store_fixture.h"
#include "support/suite.h"

static const int64_t day_ms = INT64_C(86400000);

static struct store *s;

static void setup(void)
{
	fixture_setup();
	s = fixture_open();
}

static void teardown(void)
{
	fixture_close(s);
	fixture_teardown();
}

START_TEST(a_purge_takes_sums_along)
{
	fixture_put_of_all_kinds(s, 'a', FIXTURE_NOW_MS - 2 * day_ms);
	fixture_put_of_all_kinds(s, 'a', FIXTURE_NOW_MS);
	struct store_purge purge = {
		.before_ms = FIXTURE_NOW_MS - day_ms, .before_day = FIXTURE_DAY - 1};
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	ck_assert_int_eq(fixture_all_rows(s), 6);
	ck_assert_int_eq(purge.days, 1);
	for (unsigned i = 0; i < STORE_PURGE_SESSIONS; i++) {
		ck_assert_int_eq(purge.rows[i], 1);
	}
	ck_assert_int_eq(purge.rows[STORE_PURGE_SESSIONS], 0);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(count) FROM latency_month"
					   " WHERE month = 202603 AND what = 'call'"),
		1);
}
END_TEST

START_TEST(a_purge_of_a_project_leaves_the_others)
{
	fixture_put_of_all_kinds(s, 'a', FIXTURE_NOW_MS - 10);
	struct session *other = fixture_session('b');
	other->project = (char *)"other";
	struct session_call call = fixture_call(other, 1);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	struct store_purge purge = {.before_ms = FIXTURE_NOW_MS + 1,
		.before_day = FIXTURE_DAY + 1,
		.project = "project"};
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	ck_assert_int_eq(fixture_all_rows(s), 1);
	ck_assert_str_eq(fixture_text(s, "SELECT group_concat(project) FROM session"), "other");
	ck_assert_str_eq(fixture_text(s, "SELECT group_concat(project) FROM daily"), "other");
	ck_assert_int_eq(
		fixture_number(s, "SELECT count(*) FROM latency WHERE project <> 'other'"), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT count FROM latency_month WHERE month = 202603"
					   " AND what = 'call'"),
		1);
}
END_TEST

/* More than a step looks at, and all between rows that stay. */
START_TEST(a_long_purge_goes_in_steps_over_rows_that_stay)
{
	enum { CALLS = 9000 };
	for (uint64_t id = 0; id < CALLS; id++) {
		struct session_call call = fixture_call(fixture_session('a'), id);
		call.end_ms = FIXTURE_NOW_MS - (id % 3 == 0 ? 2 * day_ms : 0);
		store_put_call(s, &call, FIXTURE_NOW_MS);
		if (id % 1000 == 0) {
			ck_assert_int_eq(fixture_flush(s), 0);
		}
	}
	struct store_purge purge = {
		.before_ms = FIXTURE_NOW_MS - day_ms, .before_day = FIXTURE_DAY - 1};
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	ck_assert_int_eq(purge.rows[STORE_PURGE_CALLS], CALLS / 3);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM call"), CALLS - CALLS / 3);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), CALLS - CALLS / 3);
}
END_TEST

START_TEST(the_count_is_what_a_purge_deletes)
{
	fixture_put_of_all_kinds(s, 'a', FIXTURE_NOW_MS - 2 * day_ms);
	fixture_put_of_all_kinds(s, 'b', FIXTURE_NOW_MS - 2 * day_ms);
	fixture_put_of_all_kinds(s, 'b', FIXTURE_NOW_MS);
	struct store_purge count = {.before_ms = FIXTURE_NOW_MS - day_ms,
		.before_day = FIXTURE_DAY - 1,
		.project = "project"};
	struct store_purge purge = count;
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_ask(s, store_purge_count, &count), 0);
	ck_assert_int_eq(fixture_all_rows(s), 18);
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	for (unsigned i = 0; i < STORE_PURGE_TABLES; i++) {
		ck_assert_int_eq(count.rows[i], purge.rows[i]);
	}
	ck_assert_int_eq(count.rows[STORE_PURGE_SESSIONS], 1);
	ck_assert_int_eq(count.rows[STORE_PURGE_AGENTS], 2);
	ck_assert_int_eq(count.days, purge.days);
}
END_TEST

START_TEST(what_day_and_month_cost_shrinks_by_what_goes)
{
	static const int64_t cent = 10000000;
	const int64_t ends_ms[] = {FIXTURE_NOW_MS, FIXTURE_NOW_MS - 2 * day_ms,
		FIXTURE_NOW_MS - 40 * day_ms}; // today, this month, before
	for (uint64_t i = 0; i < 3; i++) {
		struct session_call call = fixture_call(fixture_session('a'), i);
		call.end_ms = ends_ms[i];
		store_put_call(s, &call, FIXTURE_NOW_MS);
	}
	struct store_purge purge = {.before_ms = FIXTURE_NOW_MS - day_ms,
		.before_day = FIXTURE_DAY - 1,
		.today = FIXTURE_DAY};
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	ck_assert_int_eq(purge.change[BUDGET_DAY].nano_usd[SESSION_COST_REPORTED], 0);
	ck_assert_int_eq(purge.change[BUDGET_MONTH].nano_usd[SESSION_COST_REPORTED], -cent);
	purge = (struct store_purge){.before_ms = FIXTURE_NOW_MS + day_ms,
		.before_day = FIXTURE_DAY + 1,
		.today = FIXTURE_DAY};
	ck_assert_int_eq(fixture_change(s, store_purge, &purge), 0);
	ck_assert_int_eq(purge.change[BUDGET_DAY].nano_usd[SESSION_COST_REPORTED], -cent);
	ck_assert_int_eq(purge.change[BUDGET_MONTH].nano_usd[SESSION_COST_REPORTED], -cent);
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM session"), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store purge");
	TCase *tests = tcase_create("purge");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_purge_takes_sums_along);
	tcase_add_test(tests, a_purge_of_a_project_leaves_the_others);
	tcase_add_test(tests, a_long_purge_goes_in_steps_over_rows_that_stay);
	tcase_add_test(tests, the_count_is_what_a_purge_deletes);
	tcase_add_test(tests, what_day_and_month_cost_shrinks_by_what_goes);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
