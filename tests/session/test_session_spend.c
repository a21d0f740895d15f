/* What is counted of a session, once, and handed out. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "price/price.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "session/session_call.h"
#include "session/session_fixture.h"
#include "support/call_sums.h"
#include "support/suite.h"

enum { KEPT = 32 };

struct spend {
	struct session_tracker *tracker;
	struct price_table *listed;
	struct call_sums sums;
	struct session_call calls[KEPT]; // as told; their texts are gone
	size_t count;
	struct fixture clock; // for its times only
};

static void on_change(const struct session_change *change, void *data)
{
	struct spend *s = data;
	ck_assert(call_sums_agree(&s->sums, change->session));
}

static void on_call(const struct session_call *call, void *data)
{
	struct spend *s = data;
	ck_assert_uint_lt(s->count, KEPT);
	s->calls[s->count++] = *call;
	call_sums_add(&s->sums, call);
	ck_assert(call_sums_agree(&s->sums, call->session));
}

static struct spend *spend_create(void)
{
	struct spend *s = xcalloc(1, sizeof(*s));
	struct session_settings settings = session_settings_default();
	const char *error;
	unsigned line;
	s->tracker = session_tracker_create(&settings,
		&(struct session_observer){.on_change = on_change, .on_call = on_call, .data = s});
	s->listed = price_table_read(price_listed_json, &error, &line);
	ck_assert_ptr_nonnull(s->listed);
	session_tracker_set_prices(s->tracker, &(struct price_book){.listed = s->listed});
	s->clock.tracker = s->tracker;
	fixture_send(&s->clock, 100, fixture_event(EVENT_PROMPT, 100));
	return s;
}

static void spend_destroy(struct spend *s)
{
	session_tracker_destroy(s->tracker);
	price_table_destroy(s->listed);
	call_sums_finish(&s->sums);
	free(s);
}

static const struct session *shown(const struct spend *s)
{
	return session_tracker_find(s->tracker, STR("s"));
}

/* 1000 tokens out at $20 the million: $0.02. */
static struct event call_at(enum event_source source, int64_t at_ms, const char *request)
{
	struct event e = fixture_event(EVENT_MODEL_END, at_ms);
	e.source = source;
	e.request_id = str_from(request);
	e.model = STR("claude-opus-5-5");
	e.actor = EVENT_BY_MAIN;
	e.begin_ns = fixture_ns(at_ms - 50);
	e.has_usage = true;
	e.usage.tokens[USAGE_OUTPUT] = 1000;
	e.model_call = (struct event_model_call){.ended = true, .is_timed = true, .ttft_ms = 7};
	return e;
}

static struct event reported(struct event e, int64_t nano_usd)
{
	e.usage.has_cost = true;
	e.usage.cost_nano_usd = nano_usd;
	return e;
}

static void send(struct spend *s, int64_t now_ms, struct event e)
{
	fixture_send(&s->clock, now_ms, e);
	ck_assert(call_sums_agree(&s->sums, shown(s)));
}

START_TEST(a_call_is_handed_out_with_all_that_is_told_of_it)
{
	struct spend *s = spend_create();
	struct event e = call_at(EVENT_FROM_LOGS, 400, "r1");
	e.model_call.attempt = 2;
	send(s, 500, e);
	ck_assert_uint_eq(s->count, 1);
	const struct session_call *c = &s->calls[0];
	ck_assert_uint_eq(c->calls, 1);
	ck_assert_int_eq(c->turn, 1);
	ck_assert_int_eq(c->end_ms, fixture_ns(400) / 1000000);
	ck_assert_int_eq(c->duration_ms, 50);
	ck_assert_int_eq(c->ttft_ms, 7);
	ck_assert_uint_eq(c->attempt, 2);
	ck_assert_int_eq(c->cost, SESSION_COST_ESTIMATED);
	ck_assert_int_eq(c->usage.cost_nano_usd, 20000000);
	ck_assert_int_eq(c->fault, EVENT_FAULT_NONE);
	ck_assert_str_eq(session_cost_source(shown(s)), "estimated");
	spend_destroy(s);
}
END_TEST

START_TEST(what_a_better_source_tells_again_is_corrected_not_added)
{
	struct spend *s = spend_create();
	send(s, 500, call_at(EVENT_FROM_TRACES, 400, "r1"));
	send(s, 500, call_at(EVENT_FROM_TRACES, 450, "r2"));
	ck_assert_int_eq(shown(s)->usage.cost_nano_usd, 40000000);
	struct event log = reported(call_at(EVENT_FROM_LOGS, 401, "r1"), 15000000);
	log.actor = EVENT_BY_SIDE;
	send(s, 600, log);
	ck_assert_uint_eq(s->count, 3);
	ck_assert(s->calls[2].corrects);
	ck_assert_uint_eq(s->calls[2].calls, 0);
	ck_assert_uint_eq(s->calls[2].id, s->calls[0].id);
	ck_assert_int_eq(s->calls[2].actor, EVENT_BY_SIDE);
	ck_assert_int_eq(s->calls[2].replaced, SESSION_COST_ESTIMATED);
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 2000);
	ck_assert_int_eq(shown(s)->usage.cost_nano_usd, 35000000);
	ck_assert_int_eq(session_turn_cost(shown(s)), 35000000);
	ck_assert_str_eq(session_cost_source(shown(s)), "mixed");
	send(s, 700, reported(call_at(EVENT_FROM_LOGS, 451, "r2"), 20000000));
	ck_assert_str_eq(session_cost_source(shown(s)), "reported");
	send(s, 800, call_at(EVENT_FROM_TRACES, 750, "r3")); // its log will come
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 2000);
	send(s, 800, reported(call_at(EVENT_FROM_LOGS, 750, "r3"), 20000000));
	send(s, 900, reported(call_at(EVENT_FROM_LOGS, 850, "r3"), 20000000));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 3000);
	spend_destroy(s);
}
END_TEST

START_TEST(calls_with_ids_of_their_own_are_never_taken_for_earlier_ones)
{
	struct spend *s = spend_create();
	send(s, 500, call_at(EVENT_FROM_TRACES, 400, "r1"));
	send(s, 600, call_at(EVENT_FROM_LOGS, 410, "r2"));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 2000);
	send(s, 700, call_at(EVENT_FROM_LOGS, 420, "")); // as well r1 as another: counted is r1
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 2000);
	send(s, 700, call_at(EVENT_FROM_LOGS, 430, ""));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 3000);
	spend_destroy(s);
}
END_TEST

static struct event step_at(int64_t at_ms, int64_t tokens)
{
	struct event e = fixture_event(EVENT_USAGE, at_ms);
	e.source = EVENT_FROM_METRICS;
	e.has_usage = e.costs_apart = true;
	e.usage.tokens[USAGE_OUTPUT] = tokens;
	return e;
}

START_TEST(logs_that_begin_behind_metrics_add_what_came_after_them)
{
	struct spend *s = spend_create();
	send(s, 10000, step_at(10000, 1500));
	ck_assert_uint_eq(s->calls[0].calls, 0);
	ck_assert_int_eq(s->calls[0].cost, SESSION_COST_NONE);
	send(s, 20000, call_at(EVENT_FROM_LOGS, 9000, "r1")); // in the metrics already
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 1500);
	ck_assert_uint_eq(s->calls[1].calls, 1);              // but for the call
	send(s, 20000, call_at(EVENT_FROM_LOGS, 9500, "r2")); // half of it
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 2000);
	send(s, 20000, call_at(EVENT_FROM_LOGS, 19000, "r3"));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 3000);
	send(s, 20000, step_at(20000, 500));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 3000);
	spend_destroy(s);
}
END_TEST

START_TEST(logs_that_begin_later_do_not_wait_for_metrics_to_be_reached)
{
	struct spend *s = spend_create();
	send(s, 10000, step_at(10000, 1000000));
	send(s, 20000, call_at(EVENT_FROM_LOGS, 19000, "r1"));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 1001000);
	spend_destroy(s);
}
END_TEST

START_TEST(cache_writes_are_the_same_whoever_tells_for_how_long)
{
	struct spend *s = spend_create();
	struct event e = step_at(1000, 0);
	e.usage.tokens[USAGE_CACHE_WRITE] = 640;
	send(s, 1000, e);
	e = call_at(EVENT_FROM_LOGS, 900, "r1");
	e.usage.tokens[USAGE_CACHE_WRITE_1H] = 600;
	e.usage.tokens[USAGE_CACHE_WRITE_5M] = 40;
	send(s, 1100, e);
	ck_assert_int_eq(usage_cache_writes(&shown(s)->usage), 640);
	spend_destroy(s);
}
END_TEST

START_TEST(a_counter_may_be_large_but_does_not_leap)
{
	struct spend *s = spend_create();
	static const struct {
		int64_t value, shown;
		bool is_absurd;
	} points[] = {{900000000, 900000000, false}, {1800000000, 1800000000, false},
		{1800000000, 1800000000, false}, {9000000000, 1800000000, true},
		{9000000007, 1800000007, false}};
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		struct event e = step_at(1000 * (int64_t)i + 1000, points[i].value);
		e.cumulative = true;
		e.series = 1;
		send(s, 1000 * (int64_t)i + 1000, e);
		ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], points[i].shown);
		ck_assert(!points[i].is_absurd || s->calls[s->count - 1].has_absurd_usage);
	}
	ck_assert_uint_eq(s->count, 4);
	spend_destroy(s);
}
END_TEST

START_TEST(calls_that_failed_are_handed_out_and_cost_nothing)
{
	struct spend *s = spend_create();
	struct event e = call_at(EVENT_FROM_LOGS, 400, "");
	e.has_usage = false;
	e.usage = (struct usage){0};
	e.model_call.fault = EVENT_FAULT_RATE_LIMIT;
	e.model_call.status = 429;
	send(s, 500, e);
	ck_assert_uint_eq(s->count, 1);
	ck_assert_uint_eq(s->calls[0].calls, 1);
	ck_assert_int_eq(s->calls[0].cost, SESSION_COST_NONE);
	ck_assert_int_eq(s->calls[0].fault, EVENT_FAULT_RATE_LIMIT);
	ck_assert(!shown(s)->has_usage);
	ck_assert_ptr_null(session_cost_source(shown(s)));
	spend_destroy(s);
}
END_TEST

START_TEST(the_source_of_the_money_is_kept_apart)
{
	struct spend *s = spend_create();
	struct event e = call_at(EVENT_FROM_LOGS, 400, "r1");
	e.model = STR("unheard-of");
	send(s, 500, e);
	ck_assert(!shown(s)->usage.has_cost);
	ck_assert_uint_eq(shown(s)->costs[SESSION_COST_UNPRICED].count, 1);
	e = call_at(EVENT_FROM_LOGS, 410, "r2");
	e.model = STR("coder-model");
	e.model_call.plan = EVENT_PLAN_FREE;
	send(s, 500, e);
	ck_assert(shown(s)->usage.has_cost);
	ck_assert_str_eq(session_cost_source(shown(s)), "free");
	send(s, 500, reported(call_at(EVENT_FROM_LOGS, 420, "r3"), 0));
	ck_assert_str_eq(session_cost_source(shown(s)), "reported");
	spend_destroy(s);
}
END_TEST

START_TEST(a_reported_cost_far_off_the_list_is_marked)
{
	static const struct {
		int64_t nano_usd;
		bool is_marked;
	} costs[] = {{20000000, false}, {21000000, false}, {21000001, true}, {19000000, false},
		{18999999, true}, {0, true}};
	struct spend *s = spend_create();
	for (size_t i = 0; i < ARRAY_SIZE(costs); i++) {
		send(s, 5000,
			reported(call_at(EVENT_FROM_LOGS, 1000 + (int64_t)i, ""),
				costs[i].nano_usd));
		ck_assert_int_eq(s->calls[i].is_mispriced, costs[i].is_marked);
		ck_assert_int_eq(s->calls[i].estimate_nano_usd, 20000000);
	}
	spend_destroy(s);
}
END_TEST

START_TEST(a_call_told_late_is_of_the_turn_that_it_was_made_in)
{
	struct spend *s = spend_create();
	fixture_send(&s->clock, 6000, call_at(EVENT_FROM_LOGS, 2000, "r1"));
	struct event prompt = fixture_event(EVENT_PROMPT, 9000);
	prompt.source = EVENT_FROM_HOOK;
	send(s, 9000, prompt);
	ck_assert_int_eq(shown(s)->turn, 2);
	send(s, 9500, call_at(EVENT_FROM_LOGS, 5000, "r2"));
	send(s, 12000, call_at(EVENT_FROM_LOGS, 11000, "r3"));
	ck_assert_int_eq(s->calls[1].turn, 1);
	ck_assert_int_eq(s->calls[2].turn, 2);
	ck_assert_int_eq(session_turn_cost(shown(s)), 20000000);
	ck_assert_int_eq(shown(s)->usage.cost_nano_usd, 60000000);
	spend_destroy(s);
}
END_TEST

START_TEST(what_a_subagent_counted_as_a_session_goes_to_its_parent)
{
	struct spend *s = spend_create();
	struct event e = call_at(EVENT_FROM_LOGS, 400, "r1");
	e.assistant = &assistant_opencode;
	e.session_id = STR("child");
	fixture_send(&s->clock, 500, e);
	ck_assert_int_eq(call_sums_find(&s->sums, "child")->usage.tokens[USAGE_OUTPUT], 1000);
	struct event learn = fixture_event(EVENT_TOOL_END, 450);
	learn.assistant = &assistant_opencode;
	learn.child_id = STR("child");
	send(s, 500, learn);
	ck_assert_ptr_nonnull(s->calls[s->count - 1].absorbed);
	ck_assert_ptr_null(session_tracker_find(s->tracker, STR("child")));
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 1000);
	ck_assert_int_eq(shown(s)->usage.cost_nano_usd, 20000000);
	e.session_id = STR("child");
	send(s, 900, e); // told again
	ck_assert_int_eq(shown(s)->usage.tokens[USAGE_OUTPUT], 1000);
	spend_destroy(s);
}
END_TEST

START_TEST(sums_stop_at_their_maximum)
{
	struct usage total = {
		.tokens = {[USAGE_INPUT] = USAGE_MAX_SUM - 5}, .cost_nano_usd = USAGE_MAX_SUM};
	struct usage more = {.tokens = {[USAGE_INPUT] = USAGE_MAX_TOKENS, [USAGE_OUTPUT] = 1},
		.cost_nano_usd = USAGE_MAX_NANO_USD};
	usage_add(&total, &more);
	ck_assert_int_eq(total.tokens[USAGE_INPUT], USAGE_MAX_SUM);
	ck_assert_int_eq(more.tokens[USAGE_INPUT], 5);
	ck_assert_int_eq(more.tokens[USAGE_OUTPUT], 1);
	ck_assert_int_eq(more.cost_nano_usd, 0);
}
END_TEST

static Suite *session_spend_suite(void)
{
	Suite *suite = suite_create("session_spend");
	TCase *c = tcase_create("calls");
	tcase_add_test(c, a_call_is_handed_out_with_all_that_is_told_of_it);
	tcase_add_test(c, what_a_better_source_tells_again_is_corrected_not_added);
	tcase_add_test(c, calls_with_ids_of_their_own_are_never_taken_for_earlier_ones);
	tcase_add_test(c, logs_that_begin_behind_metrics_add_what_came_after_them);
	tcase_add_test(c, logs_that_begin_later_do_not_wait_for_metrics_to_be_reached);
	tcase_add_test(c, cache_writes_are_the_same_whoever_tells_for_how_long);
	tcase_add_test(c, a_counter_may_be_large_but_does_not_leap);
	tcase_add_test(c, calls_that_failed_are_handed_out_and_cost_nothing);
	tcase_add_test(c, the_source_of_the_money_is_kept_apart);
	tcase_add_test(c, a_reported_cost_far_off_the_list_is_marked);
	tcase_add_test(c, a_call_told_late_is_of_the_turn_that_it_was_made_in);
	tcase_add_test(c, what_a_subagent_counted_as_a_session_goes_to_its_parent);
	tcase_add_test(c, sums_stop_at_their_maximum);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_spend_suite());
}
