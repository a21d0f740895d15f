/* Turns, tool calls, waits and subagents, as they are handed out. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "session/session_fixture.h"
#include "session/session_span.h"
#include "support/span_log.h"
#include "support/suite.h"

enum { KEPT = 64 };

struct told {
	struct session_span span; // as told; its texts are those below
	char session[16], agent[32], name[SESSION_SPAN_NAME_BYTES + 1];
	char decision[SESSION_SPAN_WORD_BYTES + 1], decided_by[SESSION_SPAN_WORD_BYTES + 1];
};

struct spans {
	struct fixture clock; // its tracker, and its times
	struct span_log log;
	struct told told[KEPT];
	size_t count;
	int64_t worked_ms; // as was shown last of a session that came back
};

static void keep(char *ret, size_t size, struct str s)
{
	ck_assert_uint_lt(s.size, size);
	(void)snprintf(ret, size, "%.*s", STR_ARG(s));
}

static void on_span(const struct session_span *span, void *data)
{
	struct spans *s = data;
	span_log_add(&s->log, span, fixture_ns(0) / MS_NS, fixture_instant(&s->clock).wall_ms);
	ck_assert_str_eq(s->log.wrong, "");
	ck_assert_uint_lt(s->count, KEPT);
	struct told *told = &s->told[s->count++];
	*told = (struct told){.span = *span};
	keep(told->session, sizeof(told->session), str_from(span->session->id));
	keep(told->agent, sizeof(told->agent), span->agent_id);
	keep(told->name, sizeof(told->name), span->name);
	keep(told->decision, sizeof(told->decision), span->decision);
	keep(told->decided_by, sizeof(told->decided_by), span->decided_by);
}

static void on_change(const struct session_change *change, void *data)
{
	struct spans *s = data;
	const struct session *shown = change->session;
	if (shown->state == SESSION_COMPLETED) {
		s->worked_ms = shown->worked_ms;
	} else if (shown->state == SESSION_EXPIRED) {
		span_log_end(&s->log, shown, 0);
		ck_assert_str_eq(s->log.wrong, "");
	}
}

static struct spans *spans_create(void)
{
	struct spans *s = xcalloc(1, sizeof(*s));
	struct session_settings settings = session_settings_default();
	s->clock.tracker = session_tracker_create(&settings,
		&(struct session_observer){.on_change = on_change, .on_span = on_span, .data = s});
	return s;
}

static void spans_destroy(struct spans *s)
{
	session_tracker_destroy(s->clock.tracker);
	span_log_finish(&s->log);
	free(s);
}

static void send(struct spans *s, int64_t now_ms, struct event e)
{
	fixture_send(&s->clock, now_ms, e);
}

static void send_hook(struct spans *s, int64_t now_ms, struct event e)
{
	e.source = EVENT_FROM_HOOK;
	fixture_send(&s->clock, now_ms, e);
}

static void hook(struct spans *s, int64_t now_ms, enum event_kind kind)
{
	send_hook(s, now_ms, fixture_event(kind, now_ms));
}

static struct event stop(int64_t at_ms)
{
	struct event e = fixture_event(EVENT_TURN_END, at_ms);
	e.is_top_level = e.proves_work = true;
	return e;
}

static struct event call(enum event_kind kind, int64_t at_ms, const char *id, const char *name)
{
	struct event e = fixture_event(kind, at_ms);
	e.call_id = str_from(id);
	e.call_name = str_from(name);
	return e;
}

/* The number-th span told, and that no more were. */
static const struct told *only(const struct spans *s, size_t count)
{
	ck_assert_uint_eq(s->count, count);
	return &s->told[count - 1];
}

static void check_times(const struct told *told, int64_t begin_ms, int64_t end_ms)
{
	ck_assert_int_eq(told->span.begin_ms, fixture_ns(begin_ms) / MS_NS);
	ck_assert_int_eq(told->span.end_ms, fixture_ns(end_ms) / MS_NS);
}

static void check_turn(const struct told *told, int number, enum session_reason reason,
	enum session_outcome outcome)
{
	ck_assert_int_eq(told->span.kind, SESSION_SPAN_TURN);
	ck_assert_int_eq(told->span.turn, number);
	ck_assert_str_eq(session_reason_name(told->span.reason), session_reason_name(reason));
	ck_assert_str_eq(session_outcome_name(told->span.outcome), session_outcome_name(outcome));
}

/* ---- turns */

START_TEST(a_turn_is_handed_out_when_it_is_over)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	ck_assert_uint_eq(s->count, 0);
	send_hook(s, 4100, stop(4100));
	const struct told *turn = only(s, 1);
	check_turn(turn, 1, SESSION_REASON_TURN_END, SESSION_OUTCOME_OK);
	check_times(turn, 100, 4100);
	ck_assert(!turn->span.corrects);
	ck_assert_int_eq(turn->span.worked_ms, 4000);
	ck_assert_int_eq(turn->span.worked_ms, s->worked_ms);
	hook(s, 60000, EVENT_PROMPT);
	send_hook(s, 61000, stop(61000));
	check_turn(only(s, 2), 2, SESSION_REASON_TURN_END, SESSION_OUTCOME_OK);
	ck_assert_uint_ne(s->told[0].span.id, s->told[1].span.id);
	fixture_advance(&s->clock, 24 * 3600 * 1000);
	ck_assert_int_eq(fixture_state(&s->clock), SESSION_EXPIRED);
	ck_assert_uint_eq(s->count, 2);
	spans_destroy(s);
}
END_TEST

START_TEST(a_turn_that_goes_on_is_corrected)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 1000, stop(1000));
	ck_assert_uint_eq(s->count, 1);
	send_hook(s, 1200, call(EVENT_TOOL_BEGIN, 1200, "t1", "Bash"));
	send_hook(s, 1300, call(EVENT_TOOL_END, 1300, "t1", "Bash"));
	struct event last = stop(3000);
	last.continues = true;
	send_hook(s, 3000, last);
	const struct told *turn = &s->told[s->count - 1];
	check_turn(turn, 1, SESSION_REASON_TURN_END, SESSION_OUTCOME_OK);
	ck_assert(turn->span.corrects);
	ck_assert_uint_eq(turn->span.id, s->told[0].span.id);
	check_times(turn, 100, 3000);
	ck_assert_int_eq(turn->span.worked_ms, s->worked_ms);
	ck_assert_uint_eq(span_log_count(&s->log, "s", SESSION_SPAN_TURN), 1);
	spans_destroy(s);
}
END_TEST

START_TEST(what_a_turn_ended_with)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	struct event failure = stop(1000);
	failure.failed = true;
	failure.attention = EVENT_ATTENTION_LIMIT;
	send_hook(s, 1000, failure);
	check_turn(only(s, 1), 1, SESSION_REASON_TURN_END, SESSION_OUTCOME_LIMIT);
	hook(s, 2000, EVENT_PROMPT);
	failure = stop(3000);
	failure.failed = true;
	send_hook(s, 3000, failure);
	check_turn(only(s, 2), 2, SESSION_REASON_TURN_END, SESSION_OUTCOME_ERROR);
	hook(s, 4000, EVENT_PROMPT);
	struct event esc = stop(5000);
	esc.by_user = true;
	send_hook(s, 5000, esc);
	check_turn(only(s, 3), 3, SESSION_REASON_INTERRUPTED, SESSION_OUTCOME_INTERRUPTED);
	spans_destroy(s);
}
END_TEST

START_TEST(a_failure_that_is_known_later_corrects_the_turn)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 2000, stop(2000));
	struct event e = fixture_event(EVENT_MODEL_END, 1900);
	e.actor = EVENT_BY_MAIN;
	e.failed = e.is_final = true;
	e.begin_ns = fixture_ns(1500);
	send(s, 4000, e);
	const struct told *turn = only(s, 2);
	check_turn(turn, 1, SESSION_REASON_TURN_END, SESSION_OUTCOME_ERROR);
	ck_assert(turn->span.corrects);
	check_times(turn, 100, 2000);
	spans_destroy(s);
}
END_TEST

START_TEST(a_prompt_ends_the_turn_that_did_not_end)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 200, call(EVENT_TOOL_BEGIN, 200, "t1", "Bash"));
	hook(s, 9000, EVENT_PROMPT);
	const struct told *turn = &s->told[s->count - 1];
	check_turn(turn, 1, SESSION_REASON_PROMPT, SESSION_OUTCOME_UNKNOWN);
	check_times(turn, 100, 9000);
	spans_destroy(s);
}
END_TEST

START_TEST(a_session_that_is_closed_interrupts_its_turn)
{
	struct spans *s = spans_create();
	send(s, 200, fixture_event(EVENT_PROMPT, 100));
	send(s, 1200, fixture_event(EVENT_SESSION_END, 1200));
	check_turn(only(s, 1), 1, SESSION_REASON_CLOSED, SESSION_OUTCOME_INTERRUPTED);
	check_times(&s->told[0], 100, 1200);
	spans_destroy(s);
}
END_TEST

START_TEST(a_session_that_falls_silent_leaves_its_turn_unknown)
{
	struct spans *s = spans_create();
	send(s, 200, fixture_event(EVENT_PROMPT, 100));
	session_tracker_handle_connection_end(
		s->clock.tracker, 1, false, fixture_instant(&s->clock));
	fixture_advance(&s->clock, 24 * 3600 * 1000);
	check_turn(only(s, 1), 1, SESSION_REASON_EXPIRED, SESSION_OUTCOME_UNKNOWN);
	spans_destroy(s);
}
END_TEST

/* ---- tool calls */

static struct event by_telemetry(struct event e, const char *decision, const char *decided_by)
{
	e.decision = str_from(decision);
	e.decided_by = str_from(decided_by);
	e.by_user = str_starts_with(e.decided_by, STR("user"));
	return e;
}

static struct event ended(struct event e, int64_t begin_ms, enum event_result result)
{
	e.begin_ns = fixture_ns(begin_ms);
	e.result = result;
	e.failed = result == EVENT_RESULT_ERROR;
	return e;
}

static void check_call(const struct told *told, const char *name, enum session_outcome outcome,
	const char *decision, const char *decided_by)
{
	ck_assert_int_eq(told->span.kind, SESSION_SPAN_TOOL_CALL);
	ck_assert_str_eq(told->name, name);
	ck_assert_str_eq(session_outcome_name(told->span.outcome), session_outcome_name(outcome));
	ck_assert_str_eq(told->decision, decision);
	ck_assert_str_eq(told->decided_by, decided_by);
}

START_TEST(a_tool_call_is_handed_out_at_its_end)
{
	struct spans *s = spans_create();
	struct event events[] = {
		fixture_event(EVENT_PROMPT, 100),
		by_telemetry(call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"), "accept", "config"),
		ended(call(EVENT_TOOL_END, 2500, "t1", "Bash"), 520, EVENT_RESULT_ERROR),
	};
	fixture_batch(&s->clock, 3000, events, ARRAY_SIZE(events));
	const struct told *told = only(s, 1);
	check_call(told, "Bash", SESSION_OUTCOME_ERROR, "accept", "config");
	check_times(told, 520, 2500);
	ck_assert_int_eq(told->span.turn, 1);
	ck_assert_int_eq(told->span.actor, EVENT_BY_MAIN);
	spans_destroy(s);
}
END_TEST

START_TEST(hooks_and_telemetry_tell_one_call)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"));
	struct event end = call(EVENT_TOOL_END, 900, "t1", "Bash");
	end.result = EVENT_RESULT_OK;
	send_hook(s, 900, end);
	check_call(only(s, 1), "Bash", SESSION_OUTCOME_OK, "", "");
	struct event events[] = {
		by_telemetry(call(EVENT_TOOL_BEGIN, 600, "t1", "Bash"), "accept", "user_temporary"),
		by_telemetry(ended(call(EVENT_TOOL_END, 890, "t1", "Bash"), 610, EVENT_RESULT_OK),
			"accept", "user_temporary"),
	};
	fixture_batch(&s->clock, 5000, events, ARRAY_SIZE(events));
	const struct told *told = only(s, 2); // corrected once for both
	check_call(told, "Bash", SESSION_OUTCOME_OK, "accept", "user_temporary");
	ck_assert(told->span.corrects);
	ck_assert_uint_eq(told->span.id, s->told[0].span.id);
	check_times(told, 620, 900);
	fixture_batch(&s->clock, 6000, events, ARRAY_SIZE(events)); // sent again
	ck_assert_uint_eq(s->count, 2);
	spans_destroy(s);
}
END_TEST

START_TEST(hooks_without_ids_are_joined_by_name_and_time)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	for (int64_t at_ms = 1000; at_ms < 9000; at_ms += 4000) { // two of one tool
		send_hook(s, at_ms, call(EVENT_TOOL_BEGIN, at_ms, "", "run_shell_command"));
		send_hook(
			s, at_ms + 500, call(EVENT_TOOL_END, at_ms + 500, "", "run_shell_command"));
	}
	ck_assert_uint_eq(s->count, 2);
	struct event events[] = {
		by_telemetry(ended(call(EVENT_TOOL_END, 1490, "", "run_shell_command"), 900,
				     EVENT_RESULT_OK),
			"accept", ""),
		by_telemetry(ended(call(EVENT_TOOL_END, 5490, "", "run_shell_command"), 4990,
				     EVENT_RESULT_ERROR),
			"auto_accept", ""),
		by_telemetry(
			ended(call(EVENT_TOOL_END, 5600, "", "write_file"), 5500, EVENT_RESULT_OK),
			"accept", ""), // which no hook has told
	};
	fixture_batch(&s->clock, 9000, events, ARRAY_SIZE(events));
	ck_assert_uint_eq(s->count, 4);
	check_call(&s->told[2], "run_shell_command", SESSION_OUTCOME_OK, "accept", "");
	check_call(&s->told[3], "run_shell_command", SESSION_OUTCOME_ERROR, "auto_accept", "");
	check_times(&s->told[2], 1000, 1500); // its measure holds what it waited
	ck_assert_uint_eq(span_log_count(&s->log, "s", SESSION_SPAN_TOOL_CALL), 2);
	spans_destroy(s);
}
END_TEST

START_TEST(what_its_user_refused_did_not_run)
{
	struct spans *s = spans_create();
	struct event events[] = {
		fixture_event(EVENT_PROMPT, 100),
		by_telemetry(call(EVENT_TOOL_REJECT, 2500, "t1", "Write"), "reject", "user_reject"),
	};
	fixture_batch(&s->clock, 3000, events, ARRAY_SIZE(events));
	check_call(&s->told[0], "Write", SESSION_OUTCOME_REJECTED, "reject", "user_reject");
	spans_destroy(s);
}
END_TEST

START_TEST(what_its_user_stopped_ends_with_the_turn)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"));
	struct event esc = stop(2000);
	esc.by_user = true;
	send_hook(s, 2000, esc);
	ck_assert_uint_eq(s->count, 2);
	check_call(&s->told[0], "Bash", SESSION_OUTCOME_INTERRUPTED, "", "");
	check_times(&s->told[0], 500, 2000);
	check_turn(&s->told[1], 1, SESSION_REASON_INTERRUPTED, SESSION_OUTCOME_INTERRUPTED);
	/* that it failed, as telemetry tells, is no news; who let it run is */
	struct event late = ended(
		call(EVENT_TOOL_END, 1990, "t1", "Bash"), 510, EVENT_RESULT_ERROR);
	send(s, 6000, by_telemetry(late, "accept", "config"));
	check_call(only(s, 3), "Bash", SESSION_OUTCOME_INTERRUPTED, "accept", "config");
	spans_destroy(s);
}
END_TEST

START_TEST(a_call_that_never_ends_is_unknown_once_the_session_is_idle)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"));
	send_hook(s, 2000, stop(2000));
	ck_assert_uint_eq(s->count, 1);
	fixture_advance(&s->clock, 60000);
	check_call(only(s, 2), "Bash", SESSION_OUTCOME_UNKNOWN, "", "");
	struct event late = call(EVENT_TOOL_END, 61000, "t1", "Bash");
	late.result = EVENT_RESULT_OK;
	send_hook(s, 61000, late); // it went on in the background
	check_call(only(s, 3), "Bash", SESSION_OUTCOME_OK, "", "");
	check_times(&s->told[2], 500, 61000);
	spans_destroy(s);
}
END_TEST

START_TEST(names_of_mcp_tools_are_kept_whole)
{
	static const char name[] =
		"mcp__plugin_playwright_playwright__browser_take_a_screenshot_of_it";
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", name));
	send_hook(s, 600, call(EVENT_TOOL_END, 600, "t1", name));
	ck_assert_str_eq(only(s, 1)->name, name);
	spans_destroy(s);
	s = spans_create();
	struct event apart = call(EVENT_TOOL_END, 700, "t2", "slow");
	apart.call_server = STR("tiny");
	send(s, 700, fixture_event(EVENT_PROMPT, 100));
	send(s, 800, apart);
	ck_assert_str_eq(only(s, 1)->name, "mcp__tiny__slow");
	spans_destroy(s);
}
END_TEST

START_TEST(what_is_no_name_is_made_one)
{
	struct spans *s = spans_create();
	struct event e = by_telemetry(
		call(EVENT_TOOL_END, 700, "t1", "Ba\nsh"), "acc\x1b[31mept", "who\xff");
	send(s, 700, fixture_event(EVENT_PROMPT, 100));
	send(s, 800, e);
	check_call(only(s, 1), "Ba\xef\xbf\xbdsh", SESSION_OUTCOME_UNKNOWN,
		"acc\xef\xbf\xbd[31mept", "who\xef\xbf\xbd");
	spans_destroy(s);
}
END_TEST

/* ---- waits */

static struct event request(int64_t at_ms, const char *id, enum event_attention attention)
{
	struct event e = call(EVENT_ASKS, at_ms, id, "Bash");
	e.attention = attention;
	return e;
}

static void check_wait(const struct told *told, enum session_attention attention, const char *name,
	enum session_outcome outcome)
{
	ck_assert_int_eq(told->span.kind, SESSION_SPAN_WAIT);
	ck_assert_int_eq(told->span.attention, attention);
	ck_assert_str_eq(told->name, name);
	ck_assert_str_eq(session_outcome_name(told->span.outcome), session_outcome_name(outcome));
}

START_TEST(a_wait_lasts_from_the_question_to_the_answer)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"));
	send_hook(s, 600, request(600, "t1", EVENT_ATTENTION_PERMISSION));
	send_hook(s, 9000, call(EVENT_TOOL_END, 9000, "t1", "Bash"));
	ck_assert_uint_eq(s->count, 2);
	check_wait(&s->told[1], SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_OK);
	check_times(&s->told[1], 600, 9000);
	/* telemetry says when the user decided */
	send(s, 9500,
		by_telemetry(
			call(EVENT_TOOL_BEGIN, 4000, "t1", "Bash"), "accept", "user_temporary"));
	ck_assert_uint_eq(s->count, 4);
	check_times(&s->told[2], 4000, 9000);
	check_wait(&s->told[3], SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_OK);
	check_times(&s->told[3], 600, 4000);
	ck_assert(s->told[3].span.corrects);
	spans_destroy(s);
}
END_TEST

START_TEST(a_wait_that_ends_with_its_turn)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, call(EVENT_TOOL_BEGIN, 500, "t1", "Bash"));
	send_hook(s, 600, request(600, "t1", EVENT_ATTENTION_PERMISSION));
	struct event esc = stop(5000);
	esc.by_user = true;
	send_hook(s, 5000, esc);
	ck_assert_uint_eq(s->count, 3);
	check_call(&s->told[0], "Bash", SESSION_OUTCOME_INTERRUPTED, "", "");
	check_wait(&s->told[1], SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_INTERRUPTED);
	check_times(&s->told[1], 600, 5000);
	check_turn(&s->told[2], 1, SESSION_REASON_INTERRUPTED, SESSION_OUTCOME_INTERRUPTED);
	spans_destroy(s);
}
END_TEST

START_TEST(a_wait_that_only_the_silence_tells_of)
{
	struct spans *s = spans_create();
	struct event ask = fixture_event(EVENT_MODEL_END, 1000);
	ask.begin_ns = fixture_ns(500);
	ask.next = EVENT_NEXT_TOOL;
	struct event events[] = {fixture_event(EVENT_PROMPT, 100), ask};
	fixture_batch(&s->clock, 5100, events, ARRAY_SIZE(events));
	ck_assert_int_eq(fixture_state(&s->clock), SESSION_COMPLETED); // waiting
	ck_assert_uint_eq(s->count, 0);
	send(s, 20000,
		by_telemetry(
			call(EVENT_TOOL_BEGIN, 16000, "t1", "Bash"), "accept", "user_temporary"));
	const struct told *told = only(s, 1);
	check_wait(told, SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_OK);
	check_times(told, 1000, 16000);
	spans_destroy(s);
}
END_TEST

START_TEST(a_wait_that_only_the_answer_tells_of)
{
	struct spans *s = spans_create();
	struct event ask = fixture_event(EVENT_MODEL_END, 1000);
	ask.begin_ns = fixture_ns(500);
	ask.next = EVENT_NEXT_TOOL;
	struct event events[] = {
		fixture_event(EVENT_PROMPT, 100),
		ask,
		by_telemetry(
			call(EVENT_TOOL_BEGIN, 3000, "t1", "Bash"), "accept", "user_temporary"),
		by_telemetry(call(EVENT_TOOL_REJECT, 4000, "t2", "Edit"), "reject", "user_reject"),
	};
	fixture_batch(&s->clock, 5100, events, ARRAY_SIZE(events));
	ck_assert_uint_ge(s->count, 3);
	check_wait(&s->told[0], SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_OK);
	check_times(&s->told[0], 1000, 3000);
	check_call(&s->told[1], "Edit", SESSION_OUTCOME_REJECTED, "reject", "user_reject");
	check_wait(&s->told[2], SESSION_ATTENTION_PERMISSION, "Edit", SESSION_OUTCOME_REJECTED);
	check_times(&s->told[2], 3000, 4000);
	spans_destroy(s);
}
END_TEST

/* ---- subagents */

static struct event agent_event(enum event_kind kind, int64_t at_ms, const char *id)
{
	struct event e = fixture_event(kind, at_ms);
	e.actor = EVENT_BY_AGENT;
	e.agent_id = str_from(id);
	return e;
}

static void check_agent(
	const struct told *told, const char *id, const char *type, enum session_outcome outcome)
{
	ck_assert_int_eq(told->span.kind, SESSION_SPAN_AGENT);
	ck_assert_str_eq(told->agent, id);
	ck_assert_str_eq(told->name, type);
	ck_assert_str_eq(session_outcome_name(told->span.outcome), session_outcome_name(outcome));
}

START_TEST(a_subagent_at_work)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	struct event begin = agent_event(EVENT_AGENT_BEGIN, 500, "a1");
	begin.agent_type = STR("Explore");
	send_hook(s, 500, begin);
	struct event tool = agent_event(EVENT_TOOL_BEGIN, 700, "a1");
	tool.call_id = STR("t1");
	tool.call_name = STR("Read");
	send_hook(s, 700, tool);
	tool.kind = EVENT_TOOL_END;
	send_hook(s, 800, tool);
	ck_assert_str_eq(only(s, 1)->agent, "a1");
	ck_assert_int_eq(s->told[0].span.actor, EVENT_BY_AGENT);
	struct event end = agent_event(EVENT_AGENT_END, 2000, "a1");
	end.result = EVENT_RESULT_OK;
	send_hook(s, 2000, end);
	check_agent(only(s, 2), "a1", "Explore", SESSION_OUTCOME_OK);
	check_times(&s->told[1], 500, 2000);
	/* the same, told by telemetry, is no news; that it works again is */
	struct event told = agent_event(EVENT_AGENT_END, 1990, "a1");
	told.begin_ns = fixture_ns(480);
	told.result = EVENT_RESULT_OK;
	send(s, 5000, told);
	ck_assert_uint_eq(s->count, 2);
	begin.time_ns = 0;
	send_hook(s, 6000, begin);
	send_hook(s, 7000, end);
	check_agent(only(s, 3), "a1", "Explore", SESSION_OUTCOME_OK);
	ck_assert(!s->told[2].span.corrects);
	spans_destroy(s);
}
END_TEST

START_TEST(a_subagent_that_is_told_in_one_event)
{
	struct spans *s = spans_create();
	send(s, 200, fixture_event(EVENT_PROMPT, 100));
	struct event run = agent_event(EVENT_AGENT_RUN, 4000, "a1");
	run.begin_ns = fixture_ns(1000);
	run.agent_type = STR("investigator");
	run.result = EVENT_RESULT_ERROR;
	send(s, 5000, run);
	check_agent(only(s, 1), "a1", "investigator", SESSION_OUTCOME_ERROR);
	check_times(&s->told[0], 1000, 4000);
	ck_assert_int_eq(fixture_state(&s->clock), SESSION_WORKING);
	spans_destroy(s);
}
END_TEST

START_TEST(what_a_session_leaves_open_ends_with_it)
{
	struct spans *s = spans_create();
	hook(s, 100, EVENT_PROMPT);
	send_hook(s, 500, agent_event(EVENT_AGENT_BEGIN, 500, "a1"));
	send_hook(s, 600, call(EVENT_TOOL_BEGIN, 600, "t1", "Bash"));
	send_hook(s, 700, request(700, "t1", EVENT_ATTENTION_PERMISSION));
	struct event end = fixture_event(EVENT_SESSION_END, 3000);
	send(s, 3000, end); // by telemetry: at once
	ck_assert_uint_eq(s->count, 4);
	check_call(&s->told[0], "Bash", SESSION_OUTCOME_INTERRUPTED, "", "");
	check_wait(&s->told[1], SESSION_ATTENTION_PERMISSION, "Bash", SESSION_OUTCOME_INTERRUPTED);
	check_agent(&s->told[2], "a1", "", SESSION_OUTCOME_INTERRUPTED);
	check_turn(&s->told[3], 1, SESSION_REASON_CLOSED, SESSION_OUTCOME_INTERRUPTED);
	spans_destroy(s);
}
END_TEST

static struct event codex(struct event e, const char *session)
{
	e.assistant = &assistant_codex;
	e.assistant_name = assistant_codex.name;
	e.session_id = str_from(session);
	return e;
}

START_TEST(a_session_that_was_a_subagent)
{
	struct spans *s = spans_create();
	send(s, 200, codex(fixture_event(EVENT_PROMPT, 100), "s"));
	send(s, 2000, codex(fixture_event(EVENT_PROMPT, 1900), "kid"));
	send(s, 2500, codex(call(EVENT_TOOL_BEGIN, 2400, "t1", "exec"), "kid"));
	send(s, 2600, codex(call(EVENT_TOOL_END, 2550, "t1", "exec"), "kid"));
	send(s, 2700, codex(call(EVENT_TOOL_BEGIN, 2650, "t2", "exec"), "kid"));
	ck_assert_str_eq(only(s, 1)->session, "kid");
	struct event spawn = codex(call(EVENT_TOOL_END, 3000, "t0", "spawn_agent"), "s");
	spawn.child_id = STR("kid");
	send(s, 3100, spawn);
	ck_assert_uint_eq(s->count, 3);
	ck_assert_ptr_nonnull(s->told[1].span.absorbed);
	check_call(&s->told[2], "spawn_agent", SESSION_OUTCOME_UNKNOWN, "", "");
	ck_assert_uint_eq(span_log_count(&s->log, "s", SESSION_SPAN_TOOL_CALL), 2);
	ck_assert_uint_eq(span_log_count(&s->log, "s", SESSION_SPAN_TURN), 0);
	send(s, 4000, codex(call(EVENT_TOOL_END, 3900, "t2", "exec"), "kid"));
	const struct told *told = only(s, 4); // what it had open goes on
	ck_assert_str_eq(told->session, "s");
	ck_assert_str_eq(told->agent, "kid");
	check_times(told, 2650, 3900);
	struct event end = codex(stop(4500), "kid");
	send(s, 4600, end);
	check_agent(&s->told[s->count - 1], "kid", "", SESSION_OUTCOME_OK);
	check_times(&s->told[s->count - 1], 1900, 4500);
	spans_destroy(s);
}
END_TEST

static Suite *session_spans_suite(void)
{
	Suite *suite = suite_create("session_spans");
	TCase *c = tcase_create("turns");
	tcase_add_test(c, a_turn_is_handed_out_when_it_is_over);
	tcase_add_test(c, a_turn_that_goes_on_is_corrected);
	tcase_add_test(c, what_a_turn_ended_with);
	tcase_add_test(c, a_failure_that_is_known_later_corrects_the_turn);
	tcase_add_test(c, a_prompt_ends_the_turn_that_did_not_end);
	tcase_add_test(c, a_session_that_is_closed_interrupts_its_turn);
	tcase_add_test(c, a_session_that_falls_silent_leaves_its_turn_unknown);
	suite_add_tcase(suite, c);
	c = tcase_create("tool calls");
	tcase_add_test(c, a_tool_call_is_handed_out_at_its_end);
	tcase_add_test(c, hooks_and_telemetry_tell_one_call);
	tcase_add_test(c, hooks_without_ids_are_joined_by_name_and_time);
	tcase_add_test(c, what_its_user_refused_did_not_run);
	tcase_add_test(c, what_its_user_stopped_ends_with_the_turn);
	tcase_add_test(c, a_call_that_never_ends_is_unknown_once_the_session_is_idle);
	tcase_add_test(c, names_of_mcp_tools_are_kept_whole);
	tcase_add_test(c, what_is_no_name_is_made_one);
	suite_add_tcase(suite, c);
	c = tcase_create("waits");
	tcase_add_test(c, a_wait_lasts_from_the_question_to_the_answer);
	tcase_add_test(c, a_wait_that_ends_with_its_turn);
	tcase_add_test(c, a_wait_that_only_the_silence_tells_of);
	tcase_add_test(c, a_wait_that_only_the_answer_tells_of);
	suite_add_tcase(suite, c);
	c = tcase_create("subagents");
	tcase_add_test(c, a_subagent_at_work);
	tcase_add_test(c, a_subagent_that_is_told_in_one_event);
	tcase_add_test(c, what_a_session_leaves_open_ends_with_it);
	tcase_add_test(c, a_session_that_was_a_subagent);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_spans_suite());
}
