#include "store/store_past.h"

#include <time.h>
#include <unistd.h>

#include "session/session_kin.h"
#include "store/store_db.h"
#include "store/store_keep.h"
#include "store_fixture.h"
#include "support/suite.h"

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

static void put(const struct session *session, uint64_t id, int64_t end_ms)
{
	struct session_call call = fixture_call(session, id);
	call.end_ms = end_ms;
	store_put_call(s, &call, FIXTURE_NOW_MS);
}

static void load(struct store_past *past)
{
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_ask(s, store_load_past, past), 0);
}

START_TEST(a_session_comes_back_with_its_totals_and_calls)
{
	struct session *a = fixture_session('a');
	a->turn = 7;
	store_put_session(s, a, FIXTURE_NOW_MS - 5000);
	struct session_call call = fixture_call(a, UINT64_MAX);
	store_put_call(s, &call, FIXTURE_NOW_MS);
	call = fixture_call(a, 2);
	call.cost = SESSION_COST_ESTIMATED;
	call.usage.cost_nano_usd = 5;
	call.usage.tokens[USAGE_CACHE_WRITE_1H] = 3;
	store_put_call(s, &call, FIXTURE_NOW_MS);
	call = fixture_call(a, 3);
	call.cost = SESSION_COST_UNPRICED;
	call.usage = (struct usage){.tokens = {[USAGE_OUTPUT] = 1}};
	store_put_call(s, &call, FIXTURE_NOW_MS);

	struct store_past past = {.since_ms = FIXTURE_NOW_MS - 1000};
	load(&past);
	ck_assert_uint_eq(past.count, 1);
	const struct store_past_session *p = &past.sessions[0];
	ck_assert_str_eq(p->id, "a");
	ck_assert_str_eq(p->assistant_name, "claude-code");
	ck_assert_str_eq(p->project, "project");
	ck_assert_str_eq(p->cwd, "/home/me/project");
	ck_assert_str_eq(p->model, "claude-opus-4-1");
	ck_assert_int_eq(p->turns, 7);
	ck_assert_int_eq(p->last_seen_ms, FIXTURE_NOW_MS);
	ck_assert(p->has_usage && p->usage.has_cost);
	ck_assert_int_eq(p->usage.tokens[USAGE_INPUT], 200);
	ck_assert_int_eq(p->usage.tokens[USAGE_OUTPUT], 21);
	ck_assert_int_eq(p->usage.tokens[USAGE_CACHE_WRITE_1H], 3);
	ck_assert_int_eq(p->usage.cost_nano_usd, 10000005);
	ck_assert_int_eq(p->costs[SESSION_COST_REPORTED].nano_usd, 10000000);
	ck_assert_int_eq(p->costs[SESSION_COST_ESTIMATED].nano_usd, 5);
	ck_assert_uint_eq(p->costs[SESSION_COST_UNPRICED].count, 1);
	ck_assert_uint_eq(p->costs[SESSION_COST_NONE].count, 0);
	ck_assert_uint_eq(p->call_count, 3);
	ck_assert(p->calls[0].id == UINT64_MAX);
	ck_assert_uint_eq(p->calls[1].cost, SESSION_COST_ESTIMATED);
	ck_assert_int_eq(p->calls[1].nano_usd, 5);
	store_past_finish(&past);
}
END_TEST

START_TEST(only_recent_sessions_come_back_the_last_first)
{
	put(fixture_session('a'), 1, FIXTURE_NOW_MS - 3000);
	put(fixture_session('b'), 1, FIXTURE_NOW_MS - 1000);
	put(fixture_session('c'), 1, FIXTURE_NOW_MS - 2000);
	put(fixture_session('d'), 2, FIXTURE_NOW_MS);
	struct session_call absorption = {
		.session = fixture_session('b'), .absorbed = fixture_session('d')};
	store_put_call(s, &absorption, FIXTURE_NOW_MS);
	struct store_past past = {.since_ms = FIXTURE_NOW_MS - 2000};
	load(&past);
	ck_assert_uint_eq(past.count, 2);
	ck_assert_str_eq(past.sessions[0].id, "b");
	ck_assert_str_eq(past.sessions[1].id, "c");
	ck_assert_uint_eq(past.sessions[0].call_count, 2);
	store_past_finish(&past);
}
END_TEST

START_TEST(the_last_calls_come_back)
{
	for (uint64_t id = 1; id <= 300; id++) {
		put(fixture_session('a'), id, FIXTURE_NOW_MS);
	}
	struct store_past past = {0};
	load(&past);
	const struct store_past_session *p = &past.sessions[0];
	ck_assert_uint_eq(p->call_count, STORE_PAST_CALLS);
	ck_assert(p->calls[0].id == 300 - STORE_PAST_CALLS + 1);
	ck_assert(p->calls[STORE_PAST_CALLS - 1].id == 300);
	store_past_finish(&past);
}
END_TEST

static int keep(struct store_db *db, void *arg)
{
	return store_keep(db, *(const int64_t *)arg);
}

START_TEST(counters_come_back_as_they_were_told_last)
{
	struct session_series series = {.id = UINT64_MAX - 1,
		.start_ns = 5,
		.time_ns = 6,
		.last = {.tokens = {[USAGE_OUTPUT] = 30}, .cost_nano_usd = 7}};
	struct session_call step = fixture_call(fixture_session('a'), 1);
	step.calls = 0;
	step.series = &series;
	step.series_slot = 1;
	store_put_call(s, &step, FIXTURE_NOW_MS);
	series.last.tokens[USAGE_OUTPUT] = 40;
	series.keeps_start = true;
	step.id = 2;
	store_put_call(s, &step, FIXTURE_NOW_MS);
	struct store_past past = {0};
	load(&past);
	const struct session_spend *counters = &past.sessions[0].counters;
	ck_assert_uint_eq(counters->series_count, 2);
	ck_assert_uint_eq(counters->series[0].id, 0); // had told nothing yet
	ck_assert_uint_eq(counters->series[1].id, UINT64_MAX - 1);
	ck_assert_int_eq(counters->series[1].start_ns, 5);
	ck_assert_int_eq(counters->series[1].time_ns, 6);
	ck_assert(counters->series[1].keeps_start);
	ck_assert_int_eq(counters->series[1].last.tokens[USAGE_OUTPUT], 40);
	ck_assert_int_eq(counters->series[1].last.cost_nano_usd, 7);
	ck_assert_int_eq(past.sessions[0].counted_calls, 0);
	store_past_finish(&past);
	int64_t before_ms = FIXTURE_NOW_MS + 1;
	while (fixture_change(s, keep, &before_ms) == STORE_MORE) {
	}
	ck_assert_int_eq(fixture_number(s, "SELECT count(*) FROM series"), 0);
}
END_TEST

static void put_relation(const struct session_relation *relation, void *data)
{
	(void)data;
	store_put_relation(s, relation);
}

START_TEST(who_is_no_session_comes_back)
{
	struct session_kin before = {0}, now = {0};
	child_sessions_add(&now.children, STR("child"), STR("parent"));
	now.titles.ids[3] = 9;
	now.titles.next = 4;
	session_kin_each_change(&before, &now, put_relation, NULL);
	struct store_past past = {0};
	load(&past);
	ck_assert(
		child_sessions_parent(&past.kin.children, STR("child")) == str_hash(STR("parent")));
	ck_assert_uint_eq(past.kin.titles.ids[3], 9);
	ck_assert_uint_eq(past.kin.titles.next, 4);
	store_past_finish(&past);
}
END_TEST

START_TEST(what_has_expired_comes_back_so_unless_it_speaks)
{
	struct session *a = fixture_session('a');
	store_put_session(s, a, FIXTURE_NOW_MS);
	store_put_end(s, a, FIXTURE_NOW_MS - 5, true);
	struct store_past past = {0};
	load(&past);
	ck_assert_int_eq(past.sessions[0].over_ms, FIXTURE_NOW_MS - 5);
	ck_assert(past.sessions[0].over_told);
	store_past_finish(&past);
	store_put_session(s, a, FIXTURE_NOW_MS);
	load(&past);
	ck_assert_int_eq(past.sessions[0].over_ms, 0);
	store_past_finish(&past);
}
END_TEST

START_TEST(an_empty_past_is_one)
{
	struct store_past past = {0};
	load(&past);
	ck_assert_uint_eq(past.count, 0);
	store_past_finish(&past);
	struct store_spent spent = {.from_day = 0, .to_day = 99999999};
	ck_assert_int_eq(fixture_ask(s, store_load_spent, &spent), 0);
	ck_assert_int_eq(spent.calls, 0);
}
END_TEST

START_TEST(what_was_spent_is_known_by_days)
{
	static const int64_t day_ms = INT64_C(86400000);
	put(fixture_session('a'), 1, FIXTURE_NOW_MS);
	put(fixture_session('b'), 2, FIXTURE_NOW_MS - day_ms);
	put(fixture_session('b'), 3, FIXTURE_NOW_MS - 20 * day_ms);
	ck_assert_int_eq(fixture_flush(s), 0);
	struct store_spent today = {.from_day = FIXTURE_DAY, .to_day = FIXTURE_DAY};
	struct store_spent month = {.from_day = 20260301, .to_day = 20260331};
	ck_assert_int_eq(fixture_ask(s, store_load_spent, &today), 0);
	ck_assert_int_eq(fixture_ask(s, store_load_spent, &month), 0);
	ck_assert_int_eq(today.reported_nano_usd, 10000000);
	ck_assert_int_eq(month.reported_nano_usd, 20000000);
	ck_assert_int_eq(month.calls, 2);
}
END_TEST

/* ---- what goes */

START_TEST(old_rows_go_and_sums_stay)
{
	int64_t before_ms = FIXTURE_NOW_MS - 1000;
	for (int64_t i = 0; i < 700; i++) { // more than one step takes
		put(fixture_session('a'), (uint64_t)i, before_ms - 2000 + i);
	}
	fixture_put_of_all_kinds(s, 'a', before_ms - 1);
	fixture_put_of_all_kinds(s, 'b', before_ms - 1);
	fixture_put_of_all_kinds(s, 'b', before_ms);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_change(s, keep, &before_ms), 0);
	ck_assert_int_eq(fixture_all_rows(s), 6);
	ck_assert_str_eq(fixture_text(s, "SELECT group_concat(id) FROM session"), "b");
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), 703);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(turns) FROM daily"), 3);
	ck_assert_int_eq(fixture_number(s, "SELECT calls FROM session"), 2);
}
END_TEST

static void await_calls(int64_t count)
{
	static const char sql[] = "SELECT count(*) FROM call";
	for (unsigned i = 0; i < 1000 && fixture_number(s, sql) != count; i++) {
		fixture_sleep(10);
	}
	ck_assert_int_eq(fixture_number(s, sql), count);
}

START_TEST(the_writer_looks_for_old_rows_at_the_start)
{
	int64_t now_ms = (int64_t)time(NULL) * 1000, day_ms = INT64_C(86400000);
	for (uint64_t id = 0; id < 3; id++) {
		struct session_call call = fixture_call(fixture_session('a'), id);
		call.end_ms = now_ms - (int64_t)id * 20 * day_ms;
		store_put_call(s, &call, now_ms);
	}
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_close(s);
	struct store_settings settings = fixture_settings();
	settings.retention_days = 30;
	s = store_open(&settings);
	await_calls(2);
	store_set_retention(s, 10);
	await_calls(1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store past");
	TCase *tests = tcase_create("past");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_session_comes_back_with_its_totals_and_calls);
	tcase_add_test(tests, only_recent_sessions_come_back_the_last_first);
	tcase_add_test(tests, the_last_calls_come_back);
	tcase_add_test(tests, counters_come_back_as_they_were_told_last);
	tcase_add_test(tests, who_is_no_session_comes_back);
	tcase_add_test(tests, what_has_expired_comes_back_so_unless_it_speaks);
	tcase_add_test(tests, an_empty_past_is_one);
	tcase_add_test(tests, what_was_spent_is_known_by_days);
	tcase_add_test(tests, old_rows_go_and_sums_stay);
	tcase_add_test(tests, the_writer_looks_for_old_rows_at_the_start);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
