#include "session/session_reprice.h"

#include "base/mem.h"
#include "session/session_call.h"
#include "session/session_past.h"
#include "session_fixture.h"
#include "support/suite.h"

enum { CALLS = 8 };

struct calls {
	struct session_call all[CALLS]; // without their texts
	size_t count;
	size_t changes;
};

static struct calls seen;
static struct session_tracker *tracker;
static struct fixture fixture;

static void on_call(const struct session_call *call, void *data)
{
	(void)data;
	ck_assert_uint_lt(seen.count, CALLS);
	seen.all[seen.count++] = *call;
}

static void on_change(const struct session_change *change, void *data)
{
	(void)change;
	(void)data;
	seen.changes++;
}

static void setup(void)
{
	struct session_settings settings = session_settings_default();
	seen = (struct calls){.count = 0};
	tracker = session_tracker_create(
		&settings, &(struct session_observer){.on_change = on_change, .on_call = on_call});
	fixture = (struct fixture){.tracker = tracker};
	fixture_send(&fixture, 100, fixture_event(EVENT_PROMPT, 100));
}

static void teardown(void)
{
	session_tracker_destroy(tracker);
}

/* A call without a price. */
static struct event call_at(int64_t at_ms, const char *request, enum event_source source)
{
	struct event e = fixture_event(EVENT_MODEL_END, at_ms);
	e.source = source;
	e.request_id = str_from(request);
	e.model = STR("m");
	e.has_usage = true;
	e.usage.tokens[USAGE_OUTPUT] = 1000;
	e.model_call = (struct event_model_call){.ended = true, .ttft_ms = -1};
	return e;
}

static const struct session *shown(void)
{
	return session_tracker_find(tracker, STR("s"));
}

static struct session_repriced_call priced(const struct session_call *call, int64_t nano_usd)
{
	return (struct session_repriced_call){
		.id = call->id,
		.turn = call->turn,
		.was = SESSION_COST_UNPRICED,
		.is = SESSION_COST_ESTIMATED,
		.is_nano_usd = nano_usd,
	};
}

static void reprice(const struct session_repriced_call *calls, size_t count)
{
	struct session_reprice r = {.id = xstrdup("s")};
	for (size_t i = 0; i < count; i++) {
		session_reprice_add(&r, &calls[i]);
	}
	session_tracker_reprice(tracker, &r);
	session_reprice_finish(&r);
}

START_TEST(totals_and_turn_follow_and_are_told)
{
	fixture_send(&fixture, 500, call_at(400, "r1", EVENT_FROM_TRACES));
	fixture_send(&fixture, 500, call_at(450, "r2", EVENT_FROM_TRACES));
	ck_assert_uint_eq(shown()->costs[SESSION_COST_UNPRICED].count, 2);
	size_t changes = seen.changes;
	const struct session_repriced_call call = priced(&seen.all[0], 700);
	reprice(&call, 1);
	ck_assert_int_eq(shown()->usage.cost_nano_usd, 700);
	ck_assert(shown()->usage.has_cost);
	ck_assert_int_eq(shown()->costs[SESSION_COST_ESTIMATED].nano_usd, 700);
	ck_assert_uint_eq(shown()->costs[SESSION_COST_ESTIMATED].count, 1);
	ck_assert_uint_eq(shown()->costs[SESSION_COST_UNPRICED].count, 1);
	ck_assert_int_eq(session_turn_cost(shown()), 700);
	ck_assert_uint_eq(seen.changes, changes + 1);
	ck_assert_uint_eq(seen.count, 2); // nothing is handed out
}
END_TEST

START_TEST(a_later_correction_takes_back_the_new_price)
{
	fixture_send(&fixture, 500, call_at(400, "r1", EVENT_FROM_TRACES));
	const struct session_repriced_call call = priced(&seen.all[0], 700);
	reprice(&call, 1);
	struct event log = call_at(400, "r1", EVENT_FROM_LOGS);
	log.usage.has_cost = true;
	log.usage.cost_nano_usd = 900;
	fixture_send(&fixture, 600, log);
	ck_assert_int_eq(seen.all[1].replaced, SESSION_COST_ESTIMATED);
	ck_assert_int_eq(seen.all[1].replaced_nano_usd, 700);
	ck_assert_int_eq(shown()->usage.cost_nano_usd, 900);
	ck_assert_int_eq(shown()->costs[SESSION_COST_ESTIMATED].nano_usd, 0);
	ck_assert_int_eq(session_turn_cost(shown()), 900);
}
END_TEST

START_TEST(a_correction_that_came_meanwhile_stands)
{
	fixture_send(&fixture, 500, call_at(400, "r1", EVENT_FROM_TRACES));
	const struct session_repriced_call call = priced(&seen.all[0], 700);
	struct event log = call_at(400, "r1", EVENT_FROM_LOGS);
	log.usage.has_cost = true;
	log.usage.cost_nano_usd = 900;
	fixture_send(&fixture, 600, log);
	reprice(&call, 1);
	ck_assert_int_eq(shown()->usage.cost_nano_usd, 900);
	ck_assert_uint_eq(shown()->costs[SESSION_COST_UNPRICED].count, 0);
	ck_assert_uint_eq(shown()->costs[SESSION_COST_ESTIMATED].count, 0);
}
END_TEST

static void count_id(const char *id, void *data)
{
	ck_assert(id[0] == 's' || id[0] == 'p');
	++*(size_t *)data;
}

START_TEST(a_session_that_has_not_spoken_yet_follows_too)
{
	struct session_past past;
	session_past_init(&past);
	past.id = xstrdup("p");
	past.seen_ms = fixture_instant(&fixture).wall_ms;
	past.has_usage = true;
	past.costs[SESSION_COST_UNPRICED].count = 1;
	session_tracker_restore(tracker, &past);
	session_past_finish(&past);
	size_t ids = 0;
	session_tracker_each_id(tracker, count_id, &ids);
	ck_assert_uint_eq(ids, 2);
	struct session_reprice r = {.id = xstrdup("p")};
	session_reprice_add(&r, &(struct session_repriced_call){.id = 1,
					.was = SESSION_COST_UNPRICED,
					.is = SESSION_COST_ESTIMATED,
					.is_nano_usd = 50});
	session_tracker_reprice(tracker, &r);
	session_reprice_finish(&r);
	struct event e = fixture_event(EVENT_PROMPT, 700);
	e.session_id = STR("p");
	fixture_send(&fixture, 700, e);
	ck_assert_int_eq(session_tracker_find(tracker, STR("p"))->usage.cost_nano_usd, 50);
}
END_TEST

START_TEST(of_many_calls_the_last_are_known_and_all_are_in_the_sums)
{
	struct session_reprice r = {.id = xstrdup("s")};
	for (uint64_t id = 0; id < SESSION_REPRICE_CALLS + 10; id++) {
		session_reprice_add(&r, &(struct session_repriced_call){.id = id,
						.was = SESSION_COST_ESTIMATED,
						.is = SESSION_COST_UNPRICED,
						.was_nano_usd = 3});
	}
	ck_assert_int_eq(r.added_nano_usd, -3 * (SESSION_REPRICE_CALLS + 10));
	ck_assert_int_eq(r.priced, -(SESSION_REPRICE_CALLS + 10));
	ck_assert_uint_eq(r.call_count, SESSION_REPRICE_CALLS);
	session_tracker_reprice(tracker, &r); // of calls that are not its own: nothing below 0
	ck_assert_int_eq(shown()->usage.cost_nano_usd, 0);
	ck_assert_uint_eq(shown()->costs[SESSION_COST_ESTIMATED].count, 0);
	session_reprice_finish(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("session_reprice");
	TCase *tests = tcase_create("reprice");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, totals_and_turn_follow_and_are_told);
	tcase_add_test(tests, a_later_correction_takes_back_the_new_price);
	tcase_add_test(tests, a_correction_that_came_meanwhile_stands);
	tcase_add_test(tests, a_session_that_has_not_spoken_yet_follows_too);
	tcase_add_test(tests, of_many_calls_the_last_are_known_and_all_are_in_the_sums);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
