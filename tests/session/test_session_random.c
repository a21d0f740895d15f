/* Random events, repeated, dropped, out of order and from clocks that jump: whatever comes, these
 * hold.
 *
 * RANDOM_ROUNDS=12000 runs more rounds than the 300 of every test run; RANDOM_FIRST=3417 begins
 * with that one. A round is its own seed, so a failing one can be repeated alone. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "price/price.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "random_events.h"
#include "session/session_past.h"
#include "session/session_tracker.h"
#include "support/call_sums.h"
#include "support/span_log.h"
#include "support/suite.h"

enum { ROUNDS = 300, STEPS = 120, KEPT = 16 };

struct seen_session {
	bool alive;
	bool is_past;    // it was seen before a restart, and has not spoken since
	bool has_spoken; // ... but in this step
	bool unsure;     // spans came before it was shown: of it, or of one that never was
	enum session_state state;
	struct usage usage;
};

struct world {
	struct session_tracker *tracker;
	struct price_table *listed;
	struct call_sums sums;
	struct span_log spans;
	struct instant now;
	struct seen_session sessions[RANDOM_SESSIONS];
	struct event kept[KEPT]; // to be sent again
	unsigned random;
	unsigned span_count; // of those that were looked at
};

static unsigned pick(struct world *w, unsigned most)
{
	return random_pick(&w->random, most);
}

/* Whether the turns that were handed out of a session, which is shown for the first time, are its
 * own: those of another life under its id have other ids. */
static bool goes_on(const struct world *w, const struct session *s)
{
	struct session_past past;
	session_tracker_past(w->tracker, s, &past);
	bool is_other = span_log_count(&w->spans, s->id, SESSION_SPAN_TURN) > (size_t)s->turn ||
			span_log_has_other_turn(&w->spans, s->id, s->turn, past.turn.id);
	session_past_finish(&past);
	return !is_other;
}

static void on_change(const struct session_change *change, void *data)
{
	struct world *w = data;
	const struct session *s = change->session;
	struct seen_session *seen = &w->sessions[s->id[0] - 'a'];
	/* one session for one id, told from its first line to its last */
	ck_assert(change->is_new == !seen->alive);
	if (change->is_new && !goes_on(w, s)) {
		span_log_forget(&w->spans, s->id); // its past has come and gone within this batch
	}
	if (seen->alive) {
		ck_assert_int_eq(change->previous, seen->state);
		ck_assert_int_ge(s->usage.tokens[USAGE_OUTPUT],
			seen->usage.tokens[USAGE_OUTPUT]); // totals never fall
	}
	ck_assert(call_sums_agree(&w->sums, s)); // every call is handed out, once
	/* only what works does something, or what asks for it */
	bool waits = s->state == SESSION_WAITING;
	ck_assert(waits == (s->attention == SESSION_ATTENTION_PERMISSION ||
				   s->attention == SESSION_ATTENTION_QUESTION));
	ck_assert(s->state == SESSION_WORKING || waits || s->doing == SESSION_DOING_NOTHING);
	if (s->state == SESSION_WORKING) {
		ck_assert(s->attention == SESSION_ATTENTION_NONE ||
			  s->attention == SESSION_ATTENTION_STALLED);
	}
	if (s->state == SESSION_IDLE) { // what its user has not seen stays
		ck_assert(!waits && s->attention != SESSION_ATTENTION_STALLED);
	} else if (s->state == SESSION_EXPIRED) {
		ck_assert_int_eq(s->attention, SESSION_ATTENTION_NONE);
	}
	if (s->state == SESSION_COMPLETED && change->previous != s->state && !seen->unsure) {
		span_log_complete(&w->spans, s);
		ck_assert_str_eq(w->spans.wrong, "");
	} else if (s->state == SESSION_EXPIRED && seen->unsure) {
		span_log_forget(&w->spans, s->id);
		seen->unsure = false;
	} else if (s->state == SESSION_EXPIRED) {
		span_log_end(&w->spans, s, 0);
		ck_assert_str_eq(w->spans.wrong, "");
	}
	seen->alive = s->state != SESSION_EXPIRED;
	seen->state = s->state;
	seen->usage = s->usage;
}

static void on_call(const struct session_call *call, void *data)
{
	struct world *w = data;
	ck_assert(call->absorbed != NULL || call->calls > 0 || call->corrects ||
		  !usage_is_zero(&call->usage) || call->has_absurd_usage);
	call_sums_add(&w->sums, call);
	ck_assert(call_sums_agree(&w->sums, call->session));
}

static void on_span(const struct session_span *span, void *data)
{
	struct world *w = data;
	struct seen_session *seen = &w->sessions[span->session->id[0] - 'a'];
	bool unsure_child = span->absorbed != NULL &&
			    w->sessions[span->absorbed->id[0] - 'a'].unsure;
	seen->has_spoken = true;
	seen->unsure = seen->unsure || !seen->alive || unsure_child;
	if (!seen->unsure || span->absorbed != NULL) {
		span_log_add(&w->spans, span, INT64_MIN, w->now.wall_ms);
	}
	if (seen->unsure) {
		span_log_forget(&w->spans, span->session->id);
	} else {
		w->span_count++;
	}
	ck_assert_str_eq(w->spans.wrong, "");
}

static void pass_time(struct world *w, int64_t ms)
{
	int64_t until_ms = w->now.mono_ms + ms;
	for (int i = 0; i < 1000; i++) {
		int64_t due_ms = session_tracker_next_deadline(w->tracker);
		if (due_ms > until_ms) {
			break;
		}
		ck_assert_int_ge(due_ms, w->now.mono_ms); // deadlines lie in the future
		w->now.wall_ms += due_ms - w->now.mono_ms;
		w->now.mono_ms = due_ms;
		session_tracker_tick(w->tracker, w->now);
		ck_assert_int_lt(i, 999); // and are served
	}
	w->now.wall_ms += until_ms - w->now.mono_ms;
	w->now.mono_ms = until_ms;
}

static void send_some(struct world *w)
{
	struct event events[8];
	size_t count = 1 + pick(w, 8);
	struct session_batch batch = {.events = events,
		.count = count,
		.connection = 1 + pick(w, 5),
		.record_count = count};
	for (size_t i = 0; i < count; i++) {
		unsigned place = pick(w, KEPT);
		bool again = pick(w, 4) == 0 && w->kept[place].assistant != NULL;
		events[i] = again ? w->kept[place] : random_event(&w->random, w->now);
		events[i].order = (uint32_t)i;
		w->kept[place] = events[i];
		int64_t time_ns = events[i].time_ns;
		batch.oldest_ns = batch.oldest_ns == 0 || time_ns < batch.oldest_ns
					  ? time_ns
					  : batch.oldest_ns;
		batch.newest_ns = time_ns > batch.newest_ns ? time_ns : batch.newest_ns;
	}
	session_tracker_handle_batch(w->tracker, &batch, w->now);
}

static void check_sessions(const struct world *w)
{
	size_t listed = 0, told = 0;
	const struct session *s;
	list_for_each(s, session_tracker_sessions(w->tracker), link)
	{
		listed++;
		ck_assert(call_sums_agree(&w->sums, s));
		ck_assert_ptr_eq(session_tracker_find(w->tracker, str_from(s->id)), s);
	}
	for (int state = SESSION_IDLE; state < SESSION_WAITING; state++) {
		told += session_tracker_count(w->tracker, (enum session_state)state);
	}
	ck_assert_uint_eq(listed, told);
	ck_assert_uint_le(listed, RANDOM_SESSIONS);
}

/* Of one that was never shown nobody tells that it is gone. */
static void forget_unseen(struct world *w)
{
	for (unsigned i = 0; i < RANDOM_SESSIONS; i++) {
		struct seen_session *seen = &w->sessions[i];
		bool found = session_tracker_find(w->tracker, str_from(random_ids[i])) != NULL;
		seen->is_past = seen->is_past && !found && !seen->has_spoken;
		seen->has_spoken = false;
		if (!found && !seen->is_past) {
			seen->unsure = false;
			span_log_forget(&w->spans, random_ids[i]);
		}
	}
}

static void create_tracker(struct world *w)
{
	struct session_settings settings = session_settings_default();
	settings.max_sessions = 3; // less than there are ids
	w->tracker = session_tracker_create(&settings,
		&(struct session_observer){
			.on_change = on_change, .on_call = on_call, .on_span = on_span, .data = w});
	session_tracker_set_prices(w->tracker, &(struct price_book){.listed = w->listed});
}

/* Of a new daemon nobody has seen anything; what sessions have cost until then they still have. */
static void restart(struct world *w)
{
	struct session_tracker *old = w->tracker;
	create_tracker(w);
	const struct session *s;
	list_for_each(s, session_tracker_sessions(old), link)
	{
		struct session_past past;
		session_tracker_past(old, s, &past);
		session_tracker_restore(w->tracker, &past);
		session_past_finish(&past);
	}
	span_log_restart(&w->spans);
	for (unsigned i = 0; i < RANDOM_SESSIONS; i++) {
		struct seen_session *seen = &w->sessions[i];
		bool was_there = session_tracker_find(old, str_from(random_ids[i])) != NULL;
		*seen = (struct seen_session){.is_past = was_there, .unsure = seen->unsure};
	}
	session_tracker_destroy(old);
	forget_unseen(w); // those that have not spoken between two restarts as well
}

START_TEST(whatever_comes)
{
	struct world w = {.now = {1000000, INT64_C(1800000000000)}, .random = (unsigned)_i + 1};
	const char *error;
	unsigned line;
	w.listed = price_table_read(price_listed_json, &error, &line);
	create_tracker(&w);
	for (int step = 0; step < STEPS; step++) {
		if (pick(&w, 60) == 0) {
			restart(&w);
		}
		switch (pick(&w, 10)) {
		case 0:
			session_tracker_handle_connection_end(
				w.tracker, 1 + pick(&w, 5), pick(&w, 2) == 0, w.now);
			break;
		case 1:
			session_tracker_acknowledge(
				w.tracker, str_from(random_ids[pick(&w, RANDOM_SESSIONS)]), w.now);
			break;
		case 2:
			w.now.wall_ms += (int64_t)pick(&w, 200000) - 100000;
			break; // the clock is set
		case 3: pass_time(&w, pick(&w, 400000)); break;
		case 4: pass_time(&w, pick(&w, 3000)); break;
		default: send_some(&w); break;
		}
		check_sessions(&w);
		forget_unseen(&w);
	}
	/* every session ends: their connections go, and the time passes */
	for (uint64_t connection = 1; connection <= 5; connection++) {
		session_tracker_handle_connection_end(w.tracker, connection, false, w.now);
	}
	pass_time(&w, 13 * 3600 * 1000); // nobody has seen what some of them want
	for (int i = 0; i < RANDOM_SESSIONS; i++) {
		ck_assert(!w.sessions[i].alive);
	}
	ck_assert_int_eq(session_tracker_next_deadline(w.tracker), INT64_MAX);
	session_tracker_destroy(w.tracker);
	price_table_destroy(w.listed);
	call_sums_finish(&w.sums);
	span_log_finish(&w.spans);
}
END_TEST

static int number_of_env(const char *name, int missing)
{
	const char *text = getenv(name);
	int64_t number;
	bool is_set = text != NULL && str_to_int64(str_from(text), &number);
	return is_set && number >= 0 && number <= INT32_MAX / 2 ? (int)number : missing;
}

static Suite *session_random_suite(void)
{
	int first = number_of_env("RANDOM_FIRST", 0);
	int rounds = number_of_env("RANDOM_ROUNDS", ROUNDS);
	Suite *suite = suite_create("session_random");
	TCase *c = tcase_create("invariants");
	tcase_add_loop_test(c, whatever_comes, first, first + rounds);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(session_random_suite());
}
