#include "store/store_reprice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "price/price_table.h"
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

/* One model, "m", at so many USD for a million tokens in, ten times that out. */
static struct price_table *listed(const char *model, int usd)
{
	char json[512];
	const char *error;
	unsigned line;
	(void)snprintf(json, sizeof(json),
		"{\"version\":2,\"as_of\":\"2026-03-01\",\"unit\":\"USD per 1000000 tokens\","
		"\"source\":\"test\",\"prefixes\":[],\"models\":[{\"provider\":\"p\","
		"\"model\":\"%s\",\"prices\":[{\"input\":%d,\"output\":%d}],\"source\":\"test\","
		"\"checked\":\"2026-03-01\"}]}",
		model, usd, usd * 10);
	struct price_table *t = price_table_read((struct str){json, strlen(json)}, &error, &line);
	ck_assert_msg(t != NULL, "line %u: %s", line, error);
	return t;
}

/* 100 in, 10 out: at 1 and 10 USD these are 200 000 nano-USD. */
static void put(char session, uint64_t id, const char *model, enum session_cost cost,
	int64_t nano_usd, int64_t end_ms)
{
	struct session_call call = fixture_call(fixture_session(session), id);
	call.model = str_from(model);
	call.cost = cost;
	call.usage.cost_nano_usd = nano_usd;
	call.end_ms = end_ms;
	store_put_call(s, &call, FIXTURE_NOW_MS);
}

static struct store_reprice since(int64_t ms, struct price_table *table)
{
	return (struct store_reprice){
		.since_ms = ms, .today = FIXTURE_DAY, .listed = table, .own = NULL};
}

static void run(struct store_reprice *reprice)
{
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_change(s, store_reprice, reprice), 0);
}

static void check_sums(int64_t estimated, int64_t reported, int64_t unpriced)
{
	static const struct {
		const char *table, *unpriced;
	} tables[] = {{"daily", "unpriced_calls"}, {"session", "unpriced_count"}};
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		char sql[128];
		(void)snprintf(sql, sizeof(sql), "SELECT sum(estimated_nano_usd) FROM %s",
			tables[i].table);
		ck_assert_int_eq(fixture_number(s, sql), estimated);
		(void)snprintf(
			sql, sizeof(sql), "SELECT sum(reported_nano_usd) FROM %s", tables[i].table);
		ck_assert_int_eq(fixture_number(s, sql), reported);
		(void)snprintf(sql, sizeof(sql), "SELECT sum(%s) FROM %s", tables[i].unpriced,
			tables[i].table);
		ck_assert_int_eq(fixture_number(s, sql), unpriced);
	}
}

START_TEST(estimates_and_gaps_are_priced_anew_and_nothing_else)
{
	struct price_table *table = listed("m", 1);
	put('a', 1, "m", SESSION_COST_ESTIMATED, 7, FIXTURE_NOW_MS);
	put('a', 2, "m", SESSION_COST_UNPRICED, 0, FIXTURE_NOW_MS);
	put('a', 3, "m", SESSION_COST_REPORTED, 5, FIXTURE_NOW_MS);
	put('a', 4, "m", SESSION_COST_FREE, 0, FIXTURE_NOW_MS);
	put('a', 5, "nobody", SESSION_COST_UNPRICED, 0, FIXTURE_NOW_MS);
	put('b', 6, "gone", SESSION_COST_ESTIMATED, 9, FIXTURE_NOW_MS);
	put('b', 7, "m", SESSION_COST_ESTIMATED, 11, FIXTURE_NOW_MS - 2 * day_ms);
	struct store_reprice reprice = since(FIXTURE_NOW_MS - day_ms, table);
	run(&reprice);
	check_sums(200000 + 200000 + 11, 5, 2);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(free_calls) FROM daily"), 1);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(cost_usd) * 1e9 FROM invocations"), 400016);
	ck_assert_uint_eq(reprice.model_count, 3);
	const struct store_repriced *m = &reprice.models[0];
	ck_assert_str_eq(m->model, "m");
	ck_assert_int_eq(m->calls, 2);
	ck_assert_int_eq(m->changed, 2);
	ck_assert_int_eq(m->before_nano_usd, 7);
	ck_assert_int_eq(m->after_nano_usd, 400000);
	ck_assert_int_eq(m->before_unpriced, 1);
	ck_assert_int_eq(m->after_unpriced, 0);
	ck_assert_int_eq(
		reprice.change[BUDGET_DAY].nano_usd[SESSION_COST_ESTIMATED], 400000 - 7 - 9);
	ck_assert_int_eq(reprice.change[BUDGET_MONTH].unpriced_calls, 0);
	store_reprice_finish(&reprice);

	reprice = since(FIXTURE_NOW_MS - day_ms, table); // a second time changes nothing
	run(&reprice);
	check_sums(200000 + 200000 + 11, 5, 2);
	for (size_t i = 0; i < reprice.model_count; i++) {
		ck_assert_int_eq(reprice.models[i].changed, 0);
	}
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

START_TEST(a_trial_tells_the_same_and_changes_nothing)
{
	struct price_table *table = listed("m", 1);
	put('a', 1, "m", SESSION_COST_ESTIMATED, 7, FIXTURE_NOW_MS);
	struct store_reprice reprice = since(FIXTURE_NOW_MS - day_ms, table);
	reprice.is_dry = true;
	run(&reprice);
	check_sums(7, 0, 0);
	ck_assert_uint_eq(reprice.model_count, 1);
	ck_assert_int_eq(reprice.models[0].after_nano_usd, 200000);
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

/* A step of a counter has no length, so no tier of a price; and it is no call. */
START_TEST(steps_of_counters_are_sums)
{
	struct price_table *table = listed("m", 1);
	struct session_call step = fixture_call(fixture_session('a'), 1);
	step.calls = 0;
	step.model = STR("m");
	step.cost = SESSION_COST_UNPRICED;
	step.usage.cost_nano_usd = 0;
	store_put_call(s, &step, FIXTURE_NOW_MS);
	struct store_reprice reprice = since(0, table);
	run(&reprice);
	check_sums(200000, 0, 0);
	ck_assert_int_eq(reprice.models[0].calls, 0);
	ck_assert_int_eq(reprice.models[0].after_nano_usd, 200000);
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

/* More calls than a step takes, many of them at the same time. */
START_TEST(many_calls_go_in_steps)
{
	enum { CALLS = 2300 };
	struct price_table *table = listed("m", 1);
	for (uint64_t id = 0; id < CALLS; id++) {
		put('a', id, "m", SESSION_COST_UNPRICED, 0, FIXTURE_NOW_MS - (int64_t)(id / 1100));
		if (id % 1000 == 0) {
			ck_assert_int_eq(fixture_flush(s), 0);
		}
	}
	struct store_reprice reprice = since(FIXTURE_NOW_MS - day_ms, table);
	run(&reprice);
	check_sums(INT64_C(200000) * CALLS, 0, 0);
	ck_assert_int_eq(reprice.models[0].changed, CALLS);
	ck_assert_int_eq(reprice.change[BUDGET_MONTH].unpriced_calls, -CALLS);
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

START_TEST(sessions_at_work_hear_of_their_calls)
{
	struct price_table *table = listed("m", 1);
	put('a', 1, "m", SESSION_COST_UNPRICED, 0, FIXTURE_NOW_MS);
	put('b', UINT64_MAX, "m", SESSION_COST_ESTIMATED, 300000, FIXTURE_NOW_MS);
	put('c', 3, "m", SESSION_COST_ESTIMATED, 5, FIXTURE_NOW_MS);
	struct store_reprice reprice = since(FIXTURE_NOW_MS - day_ms, table);
	reprice.sessions = xcalloc(3, sizeof(*reprice.sessions));
	reprice.session_count = 3;
	for (size_t i = 0; i < 3; i++) {
		reprice.sessions[i].id = xstrdup(&"a\0b\0x"[i * 2]);
	}
	run(&reprice);
	ck_assert_int_eq(reprice.sessions[0].added_nano_usd, 200000);
	ck_assert_int_eq(reprice.sessions[0].priced, 1);
	ck_assert_int_eq(reprice.sessions[1].added_nano_usd, -100000);
	ck_assert_int_eq(reprice.sessions[1].priced, 0);
	ck_assert_uint_eq(reprice.sessions[1].calls[0].id, UINT64_MAX);
	ck_assert_ptr_null(reprice.sessions[2].calls);
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

START_TEST(too_many_models_are_counted_together)
{
	enum { MODELS = STORE_REPRICE_MODELS + 20 };
	struct price_table *table = listed("m", 1);
	for (uint64_t id = 0; id < MODELS; id++) {
		char model[16];
		(void)snprintf(model, sizeof(model), "x%03u", (unsigned)id);
		put('a', id, model, SESSION_COST_UNPRICED, 0, FIXTURE_NOW_MS);
	}
	struct store_reprice reprice = since(FIXTURE_NOW_MS - day_ms, table);
	run(&reprice);
	ck_assert_uint_eq(reprice.model_count, STORE_REPRICE_MODELS);
	ck_assert_str_eq(reprice.models[STORE_REPRICE_MODELS - 1].model, "other");
	ck_assert_int_eq(reprice.models[STORE_REPRICE_MODELS - 1].calls, 21);
	store_reprice_finish(&reprice);
	price_table_destroy(table);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store reprice");
	TCase *tests = tcase_create("reprice");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, estimates_and_gaps_are_priced_anew_and_nothing_else);
	tcase_add_test(tests, a_trial_tells_the_same_and_changes_nothing);
	tcase_add_test(tests, steps_of_counters_are_sums);
	tcase_add_test(tests, many_calls_go_in_steps);
	tcase_add_test(tests, sessions_at_work_hear_of_their_calls);
	tcase_add_test(tests, too_many_models_are_counted_together);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
