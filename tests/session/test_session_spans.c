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
	return suite;
}

int main(void)
{
	return suite_run(session_spans_suite());
}
