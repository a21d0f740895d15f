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
	ck_assert_uint_eq(fixture_logged("rejected a fact"), 0);
	fixture_teardown();
}

static void put(const struct session_call *call)
{
	store_put_call(s, call, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
}

static void put_span(const struct session_span *span)
{
	store_put_span(s, span, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
}

static int64_t number(const char *sql)
{
	return fixture_number(s, sql);
}

/* What must always hold, whatever was put. */
static void assert_sums(void)
{
	static const char *const pairs[][2] = {
		{"SELECT sum(calls) FROM call", "SELECT sum(calls) FROM daily"},
		{"SELECT sum(cost_nano_usd) FROM call",
			"SELECT sum(reported_nano_usd + estimated_nano_usd) FROM daily"},
		{"SELECT sum(cost_nano_usd) FROM call",
			"SELECT sum(reported_nano_usd + estimated_nano_usd) FROM session"},
		{"SELECT sum(output_tokens) FROM call", "SELECT sum(output_tokens) FROM daily"},
		{"SELECT sum(output_tokens) FROM call", "SELECT sum(output_tokens) FROM session"},
		{"SELECT count(*) FROM call",
			"SELECT sum(none_count + reported_count + estimated_count + free_count"
			" + unpriced_count) FROM session"},
		{"SELECT sum(calls) FROM call WHERE cost_source = 'u'",
			"SELECT sum(unpriced_calls) FROM daily"},
		{"SELECT count(duration_ms) FROM call WHERE calls > 0",
			"SELECT sum(count) FROM latency WHERE what = 'call'"},
		{"SELECT sum(sum_ms) FROM latency", "SELECT sum(sum_ms) FROM latency_month"},
		{"SELECT sum(calls * 1000 + cost_nano_usd) FROM call",
			"SELECT sum(calls * 1000 + nano_usd) FROM recent"},
		{"SELECT count(*) FROM tool_call WHERE decision IS NOT NULL",
			"SELECT coalesce(sum(count), 0) FROM recent_decision"},
		{"SELECT count(*) * 1000000 + sum(end_ms - begin_ms) FROM tool_call"
		 " WHERE name LIKE 'mcp!_!_%' ESCAPE '!' HAVING count(*) > 0",
			"SELECT sum(calls) * 1000000 + sum(sum_ms) FROM mcp_daily"
			" HAVING sum(calls) > 0"},
		{"SELECT sum(worked_ms) FROM turn", "SELECT sum(worked_ms) FROM daily"},
		{"SELECT count(*) FROM turn", "SELECT sum(turns) FROM daily"},
		{"SELECT sum(end_ms - begin_ms) FROM wait", "SELECT sum(waited_ms) FROM daily"},
		{"SELECT sum(waited_ms) FROM session", "SELECT sum(waited_ms) FROM daily"},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		int64_t rows = number(pairs[i][0]), sums = number(pairs[i][1]);
		ck_assert_msg(rows == sums, "%s: %lld, %s: %lld", pairs[i][0], (long long)rows,
			pairs[i][1], (long long)sums);
	}
}

START_TEST(calls_add_up_by_day_model_and_source)
{
	struct session_call call = fixture_call(fixture_session('a'), 1);
	put(&call);
	call.id = 2;
	call.cost = SESSION_COST_ESTIMATED;
	call.usage.cost_nano_usd = 3;
	put(&call);
	call.id = 3;
	call.model = STR("local");
	call.cost = SESSION_COST_FREE;
	call.usage.cost_nano_usd = 0;
	put(&call);
	call.id = 4;
	call.cost = SESSION_COST_UNPRICED;
	call.usage.tokens[USAGE_REASONING] = 5; // of the output
	put(&call);
	call.id = 5;
	call.cost = SESSION_COST_NONE;
	call.usage = (struct usage){0};
	call.fault = EVENT_FAULT_RATE_LIMIT;
	put(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT count(*) FROM daily"), 2);
	ck_assert_int_eq(number("SELECT estimated_nano_usd FROM daily WHERE model <> 'local'"), 3);
	ck_assert_int_eq(number("SELECT free_calls FROM daily WHERE model = 'local'"), 1);
	ck_assert_int_eq(number("SELECT unpriced_tokens FROM daily WHERE model = 'local'"), 110);
	ck_assert_int_eq(number("SELECT errors FROM daily WHERE model = 'local'"), 1);
	ck_assert_int_eq(number("SELECT duration_ms / timed_calls FROM daily"), 1500);
	ck_assert_int_eq(number("SELECT errors FROM session"), 1);
}
END_TEST

START_TEST(a_call_that_is_told_twice_counts_once)
{
	struct session_call call = fixture_call(fixture_session('a'), 1);
	put(&call);
	put(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT calls FROM daily"), 1);
	ck_assert_int_eq(number("SELECT sum(count) FROM latency"), 2); // the call, its first token
	call.session = fixture_session('b');
	put(&call);
	ck_assert_int_eq(number("SELECT calls FROM daily"), 2);
	ck_assert_uint_eq(store_state(s).refused, 0);
}
END_TEST

START_TEST(a_correction_replaces_the_cost)
{
	struct session_call call = fixture_call(fixture_session('a'), 1);
	call.cost = SESSION_COST_UNPRICED;
	call.usage.cost_nano_usd = 0;
	put(&call);
	ck_assert_int_eq(number("SELECT unpriced_tokens FROM daily"), 110);
	call.corrects = true;
	call.calls = 0;
	call.cost = SESSION_COST_REPORTED;
	call.usage = (struct usage){.cost_nano_usd = 77};
	put(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT reported_nano_usd FROM daily"), 77);
	ck_assert_int_eq(number("SELECT unpriced_tokens FROM daily"), 0);
	ck_assert_int_eq(number("SELECT unpriced_count FROM session"), 0);
	ck_assert_int_eq(number("SELECT reported_count FROM session"), 1);
	ck_assert_int_eq(number("SELECT calls FROM call"), 1);
	call.id = 99; // nobody knows of it
	put(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT count(*) FROM call"), 1);
}
END_TEST

START_TEST(a_subagents_session_is_absorbed)
{
	struct session *parent = fixture_session('p');
	struct session_call first = fixture_call(parent, 1);
	struct session_call second = fixture_call(fixture_session('c'), 2);
	struct session_call absorption = {.session = parent, .absorbed = second.session};
	put(&first);
	put(&second);
	put(&absorption);
	assert_sums();
	ck_assert_int_eq(number("SELECT calls FROM session WHERE id = 'p'"), 2);
	ck_assert_int_eq(number("SELECT calls + reported_count FROM session WHERE id = 'c'"), 0);
	ck_assert_int_eq(number("SELECT parent = (SELECT row FROM session WHERE id = 'p')"
				" FROM session WHERE id = 'c'"),
		1);
	ck_assert_str_eq(fixture_text(s, "SELECT agent FROM call WHERE id = 2"), "c");
	store_put_session(s, second.session, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(number("SELECT parent IS NOT NULL FROM session WHERE id = 'c'"), 1);
}
END_TEST

START_TEST(what_a_counter_grew_by_is_no_call)
{
	struct session_call step = fixture_call(fixture_session('a'), 1);
	step.calls = 0;
	step.duration_ms = -1;
	put(&step);
	assert_sums();
	ck_assert_int_eq(number("SELECT calls FROM daily"), 0);
	ck_assert_int_eq(number("SELECT input_tokens FROM daily"), 100);
	ck_assert_int_eq(number("SELECT reported_count FROM session"), 1);
}
END_TEST

START_TEST(durations_lie_between_their_bounds)
{
	static const int64_t durations[] = {0, 9, 10, 1499, 1500, 1999, 2000, 80000000};
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		struct session_call call = fixture_call(fixture_session('a'), i);
		call.duration_ms = durations[i];
		call.ttft_ms = -1;
		put(&call);
	}
	ck_assert_str_eq(
		fixture_text(s, "SELECT group_concat(low_ms || '*' || count, ' ') FROM latency"
				" WHERE day = 20260309"),
		"0*2 10*1 1200*1 1500*2 2000*1 8000000*1");
	ck_assert_int_eq(number("SELECT sum(count) FROM latency_month WHERE month = 202603"), 8);
	ck_assert_int_eq(number("SELECT count(*) FROM latency WHERE what = 'ttft'"), 0);
}
END_TEST

START_TEST(turns_and_waits_add_up)
{
	struct session *a = fixture_session('a');
	struct session_span turn = fixture_span(a, SESSION_SPAN_TURN, 1);
	struct session_span wait = fixture_span(a, SESSION_SPAN_WAIT, 2);
	put_span(&turn);
	put_span(&wait);
	assert_sums();
	ck_assert_int_eq(number("SELECT worked_ms FROM session"), 3000);
	ck_assert_int_eq(number("SELECT waited_ms FROM session"), 3000);
	ck_assert_str_eq(fixture_text(s, "SELECT kind FROM wait"), "permission");
	turn.corrects = wait.corrects = true;
	turn.worked_ms = 4000;
	wait.begin_ms -= 1000;
	put_span(&turn);
	put_span(&wait);
	assert_sums();
	ck_assert_int_eq(number("SELECT turns * 10000 + worked_ms FROM daily"), 14000);
	ck_assert_int_eq(number("SELECT waited_ms FROM session"), 4000);
	turn.worked_ms = -1;
	put_span(&turn);
	assert_sums();
	ck_assert_int_eq(number("SELECT worked_ms IS NULL FROM turn"), 1);
}
END_TEST

START_TEST(tool_calls_are_kept_and_timed)
{
	struct session_span call = fixture_span(fixture_session('a'), SESSION_SPAN_TOOL_CALL, 1);
	struct session_span agent = fixture_span(fixture_session('a'), SESSION_SPAN_AGENT, 1);
	call.actor = EVENT_BY_AGENT;
	call.agent_id = STR("agent-1");
	put_span(&call);
	put_span(&agent); // of another kind, so its id may be the same
	call.corrects = true;
	call.decision = STR("accept");
	call.decided_by = STR("hook");
	put_span(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT count(*) FROM tool_call"), 1);
	ck_assert_int_eq(number("SELECT count(*) FROM agent"), 1);
	ck_assert_str_eq(fixture_text(s, "SELECT decided_by FROM tool_call"), "hook");
	ck_assert_str_eq(fixture_text(s, "SELECT agent FROM tool_call"), "agent-1");
	ck_assert_str_eq(fixture_text(s, "SELECT group_concat(decision || '/' || decided_by)"
					 " FROM recent_decision WHERE count > 0"),
		"accept/hook");
}
END_TEST

START_TEST(tool_calls_of_servers_add_up)
{
	static const char *const names[] = {"mcp__github__search", "mcp__github__a__b", "mcp__odd"};
	struct session_span call = fixture_span(fixture_session('a'), SESSION_SPAN_TOOL_CALL, 1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		call.id = i;
		call.name = str_from(names[i]);
		put_span(&call);
	}
	assert_sums();
	ck_assert_str_eq(
		fixture_text(s, "SELECT group_concat(server || calls || errors) FROM mcp_daily"),
		"github20,odd10");
	call.corrects = true;
	call.outcome = SESSION_OUTCOME_ERROR;
	call.begin_ms -= 2000;
	put_span(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT sum(errors) FROM mcp_daily"), 1);
	call.name = STR("Bash");
	put_span(&call);
	assert_sums();
	ck_assert_int_eq(number("SELECT sum(errors) FROM mcp_daily"), 0);
}
END_TEST

START_TEST(an_absorbed_sessions_turns_were_none)
{
	struct session *parent = fixture_session('p'), *child = fixture_session('c');
	struct session_span absorption = {.session = parent, .absorbed = child};
	for (unsigned kind = 0; kind < SESSION_SPAN_KIND_COUNT; kind++) {
		struct session_span of_parent = fixture_span(parent, kind, 1);
		struct session_span of_child = fixture_span(child, kind, 2);
		put_span(&of_parent);
		put_span(&of_child);
	}
	ck_assert_int_eq(number("SELECT turns FROM daily"), 2);
	parent->turn = 3;
	put_span(&absorption);
	assert_sums();
	ck_assert_int_eq(number("SELECT turns FROM daily"), 1);
	ck_assert_int_eq(number("SELECT worked_ms FROM daily"), 3000);
	ck_assert_int_eq(number("SELECT waited_ms FROM session WHERE id = 'p'"), 6000);
	ck_assert_int_eq(number("SELECT count(*) FROM tool_call JOIN session"
				" ON session.row = tool_call.session WHERE session.id = 'p'"),
		2);
	ck_assert_int_eq(number("SELECT turn FROM tool_call WHERE id = 2"), 3);
	ck_assert_str_eq(fixture_text(s, "SELECT agent FROM agent WHERE id = 2"), "c");
}
END_TEST

START_TEST(counters_go_on_after_a_restart)
{
	store_put_counter(s, STR("turns/0"), STR("tool=\"codex\""), 5, FIXTURE_NOW_MS);
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_close(s);
	s = fixture_open();
	store_put_counter(s, STR("turns/0"), STR("tool=\"codex\""), 2, FIXTURE_NOW_MS + 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(number("SELECT value FROM counter WHERE name = 'turns/0'"), 7);
	ck_assert_int_eq(
		number("SELECT created_ms FROM counter WHERE name = 'turns/0'"), FIXTURE_NOW_MS);
}
END_TEST

START_TEST(events_carry_details)
{
	struct store_event event = {
		.kind = STR("budget"),
		.project = STR("none"),
		.details = {{"period", STR("day")}, {"percent", STR("80")}},
	};
	store_put_event(s, &event, FIXTURE_NOW_MS);
	event = (struct store_event){
		.kind = STR("error"),
		.session = fixture_session('a'),
		.details = {{"status", STR("5\"29\n")}},
	};
	store_put_event(s, &event, FIXTURE_NOW_MS + 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_str_eq(fixture_text(s, "SELECT detail FROM event WHERE kind = 'budget'"),
		"{\"period\":\"day\",\"percent\":\"80\"}");
	ck_assert_int_eq(number("SELECT session IS NULL FROM event WHERE kind = 'budget'"), 1);
	ck_assert_str_eq(
		fixture_text(s, "SELECT detail ->> 'status' FROM event WHERE kind = 'error'"),
		"5\"29\n");
	ck_assert_str_eq(
		fixture_text(s, "SELECT project FROM event WHERE kind = 'error'"), "project");
	ck_assert_int_eq(number("SELECT count(*) FROM session"), 1);
}
END_TEST

START_TEST(a_session_row_follows_its_session)
{
	struct session *a = fixture_session('a');
	a->model = NULL;
	store_put_session(s, a, FIXTURE_NOW_MS);
	a->project = (char *)"other";
	a->cwd = NULL;
	a->model = (char *)"claude-haiku";
	a->turn = 4;
	store_put_session(s, a, FIXTURE_NOW_MS + 5);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_str_eq(
		fixture_text(s, "SELECT project || ' ' || cwd || ' ' || model FROM session"),
		"other /home/me/project claude-haiku");
	ck_assert_int_eq(number("SELECT turns FROM session"), 4);
	ck_assert_int_eq(number("SELECT last_seen_ms - first_seen_ms FROM session"), 5);
}
END_TEST

START_TEST(times_that_nobody_believes_are_now)
{
	static const int64_t told_ms[] = {0, INT64_C(1500000000000), INT64_C(9000000000000)};
	for (size_t i = 0; i < 3; i++) {
		struct session_call call = fixture_call(fixture_session('a'), i);
		call.end_ms = told_ms[i];
		put(&call);
	}
	ck_assert_int_eq(number("SELECT count(*) FROM call WHERE end_ms = 1773050400000"), 3);
	struct session_call yesterday = fixture_call(fixture_session('a'), 4);
	yesterday.end_ms -= INT64_C(86400000);
	put(&yesterday);
	ck_assert_int_eq(number("SELECT calls FROM daily WHERE day = 20260308"), 1);
	assert_sums();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store sums");
	TCase *tests = tcase_create("sums");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, calls_add_up_by_day_model_and_source);
	tcase_add_test(tests, a_call_that_is_told_twice_counts_once);
	tcase_add_test(tests, a_correction_replaces_the_cost);
	tcase_add_test(tests, a_subagents_session_is_absorbed);
	tcase_add_test(tests, what_a_counter_grew_by_is_no_call);
	tcase_add_test(tests, durations_lie_between_their_bounds);
	tcase_add_test(tests, turns_and_waits_add_up);
	tcase_add_test(tests, tool_calls_are_kept_and_timed);
	tcase_add_test(tests, tool_calls_of_servers_add_up);
	tcase_add_test(tests, an_absorbed_sessions_turns_were_none);
	tcase_add_test(tests, counters_go_on_after_a_restart);
	tcase_add_test(tests, events_carry_details);
	tcase_add_test(tests, a_session_row_follows_its_session);
	tcase_add_test(tests, times_that_nobody_believes_are_now);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
