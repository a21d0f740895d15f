#include <check.h>

#include "base/mem.h"
#include "meter/budget.h"
#include "support/suite.h"

#define USD(n) ((int64_t)((n)*1000000000.0))

static struct budget make(double day, double month)
{
	struct budget b = {.limit_nano_usd = {USD(day), USD(month), 0}};
	budget_set_date(&b, 20261128);
	return b;
}

START_TEST(each_step_is_reported_once_a_period)
{
	struct budget b = make(10, 0);
	struct budget_alarm alarm;
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(7.99), 1);
	ck_assert(!budget_take_alarm(&b, &alarm));
	budget_add(&b, b.today, SESSION_COST_ESTIMATED, USD(0.01), 1);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_int_eq(alarm.period, BUDGET_DAY);
	ck_assert_uint_eq(alarm.percent, 80);
	ck_assert_int_eq(alarm.spent_nano_usd, USD(8));
	ck_assert(!budget_take_alarm(&b, &alarm));
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(2), 1);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_uint_eq(alarm.percent, 100);
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(200), 1);
	ck_assert(!budget_take_alarm(&b, &alarm));
	ck_assert(budget_set_date(&b, 20261129));
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), 0);
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(50), 1);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_uint_eq(alarm.percent, 100); // both steps at once are one report
	ck_assert(!budget_take_alarm(&b, &alarm));
}
END_TEST

START_TEST(a_call_counts_on_its_own_day)
{
	struct budget b = make(10, 100);
	budget_add(&b, 20261127, SESSION_COST_REPORTED, USD(9), 1); // reported late
	budget_add(&b, 20261031, SESSION_COST_UNPRICED, 0, 1);
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), 0);
	ck_assert_int_eq(budget_spent(&b, BUDGET_MONTH), USD(9));
	ck_assert_int_eq(b.sums[BUDGET_MONTH].unpriced_calls, 0);
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(1), 1);
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), USD(1));
}
END_TEST

START_TEST(a_month_outlives_its_days_and_ends_with_it)
{
	struct budget b = make(0, 100);
	struct budget_alarm alarm;
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(60), 1);
	budget_set_date(&b, 20261130);
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(30), 1);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_int_eq(alarm.period, BUDGET_MONTH);
	ck_assert_int_eq(alarm.spent_nano_usd, USD(90));
	budget_set_date(&b, 20261201);
	ck_assert_int_eq(budget_spent(&b, BUDGET_MONTH), 0);
	ck_assert(!budget_set_date(&b, 20261201));
}
END_TEST

START_TEST(a_change_of_what_was_counted_moves_one_period)
{
	struct budget b = make(10, 0);
	struct budget_alarm alarm;
	budget_add(&b, b.today, SESSION_COST_ESTIMATED, USD(3), 1);
	budget_add(&b, b.today, SESSION_COST_UNPRICED, 0, 2);
	const struct budget_sum more = {
		.nano_usd = {[SESSION_COST_ESTIMATED] = USD(6)}, .unpriced_calls = -1};
	budget_adjust(&b, BUDGET_DAY, &more);
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), USD(9));
	ck_assert_int_eq(b.sums[BUDGET_DAY].unpriced_calls, 1);
	ck_assert_int_eq(budget_spent(&b, BUDGET_MONTH), USD(3));
	ck_assert(budget_take_alarm(&b, &alarm));
	const struct budget_sum less = {
		.nano_usd = {[SESSION_COST_ESTIMATED] = -USD(60)}, .unpriced_calls = -9};
	budget_adjust(&b, BUDGET_DAY, &less);
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), 0); // never below
	ck_assert_int_eq(b.sums[BUDGET_DAY].unpriced_calls, 0);
}
END_TEST

START_TEST(what_earlier_runs_spent_and_reported_counts)
{
	struct budget b = make(10, 0);
	struct budget_alarm alarm;
	const struct budget_sum sum = {
		.nano_usd = {[SESSION_COST_REPORTED] = USD(9)}, .unpriced_calls = 2};
	budget_add(&b, b.today, SESSION_COST_UNPRICED, 0, 1);
	budget_restore(&b, BUDGET_DAY, &sum, 80);
	ck_assert(!budget_take_alarm(&b, &alarm));
	ck_assert_int_eq(b.sums[BUDGET_DAY].unpriced_calls, 3);
	budget_add(&b, b.today, SESSION_COST_REPORTED, USD(1), 1);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_uint_eq(alarm.percent, 100);
}
END_TEST

START_TEST(a_session_has_its_own_budget)
{
	static const struct {
		double before, now;
		unsigned percent; // 0: none
	} rows[] = {{0, 0.79, 0}, {0.79, 0.80, 80}, {0.80, 0.99, 0}, {0.99, 1, 100}, {1, 5, 0},
		{0, 5, 100}};
	const struct budget b = {.limit_nano_usd = {[BUDGET_SESSION] = USD(1)}};
	const struct budget none = {0};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct budget_alarm alarm = {.percent = 0};
		bool is_due = budget_take_session_alarm(
			&b, USD(rows[i].before), USD(rows[i].now), &alarm);
		ck_assert_msg(is_due == (rows[i].percent > 0), "row %zu", i);
		ck_assert_uint_eq(alarm.percent, rows[i].percent);
		ck_assert(!budget_take_session_alarm(
			&none, USD(rows[i].before), USD(rows[i].now), &alarm));
	}
}
END_TEST

START_TEST(sums_do_not_overflow)
{
	struct budget b = make(1, 1);
	b.limit_nano_usd[BUDGET_DAY] = INT64_MAX;
	struct budget_alarm alarm;
	budget_add(&b, b.today, SESSION_COST_REPORTED, INT64_MAX - 1, 1);
	budget_add(&b, b.today, SESSION_COST_ESTIMATED, INT64_MAX - 1, 1);
	ck_assert_int_eq(budget_spent(&b, BUDGET_DAY), INT64_MAX);
	ck_assert(budget_take_alarm(&b, &alarm));
	ck_assert_uint_eq(alarm.percent, 100);
}
END_TEST

static Suite *budget_suite(void)
{
	Suite *s = suite_create("budget");
	TCase *c = tcase_create("budget");
	tcase_add_test(c, each_step_is_reported_once_a_period);
	tcase_add_test(c, a_call_counts_on_its_own_day);
	tcase_add_test(c, a_month_outlives_its_days_and_ends_with_it);
	tcase_add_test(c, what_earlier_runs_spent_and_reported_counts);
	tcase_add_test(c, a_change_of_what_was_counted_moves_one_period);
	tcase_add_test(c, a_session_has_its_own_budget);
	tcase_add_test(c, sums_do_not_overflow);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	return suite_run(budget_suite());
}
