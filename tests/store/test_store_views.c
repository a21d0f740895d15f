#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/store_db.h"
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

static int64_t now_ms(void)
{
	return (int64_t)time(NULL) * 1000;
}

static void put(uint64_t id, const char *model, int64_t nano_usd, int64_t end_ms)
{
	struct session_call call = fixture_call(fixture_session('a'), id);
	call.model = str_from(model);
	call.usage.cost_nano_usd = nano_usd;
	call.end_ms = end_ms;
	store_put_call(s, &call, now_ms());
	ck_assert_int_eq(fixture_flush(s), 0);
}

static void assert_columns(const char *view, const char *columns)
{
	char sql[128];
	(void)snprintf(sql, sizeof(sql),
		"SELECT group_concat(name, ' ') FROM pragma_table_info('%s')", view);
	ck_assert_str_eq(fixture_text(s, sql), columns);
}

START_TEST(columns_are_those_of_the_first_dashboards)
{
	assert_columns("invocations",
		"id invocation_id timestamp agent_name tool_name tool model_name model prompt_tokens"
		" completion_tokens total_tokens tokens cost_usd cost latency_ms status"
		" error_message privacy_level");
	assert_columns("daily_costs",
		"date total_cost total_cost_usd total_tokens invocation_count invocations");
	assert_columns("daily_costs_by_model",
		"date agent_name tool_name model_name invocations total_tokens total_cost_usd");
}
END_TEST

START_TEST(an_invocation_shows_a_call)
{
	struct session_call call = fixture_call(fixture_session('a'), 255);
	call.end_ms += 123;
	call.usage.tokens[USAGE_CACHE_READ] = 1000;
	call.usage.tokens[USAGE_CACHE_WRITE_1H] = 500;
	call.usage.tokens[USAGE_REASONING] = 7;
	call.fault = EVENT_FAULT_HTTP;
	call.status = 529;
	store_put_call(s, &call, now_ms());
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_str_eq(
		fixture_text(s,
			"SELECT concat FROM (SELECT invocation_id || ' ' || timestamp || ' ' ||"
			" agent_name || ' ' || tool_name || ' ' || model_name || ' ' ||"
			" prompt_tokens || ' ' || completion_tokens || ' ' || total_tokens"
			" || ' ' || cost_usd || ' ' || latency_ms || ' ' || status || ' ' ||"
			" error_message || ' ' || privacy_level AS concat FROM invocations)"),
		"a:00000000000000ff 2026-03-09T10:00:00.123Z project claude-code claude-opus-4-1"
		" 1600 10 1610 0.01 1500 error http 529 metadata");
	ck_assert_str_eq(fixture_text(s, "SELECT typeof(cost) FROM invocations"), "real");
}
END_TEST

START_TEST(queries_of_the_first_dashboards_work_as_they_are)
{
	static const int64_t day_ms = INT64_C(86400000);
	put(1, "opus", 150000000, now_ms());
	put(2, "opus", 80000000, now_ms());
	put(3, "haiku", 0, now_ms() - 400 * day_ms);
	ck_assert_str_eq(fixture_text(s, "SELECT printf('%.2f', SUM(cost)) FROM (SELECT cost FROM"
					 " invocations WHERE DATE(timestamp) = DATE('now'))"),
		"0.23");
	ck_assert_int_eq(fixture_number(s, "SELECT SUM(cost) * 100 FROM invocations"
					   " WHERE DATE(timestamp) = DATE('now')"),
		23);
	ck_assert_int_eq(
		fixture_number(s, "SELECT SUM(cost) * 100 FROM invocations WHERE"
				  " strftime('%Y-%m', timestamp) = strftime('%Y-%m','now')"),
		23);
	ck_assert_str_eq(
		fixture_text(s, "SELECT group_concat(model || n) FROM (SELECT model, COUNT(*)"
				" AS n FROM invocations GROUP BY model)"),
		"haiku1,opus2");
	ck_assert_str_eq(
		fixture_text(s, "SELECT model, COUNT(*) FROM invocations GROUP BY model"), "haiku");
	char today[32];
	struct tm t = {0};
	time_t now = time(NULL);
	(void)strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &t));
	ck_assert_str_eq(fixture_text(s, "SELECT date, total_cost FROM daily_costs"
					 " ORDER BY date DESC LIMIT 30"),
		today);
	ck_assert_int_eq(fixture_number(s, "SELECT total_cost * 100 FROM daily_costs"
					   " ORDER BY date DESC LIMIT 30"),
		23);
	ck_assert_str_eq(fixture_text(s, "SELECT model_name, SUM(total_tokens), SUM(cost_usd) FROM"
					 " invocations GROUP BY model_name"),
		"haiku");
	ck_assert_int_eq(fixture_number(s, "SELECT SUM(invocations) FROM daily_costs_by_model"), 3);
}
END_TEST

/* How SQLite goes about it, its steps in a line. */
static int explain(struct store_db *db, void *arg)
{
	const char **texts = arg;
	static char plan[512];
	size_t size = 0;
	struct store_query *q = store_db_query(db, texts[0]);
	while (store_db_step(q) && size < sizeof(plan) - 1) {
		int n = snprintf(
			plan + size, sizeof(plan) - size, "%.*s; ", STR_ARG(store_db_text(q, 3)));
		size += (size_t)n;
	}
	texts[1] = plan;
	return store_db_end(q);
}

START_TEST(what_is_asked_often_needs_no_scan)
{
	static const char *const queries[][2] = {
		{"EXPLAIN QUERY PLAN SELECT sum(calls) FROM daily WHERE day BETWEEN 1 AND 2",
			"SEARCH daily USING PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT sum(count) FROM latency WHERE day = 20260309",
			"SEARCH latency USING PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT low_ms FROM latency_month"
		 " WHERE what IN ('call', 'ttft') AND month BETWEEN 202601 AND 202603",
			"SEARCH latency_month USING PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT calls FROM recent WHERE quarter >= 5",
			"SEARCH recent USING PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT calls FROM mcp_daily WHERE day >= 5",
			"SEARCH mcp_daily USING PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT id FROM session ORDER BY last_seen_ms DESC LIMIT 50",
			"INDEX session_by_time"},
		{"EXPLAIN QUERY PLAN SELECT kind FROM event WHERE at_ms < 5 ORDER BY at_ms DESC",
			"INDEX event_by_time"},
		{"EXPLAIN QUERY PLAN SELECT turn FROM call WHERE session = 1", "INDEX call_by_id"},
		{"EXPLAIN QUERY PLAN SELECT id FROM call WHERE row > 1 LIMIT 1000",
			"USING INTEGER PRIMARY KEY"},
		{"EXPLAIN QUERY PLAN SELECT model FROM call WHERE (end_ms, row) > (5, 6)"
		 " ORDER BY end_ms, row LIMIT 100",
			"INDEX call_by_time"},
		{"EXPLAIN QUERY PLAN SELECT row FROM event WHERE kind = 'done' AND row < 9"
		 " ORDER BY row DESC",
			"INDEX event_by_kind"},
		{"EXPLAIN QUERY PLAN SELECT at_ms FROM event WHERE project = 'p' AND row < 9"
		 " ORDER BY row DESC",
			"INDEX event_by_project"},
		{"EXPLAIN QUERY PLAN SELECT name FROM tool_call WHERE session = 1",
			"INDEX sqlite_autoindex_tool_call"},
		{"EXPLAIN QUERY PLAN SELECT turn FROM turn WHERE session = 1",
			"INDEX sqlite_autoindex_turn"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		const char *texts[2] = {queries[i][0]};
		ck_assert_int_eq(fixture_ask(s, explain, texts), 0);
		ck_assert_msg(strstr(texts[1], queries[i][1]) != NULL &&
				      strstr(texts[1], "TEMP B-TREE") == NULL,
			"%s: %s", texts[0], texts[1]);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store views");
	TCase *tests = tcase_create("views");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, columns_are_those_of_the_first_dashboards);
	tcase_add_test(tests, an_invocation_shows_a_call);
	tcase_add_test(tests, queries_of_the_first_dashboards_work_as_they_are);
	tcase_add_test(tests, what_is_asked_often_needs_no_scan);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
