/* The rules of docs/states.md, one by one. Times are ms since the fixture was made. */
#include <check.h>
#include <stdio.h>

#include "base/mem.h"
#include "session_fixture.h"
#include "support/suite.h"

static struct event model_end(int64_t begin_ms, int64_t end_ms)
{
	struct event e = fixture_event(EVENT_MODEL_END, end_ms);
	e.begin_ns = fixture_ns(begin_ms);
	return e;
}

static struct event tool_event(enum event_kind kind, int64_t at_ms, const char *id)
{
	struct event e = fixture_event(kind, at_ms);
	e.call_id = str_from(id);
	e.call_name = STR("Bash");
	return e;
}

START_TEST(prompt_makes_a_session_that_works)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 5000, fixture_event(EVENT_PROMPT, 100));
	ck_assert_uint_eq(f->count, 1);
	ck_assert(fixture_last(f)->is_new);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_PROMPT);
	ck_assert_int_eq(fixture_last(f)->turn, 1);
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->doing, SESSION_DOING_LLM);
	fixture_destroy(f);
}
END_TEST

START_TEST(events_that_are_no_work_make_no_session)
{
	static const enum event_kind kinds[] = {EVENT_SEEN, EVENT_USAGE, EVENT_MODEL_TEXT,
		EVENT_MODEL_ASKS, EVENT_AGENT_END, EVENT_SESSION_END};
	struct fixture *f = fixture_create();
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		fixture_send(f, 5000, fixture_event(kinds[i], 4000));
	}
	struct event side = model_end(3000, 4000);
	side.actor = EVENT_BY_SIDE;
	fixture_send(f, 5000, side);
	ck_assert_uint_eq(f->count, 0);
	ck_assert_ptr_null(session_tracker_find(f->tracker, STR("s")));
	fixture_destroy(f);
}
END_TEST

START_TEST(an_answer_older_than_the_settle_time_ends_the_turn_at_once)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 100), model_end(200, 3900)};
	fixture_batch(f, 5000, batch, 2);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_QUIET);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_DONE);
	ck_assert_int_eq(f->changes[0].state, SESSION_WORKING); // never skipped
	fixture_destroy(f);
}
END_TEST

START_TEST(how_long_a_turn_took_is_told_by_its_client)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 100), model_end(200, 3900)};
	fixture_batch(f, 60000, batch, 2); // both a minute late
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_int_eq(s->state, SESSION_COMPLETED);
	ck_assert_int_eq(s->worked_ms, 3800);
	fixture_send(f, 72000, model_end(62000, 70100)); // it had only looked over
	ck_assert_int_eq(s->state, SESSION_COMPLETED);
	ck_assert_int_eq(s->worked_ms, 70000);
	fixture_send(f, 73000, fixture_event(EVENT_PROMPT, 73000));
	ck_assert_int_eq(s->worked_ms, -1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_young_answer_waits_for_one_more_batch)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 4500)};
	fixture_batch(f, 5000, batch, 2); // shows an interval of 5 s
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_advance(f, 4500 + 1000 + 5000 - 1);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_advance(f, 4500 + 1000 + 5000);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_sender_with_short_batches_is_waited_for_less)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 4000), model_end(4100, 4900)};
	fixture_batch(f, 5000, batch, 2); // shows an interval of 1 s
	fixture_advance(f, 4900 + 1000 + 1000 - 1);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_advance(f, 4900 + 1000 + 1000);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_tool_that_begins_in_the_next_batch_keeps_the_turn_open)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 4990)};
	fixture_batch(f, 5000, batch, 2);
	fixture_send(f, 10000, tool_event(EVENT_TOOL_BEGIN, 5010, "t1"));
	fixture_advance(f, 200000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 0);
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_int_eq(s->doing, SESSION_DOING_TOOL);
	ck_assert_str_eq(s->doing_tool, "Bash");
	fixture_destroy(f);
}
END_TEST

START_TEST(open_work_is_never_over_by_silence_but_told_as_stalled)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 5000, fixture_event(EVENT_PROMPT, 100));
	fixture_advance(f, 5000 + 300000 - 1);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
	fixture_advance(f, 5000 + 300000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_STALLED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_STALLED);
	fixture_advance(f, 5000 + 3000000); // its connection is still there
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_send(f, 5000 + 3000000, model_end(200, 5000 + 2990000));
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_stalled_session_without_a_sign_of_life_expires)
{
	struct fixture *f = fixture_create();
	struct event e = fixture_event(EVENT_PROMPT, 100);
	e.assistant = &assistant_codex_server; // its connection says nothing
	fixture_send(f, 1000, e);
	fixture_advance(f, 1000 + 300000 + 300000);
	ck_assert_int_eq(fixture_state(f), SESSION_EXPIRED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_EXPIRED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_tool_that_ran_beside_the_end_of_its_own_call_leads_to_another_call)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {
		fixture_event(EVENT_PROMPT, 0), tool_event(EVENT_TOOL_BEGIN, 1000, "t"),
		tool_event(EVENT_TOOL_END, 1050, "t"),
		model_end(
			100, 1100), // began before the tool ended: it is the call that asked for it
	};
	batch[2].begin_ns = fixture_ns(1000);
	fixture_batch(f, 5000, batch, 4);
	fixture_advance(f, 100000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_send(f, 100000, model_end(1120, 98000));
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_told_end_is_believed_at_once_and_late_telemetry_does_not_reopen)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {
		fixture_event(EVENT_PROMPT, 0), tool_event(EVENT_TOOL_BEGIN, 500, "t")};
	fixture_batch(f, 1000, batch, 2);
	struct event end = fixture_event(EVENT_TURN_END, 3000);
	end.source = EVENT_FROM_TRACES;
	end.is_top_level = true;
	fixture_send(f, 3100, end);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_TURN_END);
	struct event late = tool_event(EVENT_TOOL_END, 3040, "t"); // ends after, but began before
	late.begin_ns = fixture_ns(500);
	fixture_send(f, 8000, late);
	struct event call = model_end(100, 2990);
	call.has_usage = true;
	call.usage.tokens[USAGE_OUTPUT] = 7;
	fixture_send(f, 8000, call);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_uint_eq(fixture_entered(f, SESSION_WORKING), 1);
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->usage.tokens[USAGE_OUTPUT], 7);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_tool_asked_for_and_not_decided_on_waits_for_permission)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	batch[1].next = EVENT_NEXT_TOOL;
	fixture_batch(f, 5000, batch, 2);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_PERMISSION);
	fixture_advance(f, 100000); // it waits for as long as it takes
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_send(f, 100000, tool_event(EVENT_TOOL_BEGIN, 99000, "t"));
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
	ck_assert_int_eq(fixture_last(f)->turn, 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(nobody_is_asked_for_permission_where_nobody_sits)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	batch[1].next = EVENT_NEXT_TOOL;
	batch[1].unattended = true;
	fixture_batch(f, 5000, batch, 2);
	fixture_advance(f, 100000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_turn_that_only_looked_over_goes_on)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	fixture_batch(f, 5000, batch, 2);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_send(
		f, 20000, tool_event(EVENT_TOOL_BEGIN, 19000, "t")); // its user had to be asked
	ck_assert_int_eq(fixture_last(f)->state, SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_ACTIVITY);
	ck_assert_int_eq(fixture_last(f)->turn, 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_refused_permission_does_not_flash)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	batch[1].next = EVENT_NEXT_TOOL;
	fixture_batch(f, 5000, batch, 2);
	struct event reject = tool_event(EVENT_TOOL_REJECT, 9000, "t");
	reject.by_user = true;
	fixture_send(f, 10000, reject);
	ck_assert_uint_eq(fixture_entered(f, SESSION_WORKING), 1);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_INTERRUPTED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_refusal_by_the_user_ends_the_turn_one_by_the_settings_does_not)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000),
		tool_event(EVENT_TOOL_REJECT, 1010, "t")};
	fixture_batch(f, 5000, batch, 3);
	fixture_advance(f, 100000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	struct event reject = tool_event(EVENT_TOOL_REJECT, 100000, "t");
	reject.by_user = true;
	fixture_send(f, 100100, reject);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_INTERRUPTED);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_subagent_keeps_its_session_at_work)
{
	struct fixture *f = fixture_create();
	struct event agent = tool_event(EVENT_TOOL_BEGIN, 1010, "agent");
	agent.is_agent_tool = true;
	struct event call = model_end(1100, 2000);
	call.actor = EVENT_BY_AGENT;
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000), agent, call};
	fixture_batch(f, 5000, batch, 4);
	fixture_advance(f, 60000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->doing, SESSION_DOING_SUBAGENT);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_failed_call_ends_with_an_error)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	batch[1].failed = true;
	batch[1].next = EVENT_NEXT_USER;
	fixture_batch(f, 5000, batch, 2);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_ERROR);
	fixture_destroy(f);
}
END_TEST

START_TEST(the_next_prompt_closes_a_turn_that_looked_over)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 4800),
		fixture_event(EVENT_PROMPT, 4900)};
	fixture_batch(f, 5000, batch, 3);
	ck_assert_uint_eq(f->count, 3);
	ck_assert_int_eq(f->changes[1].state, SESSION_COMPLETED);
	ck_assert_int_eq(f->changes[2].state, SESSION_WORKING);
	ck_assert_int_eq(f->changes[2].turn, 2);
	fixture_destroy(f);
}
END_TEST

START_TEST(the_end_of_the_connection_ends_the_session)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 990)};
	fixture_batch(f, 1000, batch, 2);
	session_tracker_handle_connection_end(f->tracker, 1, true, fixture_instant(f));
	ck_assert_uint_eq(f->count, 3); // working, completed, expired
	ck_assert_int_eq(f->changes[1].state, SESSION_COMPLETED);
	ck_assert_int_eq(f->changes[1].reason, SESSION_REASON_TURN_END);
	ck_assert_int_eq(f->changes[2].state, SESSION_EXPIRED);
	ck_assert_int_eq(f->changes[2].reason, SESSION_REASON_CLOSED);
	fixture_send(f, 2000, model_end(300, 980)); // late, of a dead session
	ck_assert_uint_eq(f->count, 3);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_client_killed_at_work_is_not_done)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, fixture_event(EVENT_PROMPT, 0));
	session_tracker_handle_connection_end(f->tracker, 1, true, fixture_instant(f));
	ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 0);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_EXPIRED);
	fixture_destroy(f);
}
END_TEST

START_TEST(connections_that_say_nothing)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, fixture_event(EVENT_PROMPT, 0));
	session_tracker_handle_connection_end(f->tracker, 2, true, fixture_instant(f)); // another's
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	session_tracker_handle_connection_end(
		f->tracker, 1, false, fixture_instant(f)); // our doing
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);

	f = fixture_create();
	struct event e = fixture_event(EVENT_PROMPT, 0);
	e.assistant = &assistant_codex;
	fixture_send(f, 1000, e);
	fixture_advance(f, 91000); // its client gives an idle connection back after 90 s
	session_tracker_handle_connection_end(f->tracker, 1, true, fixture_instant(f));
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);
}
END_TEST

START_TEST(completed_becomes_idle_and_expires)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	fixture_batch(f, 5000, batch, 2);
	fixture_advance(f, 35000 - 1);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_advance(f, 35000);
	ck_assert_int_eq(fixture_state(f), SESSION_IDLE);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_IDLE_TIMEOUT);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_DONE); // not seen yet
	session_tracker_acknowledge(f->tracker, STR("s"), fixture_instant(f));
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
	session_tracker_handle_connection_end(f->tracker, 1, false, fixture_instant(f));
	struct event seen = fixture_event(EVENT_SEEN, 99000); // a sign of life
	seen.source = EVENT_FROM_HOOK;
	fixture_send(f, 100000, seen);
	fixture_advance(f, 400000 - 1);
	ck_assert_int_eq(fixture_state(f), SESSION_IDLE);
	fixture_advance(f, 400000);
	ck_assert_int_eq(fixture_state(f), SESSION_EXPIRED);
	ck_assert_int_eq(session_tracker_next_deadline(f->tracker), INT64_MAX);
	fixture_destroy(f);
}
END_TEST

START_TEST(acknowledging)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	fixture_batch(f, 5000, batch, 2);
	ck_assert(!session_tracker_acknowledge(f->tracker, STR("other"), fixture_instant(f)));
	ck_assert(session_tracker_acknowledge(f->tracker, STR("s"), fixture_instant(f)));
	ck_assert_int_eq(fixture_last(f)->state, SESSION_IDLE);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_ACKNOWLEDGED);
	size_t told = f->count;
	ck_assert(session_tracker_acknowledge(f->tracker, STR("s"), fixture_instant(f)));
	ck_assert_uint_eq(f->count, told);
	fixture_destroy(f);
}
END_TEST

START_TEST(muting_is_told_and_changes_nothing_else)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0)};
	fixture_batch(f, 100, batch, 1);
	size_t told = f->count;
	ck_assert(!session_tracker_mute(f->tracker, STR("other"), true));
	ck_assert(session_tracker_mute(f->tracker, STR("s"), true));
	ck_assert(session_tracker_mute(f->tracker, STR("s"), true));
	ck_assert_uint_eq(f->count, told + 1);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_WORKING);
	ck_assert(session_tracker_find(f->tracker, STR("s"))->muted);
	ck_assert(session_tracker_mute(f->tracker, STR("s"), false));
	ck_assert_uint_eq(f->count, told + 2);
	fixture_destroy(f);
}
END_TEST

START_TEST(the_same_body_twice_counts_once)
{
	for (int numbered = 0; numbered < 2; numbered++) {
		struct fixture *f = fixture_create();
		for (int round = 0; round < 2; round++) {
			struct event batch[] = {fixture_event(EVENT_PROMPT, 0),
				tool_event(EVENT_TOOL_BEGIN, 500, "t"),
				tool_event(EVENT_TOOL_END, 900, "t"), model_end(950, 2000)};
			for (int i = 0; i < 4; i++) {
				batch[i].sequence = numbered ? i : -1;
			}
			batch[3].has_usage = true;
			batch[3].usage.tokens[USAGE_INPUT] = 100;
			fixture_batch(f, 5000 + round * 3000, batch, 4);
		}
		ck_assert_int_eq(
			session_tracker_find(f->tracker, STR("s"))->usage.tokens[USAGE_INPUT], 100);
		ck_assert_uint_eq(fixture_entered(f, SESSION_WORKING), 1);
		ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 1);
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(a_resumed_session_counts_its_events_anew)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0), model_end(200, 1000)};
	batch[0].sequence = 70;
	batch[1].sequence = 71;
	fixture_batch(f, 5000, batch, 2);
	struct event again = fixture_event(EVENT_PROMPT, 9000);
	again.sequence = 0;
	fixture_send(f, 10000, again);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->turn, 2);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_batch_is_read_in_the_order_of_its_times)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {model_end(200, 1500), tool_event(EVENT_TOOL_END, 1800, "t"),
		fixture_event(EVENT_PROMPT, 100), tool_event(EVENT_TOOL_BEGIN, 1490, "t"),
		model_end(1820, 3000)};
	batch[1].begin_ns = fixture_ns(1490);
	fixture_batch(f, 5000, batch, 5);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->turn, 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_clock_that_is_off_is_measured_by_arrival)
{
	static const int64_t offsets_ms[] = {-3600000, 3600000};
	for (size_t i = 0; i < ARRAY_SIZE(offsets_ms); i++) {
		int64_t off = offsets_ms[i];
		struct fixture *f = fixture_create();
		struct event batch[] = {
			fixture_event(EVENT_PROMPT, off), model_end(off + 100, off + 2000)};
		fixture_batch(f, 5000, batch, 2);
		ck_assert_int_eq(
			fixture_state(f), SESSION_WORKING); // its newest record counts as new
		fixture_advance(f, 5000 + 1000 + 5000);
		ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(records_without_a_time_happened_when_they_came)
{
	struct fixture *f = fixture_create();
	struct event prompt = fixture_event(EVENT_PROMPT, 0),
		     end = fixture_event(EVENT_MODEL_END, 0);
	prompt.time_ns = end.time_ns = 0;
	end.begin_ns = -600 * MS_NS; // its duration is all that is known of it
	fixture_send(f, 1000, prompt);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_send(f, 2000, end);
	fixture_advance(f, 20000);
	ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 1);
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_int_eq(s->worked_ms, 1000);
	fixture_destroy(f);
}
END_TEST

static void ignore_change(const struct session_change *change, void *data)
{
	(void)change;
	(void)data;
}

static void count_step(const struct session *session, int64_t step_ms, void *data)
{
	int *count = data;
	(void)session;
	(void)step_ms;
	(*count)++;
}

static void send_numbered(
	struct session_tracker *t, int64_t sequence, int64_t time_ns, struct instant now)
{
	struct event e = fixture_event(EVENT_PROMPT, 0);
	e.time_ns = time_ns;
	e.sequence = sequence;
	const struct session_batch batch = {.events = &e,
		.count = 1,
		.connection = 1,
		.oldest_ns = time_ns,
		.newest_ns = time_ns,
		.record_count = 1};
	session_tracker_handle_batch(t, &batch, now);
}

START_TEST(records_without_a_time_say_nothing_of_their_clock)
{
	const struct session_settings settings = session_settings_default();
	int steps = 0;
	struct session_tracker *t = session_tracker_create(&settings,
		&(struct session_observer){
			.on_change = ignore_change, .on_clock_step = count_step, .data = &steps});
	struct instant now = {1000000, INT64_C(1800000000000)};
	send_numbered(t, 1, 0, now);
	now.mono_ms += 4000;
	now.wall_ms += 4000;
	send_numbered(t, 2, (now.wall_ms - 5000) * MS_NS, now); // before the first one came
	ck_assert_int_eq(steps, 0);
	session_tracker_destroy(t);
}
END_TEST

/* A state cannot have begun in the future. */
START_TEST(a_clock_set_back_moves_since_when_a_state_is)
{
	const struct session_settings settings = session_settings_default();
	struct session_tracker *t = session_tracker_create(
		&settings, &(struct session_observer){.on_change = ignore_change});
	struct instant now = {1000000, INT64_C(1800000000000)};
	send_numbered(t, 1, now.wall_ms * MS_NS, now);
	now.mono_ms += 60000;
	now.wall_ms += 60000 - 3600000;
	session_tracker_tick(t, now);
	const struct session *s = session_tracker_find(t, STR("s"));
	ck_assert_int_eq(s->since_ms, now.wall_ms - 60000);
	session_tracker_destroy(t);
}
END_TEST

START_TEST(a_prompt_told_late_is_of_the_turn_that_waits)
{
	struct fixture *f = fixture_create();
	struct event end = model_end(200, 1000), late = fixture_event(EVENT_PROMPT, 500);
	struct event asks = tool_event(EVENT_ASKS, 21500, "t2"); // of a subagent beside
	end.next = EVENT_NEXT_TOOL;
	asks.actor = EVENT_BY_AGENT;
	asks.agent_id = STR("a1");
	asks.attention = EVENT_ATTENTION_QUESTION;
	fixture_send(f, 150, fixture_event(EVENT_PROMPT, 100));
	fixture_send(f, 1000, end);
	fixture_advance(f, 20000);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_PERMISSION);
	fixture_send(f, 21000, late);
	fixture_send(f, 21500, asks);
	asks.kind = EVENT_ANSWERED;
	asks.time_ns = fixture_ns(22000);
	fixture_send(f, 22000, asks);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_PERMISSION);
	fixture_send(f, 23000, tool_event(EVENT_TOOL_BEGIN, 22500, "t1")); // it was given leave
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(fixture_last(f)->turn, 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(what_is_stopped_while_it_leaves_and_stays_is_over)
{
	struct fixture *f = fixture_create();
	struct event prompt = fixture_event(EVENT_PROMPT, 100);
	struct event end = fixture_event(EVENT_SESSION_END, 200);
	struct event stop = fixture_event(EVENT_TURN_END, 300);
	prompt.source = end.source = stop.source = EVENT_FROM_HOOK;
	stop.by_user = stop.is_top_level = true;
	fixture_send(f, 100, prompt);
	fixture_send(f, 200, end);
	fixture_send(f, 300, stop); // a hook of a session that is there again
	fixture_advance(f, 5000);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_INTERRUPTED);
	ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
	fixture_destroy(f);
}
END_TEST

START_TEST(one_spend_told_by_three_signals_counts_once)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 900, fixture_event(EVENT_PROMPT, 0));
	static const int64_t shown[] = {
		[EVENT_FROM_METRICS] = 10, [EVENT_FROM_TRACES] = 10, [EVENT_FROM_LOGS] = 14};
	for (int source = EVENT_FROM_METRICS; source >= EVENT_FROM_LOGS; source--) {
		for (int half = 0; half < 2; half++) { // the other signals begin behind the first
			struct event e = model_end(100, 800 + source * 10 + half);
			e.kind = source == EVENT_FROM_METRICS ? EVENT_USAGE : EVENT_MODEL_END;
			e.source = (enum event_source)source;
			e.has_usage = true;
			e.usage.tokens[USAGE_OUTPUT] = source == EVENT_FROM_LOGS ? 7 : 5;
			fixture_send(f, 1000, e);
		}
		ck_assert_int_eq(
			session_tracker_find(f->tracker, STR("s"))->usage.tokens[USAGE_OUTPUT],
			shown[source]);
	}
	fixture_destroy(f);
}
END_TEST

static struct event hook(enum event_kind kind, int64_t at_ms)
{
	struct event e = fixture_event(kind, at_ms);
	e.source = EVENT_FROM_HOOK;
	e.is_top_level = e.proves_work = kind == EVENT_TURN_END;
	return e;
}

static struct event agent_hook(enum event_kind kind, int64_t at_ms, const char *agent)
{
	struct event e = hook(kind, at_ms);
	e.actor = EVENT_BY_AGENT;
	e.agent_id = str_from(agent);
	return e;
}

START_TEST(title_threads_of_codex_are_never_shown)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 1000), fixture_event(EVENT_SEEN, 1036),
		fixture_event(EVENT_PROMPT, 1078)};
	for (int i = 0; i < 3; i++) {
		batch[i].assistant = &assistant_codex_server;
		batch[i].assistant_name = STR("codex");
		batch[i].session_id = i == 0 ? STR("s") : STR("title");
	}
	batch[1].may_be_side = true;
	fixture_batch(f, 1500, batch, 3);
	ck_assert_ptr_null(session_tracker_find(f->tracker, STR("title")));
	ck_assert_uint_eq(f->count, 1);
	/* a conversation that begins on its own is one */
	struct event other = batch[1];
	other.session_id = STR("other");
	other.time_ns = fixture_ns(20000);
	fixture_send(f, 20500, other);
	other.kind = EVENT_PROMPT;
	other.may_be_side = false;
	other.time_ns = fixture_ns(25000);
	fixture_send(f, 25500, other);
	ck_assert_ptr_nonnull(session_tracker_find(f->tracker, STR("other")));
	fixture_destroy(f);
}
END_TEST

/* The hook of the prompt comes when the title thread has begun already, and its telemetry when the
 * turn is over. */
START_TEST(a_title_thread_may_begin_before_the_hook_of_its_prompt)
{
	struct fixture *f = fixture_create();
	struct event asked = hook(EVENT_PROMPT, 1070), done = hook(EVENT_TURN_END, 1400);
	asked.assistant = done.assistant = &assistant_codex_server;
	fixture_send(f, 1070, asked);
	fixture_send(f, 1400, done);
	struct event batch[] = {fixture_event(EVENT_PROMPT, 1000), fixture_event(EVENT_SEEN, 1036),
		fixture_event(EVENT_PROMPT, 1078)};
	for (int i = 0; i < 3; i++) {
		batch[i].assistant = &assistant_codex; // of a terminal with a server of its own
		batch[i].session_id = i == 0 ? STR("s") : STR("title");
	}
	batch[1].may_be_side = true;
	fixture_batch(f, 1500, batch, 3);
	ck_assert_ptr_null(session_tracker_find(f->tracker, STR("title")));
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->turn, 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_conversation_of_another_process_is_no_title_thread)
{
	struct fixture *f = fixture_create();
	struct event asked = fixture_event(EVENT_PROMPT, 1000);
	asked.assistant = &assistant_codex;
	fixture_send(f, 1100, asked);
	struct event other[] = {fixture_event(EVENT_SEEN, 1500), fixture_event(EVENT_PROMPT, 1600)};
	for (int i = 0; i < 2; i++) {
		other[i].assistant = &assistant_codex;
		other[i].session_id = STR("other");
	}
	other[0].may_be_side = true;
	fixture_advance(f, 2000);
	const struct session_batch batch = {.events = other, .count = 2, .connection = 2};
	session_tracker_handle_batch(f->tracker, &batch, fixture_instant(f));
	ck_assert_ptr_nonnull(session_tracker_find(f->tracker, STR("other")));
	fixture_destroy(f);
}
END_TEST

START_TEST(a_tool_that_ended_within_its_stream_leads_to_another_call)
{
	struct fixture *f = fixture_create();
	struct event batch[] = {fixture_event(EVENT_PROMPT, 0),
		fixture_event(EVENT_MODEL_BEGIN, 100), fixture_event(EVENT_MODEL_ASKS, 110),
		tool_event(EVENT_TOOL_BEGIN, 120, "t"), tool_event(EVENT_TOOL_END, 140, "t"),
		fixture_event(EVENT_MODEL_END, 150)};
	for (int i = 0; i < 6; i++) {
		batch[i].assistant = &assistant_codex;
	}
	fixture_batch(f, 2000, batch, 6);
	fixture_advance(f, 60000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_streamed_answer_tells_what_comes_next)
{
	for (int asks = 0; asks < 2; asks++) {
		struct fixture *f = fixture_create();
		struct event batch[] = {fixture_event(EVENT_PROMPT, 0),
			fixture_event(EVENT_MODEL_BEGIN, 100),
			fixture_event(asks ? EVENT_MODEL_ASKS : EVENT_SEEN, 110),
			fixture_event(EVENT_MODEL_END, 990)};
		for (int i = 0; i < 4; i++) {
			batch[i].assistant = &assistant_codex;
		}
		fixture_batch(f, 1000, batch, 4);
		fixture_advance(f, 1990); // the settle time
		ck_assert_int_eq(fixture_state(f), asks ? SESSION_WORKING : SESSION_COMPLETED);
		fixture_advance(f, 990 + 2000 + 1000); // and the time to decide, and a batch
		ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
		ck_assert_int_eq(fixture_last(f)->attention,
			asks ? SESSION_ATTENTION_PERMISSION : SESSION_ATTENTION_DONE);
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(after_a_told_end_gemini_needs_a_prompt_to_work_again)
{
	struct fixture *f = fixture_create();
	struct event events[] = {fixture_event(EVENT_PROMPT, 0),
		fixture_event(EVENT_MODEL_BEGIN, 10), fixture_event(EVENT_MODEL_END, 500),
		fixture_event(EVENT_TURN_END, 600), fixture_event(EVENT_MODEL_BEGIN, 700)};
	for (int i = 0; i < 5; i++) {
		events[i].assistant = &assistant_gemini;
	}
	events[3].is_top_level = true;
	fixture_batch(f, 1000, events, 5);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_uint_eq(fixture_entered(f, SESSION_WORKING), 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_service_nobody_knows_ends_by_quiet)
{
	struct fixture *f = fixture_create();
	struct event e = fixture_event(EVENT_ACTIVITY, 900);
	e.assistant = &assistant_unknown;
	e.assistant_name = STR("robot");
	fixture_send(f, 1000, e);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_str_eq(session_tracker_find(f->tracker, STR("s"))->assistant_name, "robot");
	fixture_advance(f, 900 + 3000 + 1000); // quiet period and batch
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(more_sessions_than_there_is_room_for)
{
	struct fixture *f = fixture_create();
	struct session_settings settings = session_settings_default();
	settings.max_sessions = 3;
	session_tracker_set_settings(f->tracker, &settings);
	char id[] = "a";
	for (int i = 0; i < 4; i++, id[0]++) {
		struct event e = fixture_event(EVENT_PROMPT, 1000 * i);
		e.session_id = str_from(id);
		fixture_send(f, 1000 * i + 500, e);
		if (i == 1) { // "b" comes back, so it goes before the older "a"
			struct event end = fixture_event(EVENT_TURN_END, 1200);
			end.session_id = str_from(id);
			end.is_top_level = true;
			fixture_send(f, 1600, end);
		}
	}
	ck_assert_ptr_null(session_tracker_find(f->tracker, STR("b")));
	ck_assert_ptr_nonnull(session_tracker_find(f->tracker, STR("a")));
	ck_assert_ptr_nonnull(session_tracker_find(f->tracker, STR("d")));
	fixture_destroy(f);
}
END_TEST

START_TEST(project_and_directory)
{
	struct fixture *f = fixture_create();
	struct event e = fixture_event(EVENT_PROMPT, 0);
	e.cwd = STR("/home/dev/src/webshop/");
	fixture_send(f, 1000, e);
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_str_eq(s->project, "webshop");
	ck_assert_str_eq(s->cwd, "/home/dev/src/webshop/");
	e = fixture_event(EVENT_SEEN, 1500);
	e.project = STR("The \xff Shop");
	e.cwd = STR("/home/dev/src/webshop");
	fixture_send(f, 2000, e);
	ck_assert_str_eq(s->project, "The \xef\xbf\xbd Shop");
	size_t told = f->count;
	e.time_ns += 1000000;
	fixture_send(f, 3000, e); // nothing new
	ck_assert_uint_eq(f->count, told);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_directory_told_by_turn_finds_its_session)
{
	for (int place_first = 0; place_first < 2; place_first++) {
		struct fixture *f = fixture_create();
		struct event place = fixture_event(EVENT_SEEN, 900);
		place.session_id = (struct str){0};
		place.turn_id = STR("turn-1");
		place.cwd = STR("/home/dev/src/api");
		struct event prompt = fixture_event(EVENT_PROMPT, 100);
		prompt.turn_id = STR("turn-1");
		fixture_send(f, 1000, place_first ? place : prompt);
		fixture_send(f, 1100, place_first ? prompt : place);
		ck_assert_str_eq(session_tracker_find(f->tracker, STR("s"))->project, "api");
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(hooks_and_telemetry_of_a_turn_are_one)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_SEEN, 1000));
	ck_assert_int_eq(fixture_state(f), SESSION_IDLE); // known before it was asked anything
	fixture_send(f, 2000, hook(EVENT_PROMPT, 2000));
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_PROMPT);
	fixture_send(f, 4000, hook(EVENT_TURN_END, 4000));
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_TURN_END);
	struct event late[] = {fixture_event(EVENT_PROMPT, 2030),
		tool_event(EVENT_TOOL_BEGIN, 2500, "t"), tool_event(EVENT_TOOL_END, 2600, "t"),
		model_end(2700, 3950)};
	late[3].has_usage = true;
	late[3].usage.tokens[USAGE_OUTPUT] = 9;
	fixture_batch(f, 7030, late, 4);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_uint_eq(fixture_entered(f, SESSION_WORKING), 1);
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_int_eq(s->turn, 1);
	ck_assert_int_eq(s->usage.tokens[USAGE_OUTPUT], 9);
	fixture_destroy(f);
}
END_TEST

START_TEST(telemetry_first_and_the_hook_behind_it_are_one_turn_too)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 2100, fixture_event(EVENT_PROMPT, 2000));
	fixture_send(f, 2200, hook(EVENT_PROMPT, 2200));
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->turn, 1);
	fixture_send(f, 9000, hook(EVENT_PROMPT, 9000)); // the next one
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->turn, 2);
	fixture_destroy(f);
}
END_TEST

/* Telemetry of the call before comes when hooks have told already that the next one runs. */
START_TEST(an_older_stream_does_not_answer_the_call_that_is_open)
{
	struct fixture *f = fixture_create();
	struct event told[] = {
		hook(EVENT_PROMPT, 1000), hook(EVENT_TOOL_BEGIN, 2000), hook(EVENT_TOOL_END, 2100)};
	for (int i = 0; i < 3; i++) {
		told[i].assistant = &assistant_codex;
		fixture_send(f, told[i].time_ns / 1000000 - fixture_ns(0) / 1000000, told[i]);
	}
	struct event late[] = {fixture_event(EVENT_PROMPT, 1000),
		fixture_event(EVENT_MODEL_BEGIN, 1900), fixture_event(EVENT_MODEL_ASKS, 1910),
		fixture_event(EVENT_MODEL_END, 1920)};
	for (int i = 0; i < 4; i++) {
		late[i].assistant = &assistant_codex;
	}
	fixture_batch(f, 2200, late, 4);
	fixture_advance(f, 60000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);
}
END_TEST

/* The same of a client whose hooks tell the begin of a call, too. */
START_TEST(an_older_answer_does_not_answer_the_call_that_is_open)
{
	struct fixture *f = fixture_create();
	struct event told[] = {hook(EVENT_PROMPT, 1000), hook(EVENT_MODEL_BEGIN, 1100),
		hook(EVENT_TOOL_BEGIN, 2000), hook(EVENT_TOOL_END, 2100),
		hook(EVENT_MODEL_BEGIN, 2150)};
	for (int i = 0; i < 5; i++) {
		told[i].assistant = &assistant_gemini;
		fixture_send(f, told[i].time_ns / 1000000 - fixture_ns(0) / 1000000, told[i]);
	}
	struct event late[] = {fixture_event(EVENT_MODEL_BEGIN, 1150), model_end(1150, 1950)};
	late[0].assistant = late[1].assistant = &assistant_gemini;
	fixture_batch(f, 5000, late, 2);
	fixture_advance(f, 60000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_destroy(f);
}
END_TEST

/* Qwen Code runs the hook of a prompt again before it goes on with what its tools gave. */
START_TEST(a_prompt_hook_of_the_same_turn_is_a_model_call)
{
	struct fixture *f = fixture_create();
	struct event asked = hook(EVENT_PROMPT, 1000);
	asked.turn_id = STR("s########0");
	fixture_send(f, 1000, asked);
	fixture_send(f, 2000, hook(EVENT_TOOL_BEGIN, 2000));
	fixture_send(f, 3000, hook(EVENT_TOOL_END, 3000));
	asked.time_ns = fixture_ns(3100);
	fixture_send(f, 3100, asked);
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_int_eq(s->turn, 1);
	ck_assert_int_eq(s->doing, SESSION_DOING_LLM);
	asked.turn_id = STR("s########1");
	asked.time_ns = fixture_ns(3200);
	fixture_send(f, 3200, asked);
	ck_assert_int_eq(s->turn, 2);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_stop_hook_beats_the_quiet_rule)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, hook(EVENT_TURN_END, 2000));
	fixture_send(f, 10000, hook(EVENT_PROMPT, 10000));
	struct event call = model_end(10100, 12000);
	call.next = EVENT_NEXT_USER;
	fixture_send(f, 15000, call); // looks over, but no hook has said so
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_advance(f, 12000 + 30000 - 1);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_advance(f, 12000 + 30000); // it may have been lost
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_send(f, 50000, hook(EVENT_TURN_END, 50000));
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->turn, 2); // no turn of its own
	fixture_destroy(f);
}
END_TEST

START_TEST(what_a_hook_says_is_wanted_is_shown_until_it_is_given)
{
	static const struct {
		enum event_attention asked;
		enum session_attention shown;
	} rows[] = {{EVENT_ATTENTION_PERMISSION, SESSION_ATTENTION_PERMISSION},
		{EVENT_ATTENTION_QUESTION, SESSION_ATTENTION_QUESTION}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture *f = fixture_create();
		fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
		struct event begin = tool_event(EVENT_TOOL_BEGIN, 2000, "t");
		begin.source = EVENT_FROM_HOOK;
		fixture_send(f, 2000, begin);
		struct event asks = hook(EVENT_ASKS, 2010);
		asks.attention = rows[i].asked;
		asks.call_id = STR("t");
		fixture_send(f, 2010, asks);
		ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
		ck_assert_int_eq(fixture_last(f)->attention, rows[i].shown);
		fixture_advance(f, 100000);
		ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
		struct event other = tool_event(
			EVENT_TOOL_BEGIN, 99000, "u"); // another call's leave
		fixture_send(f, 100000, other);
		ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
		struct event decision = tool_event(
			EVENT_TOOL_BEGIN, 100500, "t"); // told by telemetry
		fixture_send(f, 101000, decision);
		ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
		ck_assert_int_eq(fixture_last(f)->attention, SESSION_ATTENTION_NONE);
		ck_assert_int_eq(fixture_last(f)->turn, 1);
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(a_stop_with_work_in_the_background_is_not_the_end)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	struct event stop = hook(EVENT_TURN_END, 2000);
	const struct event_tasks tasks = {.agents = {1}, .agent_count = 1};
	stop.tasks = &tasks;
	fixture_send(f, 2000, stop);
	fixture_advance(f, 100000);
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	fixture_send(f, 100000, hook(EVENT_PROMPT, 100000));
	const struct event_tasks none = {0};
	stop = hook(EVENT_TURN_END, 101000);
	stop.tasks = &none;
	fixture_send(f, 101000, stop);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_stop_beside_a_running_subagent_is_not_the_end)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 1500, agent_hook(EVENT_AGENT_BEGIN, 1500, "a"));
	fixture_send(f, 2000, hook(EVENT_TURN_END, 2000));
	ck_assert_int_eq(fixture_state(f), SESSION_WORKING);
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->doing, SESSION_DOING_SUBAGENT);
	fixture_send(f, 9000, agent_hook(EVENT_AGENT_END, 9000, "a"));
	fixture_send(f, 9100, hook(EVENT_PROMPT, 9100)); // the client's own: what the agent found
	fixture_send(f, 9500, hook(EVENT_TURN_END, 9500));
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 1);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_late_notification_is_no_work_after_a_refusal)
{
	struct fixture *f = fixture_create();
	struct event tool = hook(EVENT_TOOL_BEGIN, 2000), asks = hook(EVENT_ASKS, 8000);
	tool.call_id = STR("t");
	tool.call_name = STR("Bash");
	asks.attention = EVENT_ATTENTION_PERMISSION;
	asks.is_vague = true;
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, tool);
	fixture_send(f, 8000, asks);
	fixture_send(f, 14000, asks); // once more, and the rejection was before it
	struct event reject = tool_event(EVENT_TOOL_REJECT, 13000, "t");
	reject.by_user = true;
	fixture_send(f, 18000, reject);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_INTERRUPTED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_stop_that_failed_says_why)
{
	static const enum event_attention asks[] = {EVENT_ATTENTION_ERROR, EVENT_ATTENTION_LIMIT};
	static const enum session_attention attentions[] = {
		SESSION_ATTENTION_ERROR, SESSION_ATTENTION_LIMIT};
	for (int i = 0; i < 2; i++) {
		struct fixture *f = fixture_create();
		fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
		struct event stop = hook(EVENT_TURN_END, 2000);
		stop.failed = true;
		stop.attention = asks[i];
		fixture_send(f, 2000, stop);
		ck_assert_int_eq(fixture_last(f)->attention, attentions[i]);
		fixture_destroy(f);
	}
}
END_TEST

START_TEST(the_directory_of_a_hook_is_believed_first)
{
	struct fixture *f = fixture_create();
	struct event e = fixture_event(EVENT_PROMPT, 1000);
	e.cwd = STR("/home/dev/src/webshop");
	e.project = STR("Shop");
	fixture_send(f, 1000, e);
	struct event start = hook(EVENT_SEEN, 1100);
	start.cwd = STR("/home/dev/src/api");
	fixture_send(f, 1100, start);
	e.kind = EVENT_SEEN;
	fixture_send(f, 1200, e);
	ck_assert_str_eq(session_tracker_find(f->tracker, STR("s"))->project, "Shop");
	ck_assert_str_eq(session_tracker_find(f->tracker, STR("s"))->cwd, "/home/dev/src/api");
	fixture_destroy(f);
}
END_TEST

START_TEST(a_session_that_ends_at_work_is_not_done)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, hook(EVENT_SESSION_END, 2000));
	fixture_advance(f, 3000);
	ck_assert_uint_eq(fixture_entered(f, SESSION_COMPLETED), 0);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_EXPIRED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_CLOSED);
	fixture_destroy(f);
}
END_TEST

START_TEST(what_a_client_sends_behind_its_last_hook_is_counted)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, hook(EVENT_TURN_END, 2000));
	fixture_send(f, 2100, hook(EVENT_SESSION_END, 2100));
	fixture_send(f, 2200, hook(EVENT_SESSION_END, 2200)); // Gemini tells it again and again
	struct event call = model_end(1100, 1900);
	call.has_usage = true;
	call.usage.tokens[USAGE_OUTPUT] = 9;
	fixture_send(f, 2300, call);
	ck_assert_int_eq(session_tracker_find(f->tracker, STR("s"))->usage.tokens[USAGE_OUTPUT], 9);
	session_tracker_acknowledge(f->tracker, STR("s"), fixture_instant(f));
	fixture_advance(f, 3099);
	ck_assert_int_eq(fixture_state(f), SESSION_IDLE);
	fixture_advance(f, 3100);
	ck_assert_int_eq(fixture_last(f)->state, SESSION_EXPIRED);
	ck_assert_int_eq(fixture_last(f)->reason, SESSION_REASON_CLOSED);
	fixture_destroy(f);
}
END_TEST

START_TEST(a_session_that_is_resumed_at_once_stays)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, hook(EVENT_TURN_END, 2000));
	fixture_send(f, 2100, hook(EVENT_SESSION_END, 2100));
	fixture_send(f, 2500, hook(EVENT_SEEN, 2500));
	fixture_advance(f, 10000);
	ck_assert_uint_eq(fixture_entered(f, SESSION_EXPIRED), 0);
	ck_assert_int_eq(fixture_state(f), SESSION_COMPLETED); // as if it had never meant to leave
	fixture_destroy(f);
}
END_TEST

START_TEST(a_session_that_is_back_has_not_said_its_last_words)
{
	struct fixture *f = fixture_create();
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	fixture_send(f, 2000, hook(EVENT_TURN_END, 2000));
	struct event end = hook(EVENT_SESSION_END, 2100);
	end.client_stays = true;
	fixture_send(f, 2100, end);
	struct event both[] = {model_end(1200, 1950), hook(EVENT_SEEN, 2210)};
	fixture_batch(f, 2210, both, 2);
	fixture_advance(f, 10000);
	ck_assert_uint_eq(fixture_entered(f, SESSION_EXPIRED), 0);
	fixture_destroy(f);
}
END_TEST

START_TEST(names_have_a_ceiling_and_find_what_they_named)
{
	static char id[1 << 20],
		name[] = "mcp__plugin_with_a_long_name__browser_take_a_screenshot_now";
	struct fixture *f = fixture_create();
	memset(id, 'i', sizeof(id) - 1);
	struct event e = hook(EVENT_PROMPT, 1000);
	e.session_id = str_from(id);
	fixture_send(f, 1000, e);
	ck_assert_uint_le(
		strlen(list_entry(session_tracker_sessions(f->tracker)->next, struct session, link)
				->id),
		EVENT_ID_BYTES);
	fixture_send(f, 1000, hook(EVENT_PROMPT, 1000));
	struct event tool = hook(EVENT_TOOL_BEGIN, 1100);
	tool.call_name = str_from(name);
	fixture_send(f, 1100, tool);
	tool = hook(EVENT_TOOL_END, 1200);
	tool.call_name = str_from(name);
	fixture_send(f, 1200, tool);
	ck_assert_int_ne(session_tracker_find(f->tracker, STR("s"))->doing, SESSION_DOING_TOOL);
	fixture_destroy(f);
}
END_TEST

static Suite *session_tracker_suite(void)
{
	Suite *suite = suite_create("session_tracker");
	TCase *c = tcase_create("rules");
	tcase_add_test(c, prompt_makes_a_session_that_works);
	tcase_add_test(c, events_that_are_no_work_make_no_session);
	tcase_add_test(c, an_answer_older_than_the_settle_time_ends_the_turn_at_once);
	tcase_add_test(c, how_long_a_turn_took_is_told_by_its_client);
	tcase_add_test(c, a_young_answer_waits_for_one_more_batch);
	tcase_add_test(c, a_sender_with_short_batches_is_waited_for_less);
	tcase_add_test(c, a_tool_that_begins_in_the_next_batch_keeps_the_turn_open);
	tcase_add_test(c, open_work_is_never_over_by_silence_but_told_as_stalled);
	tcase_add_test(c, a_stalled_session_without_a_sign_of_life_expires);
	tcase_add_test(c, a_tool_that_ran_beside_the_end_of_its_own_call_leads_to_another_call);
	tcase_add_test(c, a_told_end_is_believed_at_once_and_late_telemetry_does_not_reopen);
	tcase_add_test(c, a_tool_asked_for_and_not_decided_on_waits_for_permission);
	tcase_add_test(c, nobody_is_asked_for_permission_where_nobody_sits);
	tcase_add_test(c, a_turn_that_only_looked_over_goes_on);
	tcase_add_test(c, a_refused_permission_does_not_flash);
	tcase_add_test(c, a_late_notification_is_no_work_after_a_refusal);
	tcase_add_test(c, a_refusal_by_the_user_ends_the_turn_one_by_the_settings_does_not);
	tcase_add_test(c, a_subagent_keeps_its_session_at_work);
	tcase_add_test(c, a_failed_call_ends_with_an_error);
	tcase_add_test(c, the_next_prompt_closes_a_turn_that_looked_over);
	tcase_add_test(c, the_end_of_the_connection_ends_the_session);
	tcase_add_test(c, a_client_killed_at_work_is_not_done);
	tcase_add_test(c, connections_that_say_nothing);
	tcase_add_test(c, completed_becomes_idle_and_expires);
	tcase_add_test(c, acknowledging);
	tcase_add_test(c, muting_is_told_and_changes_nothing_else);
	tcase_add_test(c, the_same_body_twice_counts_once);
	tcase_add_test(c, a_resumed_session_counts_its_events_anew);
	tcase_add_test(c, a_batch_is_read_in_the_order_of_its_times);
	tcase_add_test(c, a_clock_that_is_off_is_measured_by_arrival);
	tcase_add_test(c, records_without_a_time_happened_when_they_came);
	tcase_add_test(c, records_without_a_time_say_nothing_of_their_clock);
	tcase_add_test(c, a_prompt_told_late_is_of_the_turn_that_waits);
	tcase_add_test(c, what_is_stopped_while_it_leaves_and_stays_is_over);
	tcase_add_test(c, one_spend_told_by_three_signals_counts_once);
	tcase_add_test(c, title_threads_of_codex_are_never_shown);
	tcase_add_test(c, a_title_thread_may_begin_before_the_hook_of_its_prompt);
	tcase_add_test(c, a_conversation_of_another_process_is_no_title_thread);
	tcase_add_test(c, a_tool_that_ended_within_its_stream_leads_to_another_call);
	tcase_add_test(c, a_streamed_answer_tells_what_comes_next);
	tcase_add_test(c, after_a_told_end_gemini_needs_a_prompt_to_work_again);
	tcase_add_test(c, a_service_nobody_knows_ends_by_quiet);
	tcase_add_test(c, more_sessions_than_there_is_room_for);
	tcase_add_test(c, project_and_directory);
	tcase_add_test(c, a_directory_told_by_turn_finds_its_session);
	tcase_add_test(c, hooks_and_telemetry_of_a_turn_are_one);
	tcase_add_test(c, telemetry_first_and_the_hook_behind_it_are_one_turn_too);
	tcase_add_test(c, an_older_stream_does_not_answer_the_call_that_is_open);
	tcase_add_test(c, an_older_answer_does_not_answer_the_call_that_is_open);
	tcase_add_test(c, a_prompt_hook_of_the_same_turn_is_a_model_call);
	tcase_add_test(c, a_stop_hook_beats_the_quiet_rule);
	tcase_add_test(c, what_a_hook_says_is_wanted_is_shown_until_it_is_given);
	tcase_add_test(c, a_stop_with_work_in_the_background_is_not_the_end);
	tcase_add_test(c, a_stop_beside_a_running_subagent_is_not_the_end);
	tcase_add_test(c, a_stop_that_failed_says_why);
	tcase_add_test(c, the_directory_of_a_hook_is_believed_first);
	tcase_add_test(c, what_a_client_sends_behind_its_last_hook_is_counted);
	tcase_add_test(c, a_session_that_is_resumed_at_once_stays);
	tcase_add_test(c, a_session_that_is_back_has_not_said_its_last_words);
	tcase_add_test(c, names_have_a_ceiling_and_find_what_they_named);
	tcase_add_test(c, a_session_that_ends_at_work_is_not_done);
	tcase_add_test(c, a_clock_set_back_moves_since_when_a_state_is);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_tracker_suite());
}
