/* Loops and limits in sessions. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "orchestrator/orchestrator_own.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "support/suite.h"

static struct orchestrator_own own;
static char id[] = "s", name[] = "claude-code";
static const struct session session = {.id = id, .assistant_name = name};
static int64_t now_ms;
static char events[1024];

static void on_event(const struct orchestrator_loop_event *e, void *data)
{
	size_t used = strlen(events);
	(void)data;
	(void)snprintf(events + used, sizeof(events) - used, "%s %.*s %d%s;",
		orchestrator_happening_name(e->what), STR_ARG(e->task_id), (int)e->attempts,
		e->is_endless ? "!" : "");
}

static void setup(void)
{
	orchestrator_own_init(&own);
	own.on_event = on_event;
	now_ms = 1773050520000;
	events[0] = '\0';
}

static void teardown(void)
{
	orchestrator_own_finish(&own);
}

static void tool(const char *tool_name, enum session_outcome outcome)
{
	now_ms += 1000;
	const struct session_span span = {
		.session = &session,
		.kind = SESSION_SPAN_TOOL_CALL,
		.turn = 3,
		.name = str_from(tool_name),
		.begin_ms = now_ms - 500,
		.end_ms = now_ms,
		.outcome = outcome,
	};
	orchestrator_own_note_span(&own, &span);
}

static void call(enum event_fault fault)
{
	now_ms += 1000;
	const struct session_call c = {
		.session = &session,
		.calls = 1,
		.model = STR_INIT("claude-x"),
		.turn = 3,
		.end_ms = now_ms,
		.fault = fault,
	};
	orchestrator_own_note_call(&own, &c);
}

static void end_turn(void)
{
	const struct session_span span = {
		.session = &session,
		.kind = SESSION_SPAN_TURN,
		.turn = 3,
		.end_ms = now_ms + 1000,
		.reason = SESSION_REASON_INTERRUPTED,
	};
	orchestrator_own_note_span(&own, &span);
}

static bool says(void (*write)(struct json_writer *j), const char *text)
{
	struct json_writer j;
	struct buf out;
	buf_init(&out, 1 << 16);
	json_writer_init(&j, &out);
	write(&j);
	bool is = str_contains(buf_str(&out), str_from(text));
	buf_finish(&out);
	return is;
}

static void write_loops(struct json_writer *j)
{
	orchestrator_own_write_loops(j, &own, now_ms);
}

static void write_limits(struct json_writer *j)
{
	orchestrator_own_write_limits(j, &own);
}

START_TEST(a_second_failure_opens_a_loop)
{
	tool("Bash", SESSION_OUTCOME_ERROR);
	tool("Read", SESSION_OUTCOME_OK);
	ck_assert_str_eq(events, "");
	tool("Bash", SESSION_OUTCOME_ERROR);
	ck_assert(says(write_loops, "\"taskId\":\"s/3/Bash\""));
	ck_assert(says(write_loops, "\"attempts\":2,\"elapsedMs\":2000"));
	tool("Bash", SESSION_OUTCOME_REJECTED); // it did not run
	tool("Bash", SESSION_OUTCOME_ERROR);
	tool("Bash", SESSION_OUTCOME_OK);
	tool("Bash", SESSION_OUTCOME_ERROR); // another row begins
	ck_assert_str_eq(events, "attempt s/3/Bash 2;attempt s/3/Bash 3;closed s/3/Bash 3;");
	ck_assert(says(write_loops, "\"activeLoops\":[]"));
	ck_assert(says(write_loops, "\"totalLoops\":1,\"closedLoops\":1,\"closedWithin3\":1,"));
	ck_assert(says(write_loops, "\"attemptHistogram\":{\"1\":1,\"2\":1,\"3\":1}"));
}
END_TEST

START_TEST(the_end_of_the_turn_is_an_incident)
{
	for (int i = 0; i < 7; i++) {
		call(EVENT_FAULT_OVERLOADED);
	}
	call(EVENT_FAULT_ABORTED); // by its user: no attempt of its own
	ck_assert(says(write_loops, "\"lastLabel\":\"overloaded\""));
	ck_assert(says(write_loops, "\"infiniteLoopFlag\":true"));
	end_turn();
	ck_assert_str_eq(events, "attempt s/3/llm 2;attempt s/3/llm 3;attempt s/3/llm 4;"
				 "attempt s/3/llm 5;attempt s/3/llm 6!;attempt s/3/llm 7;"
				 "incident s/3/llm 7;");
	ck_assert(says(write_loops, "\"infiniteLoopCount\":1,\"incidentCount\":1"));
	ck_assert(says(write_loops, "\"type\":\"incident\",\"taskId\":\"s/3/llm\",\"state\":"
				    "\"interrupted\",\"attempt\":7"));
}
END_TEST

START_TEST(limits_last_until_a_call_goes_well)
{
	call(EVENT_FAULT_RATE_LIMIT);
	ck_assert(says(write_limits, "\"currentStatus\":\"limited\""));
	ck_assert(says(write_limits, "\"averageDowntimeMs\":null"));
	call(EVENT_FAULT_RATE_LIMIT);
	call(EVENT_FAULT_NONE);
	ck_assert(says(write_limits, "{\"provider\":\"anthropic\",\"totalLimitHits\":2,"
				     "\"totalRecoveries\":1,\"totalFailovers\":null,"
				     "\"averageDowntimeMs\":2000,\"longestDowntimeMs\":2000,"
				     "\"shortestDowntimeMs\":2000,\"currentStatus\":\"healthy\"}"));
}
END_TEST

START_TEST(there_is_an_end_to_what_is_kept)
{
	char many[32];
	for (int i = 0; i < 2 * ORCHESTRATOR_STREAKS; i++) {
		(void)snprintf(many, sizeof(many), "tool-%d", i);
		tool(many, SESSION_OUTCOME_ERROR);
		tool(many, SESSION_OUTCOME_ERROR);
	}
	ck_assert_uint_eq(own.streak_count, ORCHESTRATOR_STREAKS);
	ck_assert_uint_eq(own.event_count, ORCHESTRATOR_RECENT);
	end_turn();
	ck_assert_uint_eq(own.streak_count, 0);
}
END_TEST

START_TEST(tasks_make_rates)
{
	ck_assert(isnan(orchestrator_own_rates(&own, now_ms).success));
	orchestrator_own_note_task(&own, true, false, now_ms - 4000000);
	orchestrator_own_note_task(&own, true, true, now_ms - 1000000);
	orchestrator_own_note_task(&own, true, false, now_ms);
	orchestrator_own_note_task(&own, false, true, now_ms);
	orchestrator_own_note_task(&own, true, false, now_ms - ORCHESTRATOR_DAY_MS - 1);
	struct orchestrator_rates r = orchestrator_own_rates(&own, now_ms);
	ck_assert_double_eq(r.last_hour, 2);
	ck_assert_double_eq(r.last_5min, 1);
	ck_assert_double_eq(r.success, 0.5);
	ck_assert_double_eq(r.retry, 0);
}
END_TEST

START_TEST(models_have_providers)
{
	ck_assert_str_eq(orchestrator_provider_of(STR("openrouter/gpt-5"), STR("x")), "openai");
	ck_assert_str_eq(orchestrator_provider_of(STR(""), STR("gemini-cli")), "google");
	ck_assert_str_eq(orchestrator_provider_of(STR("?"), STR("?")), "other");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orchestrator_own");
	TCase *t = tcase_create("sessions");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_second_failure_opens_a_loop);
	tcase_add_test(t, the_end_of_the_turn_is_an_incident);
	tcase_add_test(t, limits_last_until_a_call_goes_well);
	tcase_add_test(t, there_is_an_end_to_what_is_kept);
	tcase_add_test(t, tasks_make_rates);
	tcase_add_test(t, models_have_providers);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
