/* Sessions that go on after a restart of the daemon. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "session/session_call.h"
#include "session/session_fixture.h"
#include "session/session_past.h"
#include "session/session_span.h"
#include "support/suite.h"

enum { KEPT = 32 };

struct past {
	struct fixture clock; // its tracker, and its times
	struct session_call calls[KEPT];
	struct session_span spans[KEPT];
	size_t call_count, span_count, change_count;
};

static void on_change(const struct session_change *change, void *data)
{
	struct past *p = data;
	(void)change;
	p->change_count++;
}

static void on_call(const struct session_call *call, void *data)
{
	struct past *p = data;
	ck_assert_uint_lt(p->call_count, KEPT);
	p->calls[p->call_count++] = *call;
}

static void on_span(const struct session_span *span, void *data)
{
	struct past *p = data;
	ck_assert_uint_lt(p->span_count, KEPT);
	p->spans[p->span_count++] = *span;
}

static void create_tracker(struct past *p)
{
	struct session_settings settings = session_settings_default();
	p->clock.tracker = session_tracker_create(&settings,
		&(struct session_observer){
			.on_change = on_change, .on_call = on_call, .on_span = on_span, .data = p});
}

static struct past *past_create(void)
{
	struct past *p = xcalloc(1, sizeof(*p));
	create_tracker(p);
	return p;
}

static void past_destroy(struct past *p)
{
	session_tracker_destroy(p->clock.tracker);
	free(p);
}

static const struct session *shown(const struct past *p)
{
	return session_tracker_find(p->clock.tracker, STR("s"));
}

/* The daemon restarts with all that is to be kept. */
static void restart(struct past *p)
{
	struct session_tracker *old = p->clock.tracker;
	create_tracker(p);
	const struct session *s;
	list_for_each(s, session_tracker_sessions(old), link)
	{
		struct session_past kept;
		session_tracker_past(old, s, &kept);
		session_tracker_restore(p->clock.tracker, &kept);
		session_past_finish(&kept);
	}
	session_tracker_destroy(old);
	p->call_count = p->span_count = p->change_count = 0;
}

/* 1000 tokens out. */
static struct event call_at(int64_t at_ms, const char *request)
{
	struct event e = fixture_event(EVENT_MODEL_END, at_ms);
	e.stamp_ns = e.time_ns;
	e.request_id = str_from(request);
	e.model = STR("claude-opus-5-5");
	e.begin_ns = fixture_ns(at_ms - 50);
	e.has_usage = true;
	e.usage.tokens[USAGE_OUTPUT] = 1000;
	e.usage.cost_nano_usd = 20000000;
	e.usage.has_cost = true;
	e.model_call = (struct event_model_call){.ended = true, .is_timed = true, .ttft_ms = -1};
	return e;
}

static void hook(struct past *p, int64_t at_ms, enum event_kind kind)
{
	struct event e = fixture_event(kind, at_ms);
	e.source = EVENT_FROM_HOOK;
	e.is_top_level = kind == EVENT_TURN_END;
	fixture_send(&p->clock, at_ms, e);
}

START_TEST(nothing_is_shown_until_it_speaks)
{
	struct past *p = past_create();
	struct event prompt = fixture_event(EVENT_PROMPT, 100);
	prompt.cwd = STR("/home/dev/src/webshop");
	fixture_send(&p->clock, 200, prompt);
	fixture_send(&p->clock, 500, call_at(400, "r1"));
	session_tracker_mute(p->clock.tracker, STR("s"), true);
	restart(p);
	fixture_advance(&p->clock, 60000);
	ck_assert_uint_eq(p->change_count, 0);
	ck_assert_ptr_null(shown(p));
	ck_assert_int_eq(session_tracker_next_deadline(p->clock.tracker), INT64_MAX);
	fixture_send(&p->clock, 60000, call_at(59900, "r2"));
	const struct session *s = shown(p);
	ck_assert_str_eq(s->project, "webshop");
	ck_assert_str_eq(s->cwd, "/home/dev/src/webshop");
	ck_assert_str_eq(s->model, "claude-opus-5-5");
	ck_assert(s->muted);
	ck_assert_int_eq(s->state, SESSION_WORKING);
	ck_assert_int_eq(s->turn, 1);
	ck_assert_int_eq(s->usage.tokens[USAGE_OUTPUT], 2000);
	ck_assert_int_eq(s->usage.cost_nano_usd, 40000000);
	ck_assert_uint_eq(s->costs[SESSION_COST_REPORTED].count, 2);
	ck_assert_uint_eq(p->call_count, 1); // and what was counted before is not told again
	past_destroy(p);
}
END_TEST

START_TEST(a_batch_that_is_sent_again_counts_nothing)
{
	for (int numbered = 0; numbered < 2; numbered++) {
		struct past *p = past_create();
		struct event batch[] = {
			fixture_event(EVENT_PROMPT, 100), call_at(400, "r1"),
			call_at(450, ""), // without an id of its own
		};
		struct event again[ARRAY_SIZE(batch)];
		for (size_t i = 0; i < ARRAY_SIZE(batch); i++) {
			batch[i].stamp_ns = batch[i].time_ns;
			batch[i].sequence = numbered ? (int64_t)i : -1;
		}
		memcpy(again, batch, sizeof(batch));
		fixture_batch(&p->clock, 500, batch, ARRAY_SIZE(batch));
		ck_assert_uint_eq(p->call_count, 2);
		restart(p);
		fixture_batch(&p->clock, 5000, again, ARRAY_SIZE(again));
		ck_assert_uint_eq(p->call_count, 0);
		struct event next = call_at(4900, "r2");
		next.sequence = numbered ? 3 : -1;
		fixture_send(&p->clock, 5100, next);
		ck_assert_uint_eq(p->call_count, 1);
		ck_assert_int_eq(shown(p)->turn, 1);
		ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 3000);
		past_destroy(p);
	}
}
END_TEST

START_TEST(the_ids_of_the_last_calls_are_enough_to_count_none_twice)
{
	struct past *p = past_create();
	fixture_send(&p->clock, 100, fixture_event(EVENT_PROMPT, 100));
	struct event calls[] = {call_at(400, "r1"), call_at(450, "")};
	struct event again[ARRAY_SIZE(calls)];
	memcpy(again, calls, sizeof(calls));
	fixture_batch(&p->clock, 500, calls, ARRAY_SIZE(calls));
	struct session_past kept; // as a table of calls and one of sessions have it
	session_past_init(&kept);
	kept.id = xstrdup("s");
	kept.seen_ms = fixture_instant(&p->clock).wall_ms;
	kept.turn.number = 1;
	kept.has_usage = true;
	kept.usage = shown(p)->usage;
	memcpy(kept.costs, shown(p)->costs, sizeof(kept.costs));
	for (size_t i = 0; i < p->call_count; i++) {
		session_past_add_call(&kept, &(struct session_spend_call){.id = p->calls[i].id,
						     .nano_usd = p->calls[i].usage.cost_nano_usd,
						     .cost = p->calls[i].cost});
	}
	session_tracker_destroy(p->clock.tracker);
	create_tracker(p);
	session_tracker_restore(p->clock.tracker, &kept);
	session_past_finish(&kept);
	p->call_count = 0;
	fixture_batch(&p->clock, 5000, again, ARRAY_SIZE(again));
	ck_assert_uint_eq(p->call_count, 0);
	fixture_send(&p->clock, 5100, call_at(4900, ""));
	ck_assert_uint_eq(p->call_count, 1);
	ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 3000);
	past_destroy(p);
}
END_TEST

START_TEST(a_call_that_a_better_source_tells_after_it_is_corrected)
{
	struct past *p = past_create();
	fixture_send(&p->clock, 100, fixture_event(EVENT_PROMPT, 100));
	struct event span = call_at(400, "r1");
	span.source = EVENT_FROM_TRACES;
	fixture_send(&p->clock, 500, span);
	uint64_t id = p->calls[0].id;
	restart(p);
	struct event log = call_at(401, "r1");
	log.usage.cost_nano_usd = 15000000;
	fixture_send(&p->clock, 5000, log);
	ck_assert_uint_eq(p->call_count, 1);
	ck_assert(p->calls[0].corrects);
	ck_assert_uint_eq(p->calls[0].id, id);
	ck_assert_int_eq(p->calls[0].replaced_nano_usd, 20000000);
	ck_assert_int_eq(shown(p)->usage.cost_nano_usd, 15000000);
	ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 1000);
	past_destroy(p);
}
END_TEST

static struct event counter_at(int64_t at_ms, int64_t begin_ms, int64_t tokens)
{
	struct event e = fixture_event(EVENT_USAGE, at_ms);
	e.stamp_ns = e.time_ns;
	e.begin_ns = fixture_ns(begin_ms);
	e.source = EVENT_FROM_METRICS;
	e.series = 7;
	e.cumulative = e.has_usage = e.costs_apart = true;
	e.usage.tokens[USAGE_OUTPUT] = tokens;
	return e;
}

START_TEST(counters_go_on_from_what_they_told_last)
{
	struct past *p = past_create();
	fixture_send(&p->clock, 100, fixture_event(EVENT_PROMPT, 100));
	fixture_send(&p->clock, 1000, counter_at(1000, 50, 500));
	fixture_send(&p->clock, 2000, counter_at(2000, 50, 800));
	restart(p);
	fixture_send(&p->clock, 3000, counter_at(2000, 50, 800)); // sent again
	ck_assert_uint_eq(p->call_count, 0);
	fixture_send(&p->clock, 4000, fixture_event(EVENT_PROMPT, 3900));
	fixture_send(&p->clock, 4000, counter_at(4000, 50, 1000));
	ck_assert_uint_eq(p->call_count, 1);
	ck_assert_int_eq(p->calls[0].usage.tokens[USAGE_OUTPUT], 200);
	ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 1000);
	fixture_send(&p->clock, 5000, counter_at(5000, 4500, 30)); // another process
	ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 1030);
	past_destroy(p);
}
END_TEST

START_TEST(a_turn_that_was_open_goes_on)
{
	struct past *p = past_create();
	hook(p, 100, EVENT_PROMPT);
	hook(p, 900, EVENT_TURN_END);
	uint64_t first = p->spans[0].id;
	hook(p, 10000, EVENT_PROMPT);
	ck_assert_uint_eq(p->span_count, 1);
	restart(p);
	hook(p, 15000, EVENT_TOOL_BEGIN);
	hook(p, 16000, EVENT_TOOL_END);
	hook(p, 17000, EVENT_TURN_END);
	const struct session_span *turn = &p->spans[p->span_count - 1];
	ck_assert_int_eq(turn->kind, SESSION_SPAN_TURN);
	ck_assert_int_eq(turn->turn, 2);
	ck_assert(!turn->corrects);
	ck_assert_uint_ne(turn->id, first);
	ck_assert_int_eq(turn->worked_ms, 7000);
	ck_assert_int_eq(shown(p)->turn, 2);
	hook(p, 20000, EVENT_PROMPT);
	ck_assert_int_eq(shown(p)->turn, 3);
	past_destroy(p);
}
END_TEST

START_TEST(its_end_is_told_though_it_is_the_first_word)
{
	struct past *p = past_create();
	hook(p, 100, EVENT_PROMPT);
	restart(p);
	hook(p, 5000, EVENT_TURN_END);
	ck_assert_int_eq(fixture_state(&p->clock), SESSION_COMPLETED);
	ck_assert_int_eq(shown(p)->attention, SESSION_ATTENTION_DONE);
	ck_assert_uint_eq(p->span_count, 1);
	ck_assert_int_eq(p->spans[0].turn, 1);
	ck_assert_int_eq(p->spans[0].worked_ms, 4900);
	past_destroy(p);
}
END_TEST

START_TEST(a_turn_that_was_over_is_corrected_when_it_goes_on)
{
	struct past *p = past_create();
	hook(p, 100, EVENT_PROMPT);
	hook(p, 5000, EVENT_TURN_END);
	uint64_t id = p->spans[0].id;
	restart(p);
	hook(p, 5500, EVENT_TOOL_BEGIN); // by itself
	hook(p, 5600, EVENT_TOOL_END);
	hook(p, 6000, EVENT_TURN_END);
	fixture_advance(&p->clock, 9000);
	const struct session_span *turn = &p->spans[p->span_count - 1];
	ck_assert_int_eq(turn->kind, SESSION_SPAN_TURN);
	ck_assert(turn->corrects);
	ck_assert_uint_eq(turn->id, id);
	ck_assert_int_eq(turn->worked_ms, 5900);
	past_destroy(p);
}
END_TEST

START_TEST(a_session_that_was_over_stays_so)
{
	struct past *p = past_create();
	fixture_send(&p->clock, 200, fixture_event(EVENT_PROMPT, 100));
	struct session_past kept;
	session_tracker_past(p->clock.tracker, shown(p), &kept);
	kept.over_ns = fixture_ns(1000);
	kept.over_told = true;
	session_tracker_destroy(p->clock.tracker);
	create_tracker(p);
	session_tracker_restore(p->clock.tracker, &kept);
	session_past_finish(&kept);
	fixture_send(&p->clock, 5000, call_at(900, "r1"));
	ck_assert_ptr_null(shown(p));
	fixture_send(&p->clock, 6000, fixture_event(EVENT_PROMPT, 5900)); // resumed
	ck_assert_int_eq(shown(p)->turn, 1);
	past_destroy(p);
}
END_TEST

START_TEST(a_day_is_enough_and_so_are_a_thousand)
{
	struct past *p = past_create();
	struct session_past kept;
	session_past_init(&kept);
	char id[16];
	kept.id = id;
	kept.turn.number = 5;
	for (int i = 0; i < SESSION_PASTS + 10; i++) {
		(void)snprintf(id, sizeof(id), "s%d", i);
		kept.seen_ms = fixture_instant(&p->clock).wall_ms + i;
		session_tracker_restore(p->clock.tracker, &kept);
		session_tracker_restore(p->clock.tracker, &kept); // over itself
	}
	static const struct {
		const char *id;
		int64_t at_ms;
		int turn;
	} rows[] = {{"s9", 1000, 1}, {"s10", 1000, 6}, {"s11", 23 * 3600000, 6},
		{"s12", 25 * 3600000, 1}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = fixture_event(EVENT_PROMPT, rows[i].at_ms);
		e.session_id = str_from(rows[i].id);
		fixture_send(&p->clock, rows[i].at_ms, e);
		const struct session *s = session_tracker_find(
			p->clock.tracker, str_from(rows[i].id));
		ck_assert_int_eq(s->turn, rows[i].turn);
	}
	past_destroy(p);
}
END_TEST

START_TEST(subagents_are_known_as_such)
{
	struct past *p = past_create();
	struct event prompt = fixture_event(EVENT_PROMPT, 100);
	prompt.assistant = &assistant_codex;
	fixture_send(&p->clock, 200, prompt);
	struct event spawn = fixture_event(EVENT_TOOL_END, 300);
	spawn.assistant = &assistant_codex;
	spawn.call_id = STR("t1");
	spawn.child_id = STR("kid");
	fixture_send(&p->clock, 400, spawn);
	struct session_kin kin;
	session_tracker_kin(p->clock.tracker, &kin);
	restart(p);
	session_tracker_restore_kin(p->clock.tracker, &kin);
	struct event call = call_at(5000, "r9"); // the first word is a subagent's
	call.assistant = &assistant_codex;
	call.session_id = STR("kid");
	fixture_send(&p->clock, 5100, call);
	ck_assert_ptr_null(session_tracker_find(p->clock.tracker, STR("kid")));
	ck_assert_int_eq(shown(p)->usage.tokens[USAGE_OUTPUT], 1000);
	past_destroy(p);
}
END_TEST

static Suite *session_past_suite(void)
{
	Suite *suite = suite_create("session_past");
	TCase *c = tcase_create("restart");
	tcase_add_test(c, nothing_is_shown_until_it_speaks);
	tcase_add_test(c, a_batch_that_is_sent_again_counts_nothing);
	tcase_add_test(c, the_ids_of_the_last_calls_are_enough_to_count_none_twice);
	tcase_add_test(c, a_call_that_a_better_source_tells_after_it_is_corrected);
	tcase_add_test(c, counters_go_on_from_what_they_told_last);
	tcase_add_test(c, a_turn_that_was_open_goes_on);
	tcase_add_test(c, its_end_is_told_though_it_is_the_first_word);
	tcase_add_test(c, a_turn_that_was_over_is_corrected_when_it_goes_on);
	tcase_add_test(c, a_session_that_was_over_stays_so);
	tcase_add_test(c, a_day_is_enough_and_so_are_a_thousand);
	tcase_add_test(c, subagents_are_known_as_such);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_past_suite());
}
