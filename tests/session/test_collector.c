/* Behind an OpenTelemetry Collector: its connections are its own. It puts several clients on one,
 * one client on several, and closes those that were idle for 90 s. */
#include <stdio.h>
#include <string.h>

#include "session/session_peers.h"
#include "session_fixture.h"
#include "support/suite.h"

enum { IDLE_MS = 90000, SPREAD = 10 };

static struct fixture *f;

static void setup(void)
{
	f = fixture_create();
}

static void teardown(void)
{
	fixture_destroy(f);
}

static struct event event_of(
	const char *id, const struct assistant *assistant, enum event_kind kind, int64_t at_ms)
{
	struct event e = fixture_event(kind, at_ms);
	e.session_id = str_from(id);
	e.assistant = assistant;
	e.assistant_name = assistant->name;
	e.is_top_level = kind == EVENT_TURN_END;
	return e;
}

static void send(uint64_t connection, struct event e)
{
	struct session_batch batch = {
		.events = &e,
		.count = 1,
		.connection = connection,
		.oldest_ns = e.time_ns,
		.newest_ns = e.time_ns,
		.record_count = 1,
	};
	session_tracker_handle_batch(f->tracker, &batch, fixture_instant(f));
}

static void found(uint64_t connection, int64_t pid, const char *name)
{
	const struct session_process process = {.pid = pid, .names = {str_from(name)}};
	session_tracker_set_process(f->tracker, connection, &process);
}

static void close_by_peer(uint64_t connection)
{
	session_tracker_handle_connection_end(f->tracker, connection, true, fixture_instant(f));
}

static const struct session *session(const char *id)
{
	return session_tracker_find(f->tracker, str_from(id));
}

static void expect(const char *id, enum session_state state)
{
	ck_assert_ptr_nonnull(session(id));
	ck_assert_int_eq(session(id)->state, state);
}

/* ---- a Collector of our own user */

START_TEST(a_collectors_connection_ends_nothing)
{
	static const enum session_state states[] = {
		SESSION_WORKING, SESSION_COMPLETED, SESSION_IDLE};
	for (int i = 0; i < 3; i++) {
		send(1, event_of("s", &assistant_claude, EVENT_PROMPT, f->now_ms));
		found(1, 70, "otelcol");
		if (states[i] != SESSION_WORKING) {
			send(1, event_of("s", &assistant_claude, EVENT_TURN_END, f->now_ms));
		}
		fixture_advance(f, f->now_ms + (states[i] == SESSION_IDLE ? 60000 : 1000));
		expect("s", states[i]);
		size_t told = f->count;
		close_by_peer(1);
		expect("s", states[i]);
		ck_assert_uint_eq(f->count, told);
		teardown();
		setup();
	}
}
END_TEST

START_TEST(one_session_on_many_connections)
{
	for (uint64_t c = 1; c <= SPREAD; c++) {
		send(c, event_of("s", &assistant_claude, c == 1 ? EVENT_PROMPT : EVENT_TOOL_BEGIN,
				f->now_ms));
		found(c, 70, "otelcol");
		fixture_advance(f, f->now_ms + 1000);
	}
	size_t told = f->count;
	fixture_advance(f, f->now_ms + IDLE_MS);
	for (uint64_t c = 1; c <= SPREAD; c++) {
		close_by_peer(c);
		expect("s", SESSION_WORKING);
	}
	ck_assert_uint_eq(f->count, told);
	ck_assert_int_eq(session("s")->pid, 0);
}
END_TEST

START_TEST(several_clients_on_one_connection)
{
	send(1, event_of("a", &assistant_claude, EVENT_PROMPT, 0));
	send(1, event_of("b", &assistant_gemini, EVENT_PROMPT, 0));
	send(1, event_of("c", &assistant_codex, EVENT_PROMPT, 0));
	found(1, 70, "otelcol");
	close_by_peer(1);
	expect("a", SESSION_WORKING);
	expect("b", SESSION_WORKING);
	expect("c", SESSION_WORKING);
	session_tracker_handle_process_end(f->tracker, 70, fixture_instant(f)); // nor its end
	expect("a", SESSION_WORKING);
}
END_TEST

/* Nobody will tell its end, though the Collector lives on. */
START_TEST(a_client_that_died_behind_it_is_forgotten)
{
	struct session_settings settings = session_settings_default();
	send(1, event_of("s", &assistant_claude, EVENT_PROMPT, 0));
	send(1, event_of("s", &assistant_claude, EVENT_TOOL_BEGIN, 0));
	found(1, 70, "otelcol");
	fixture_advance(f, settings.stall_timeout_ms + 1000);
	expect("s", SESSION_WORKING);
	ck_assert_int_eq(session("s")->attention, SESSION_ATTENTION_STALLED);
	fixture_advance(f, settings.stall_timeout_ms + settings.session_timeout_ms + 2000);
	ck_assert_ptr_null(session("s"));
}
END_TEST

/* ---- nobody knows whose the connection is: another user's, or another machine's */

START_TEST(an_idle_connection_of_nobody_known_was_only_given_back)
{
	send(1, event_of("s", &assistant_claude, EVENT_PROMPT, 0));
	send(1, event_of("s", &assistant_claude, EVENT_TOOL_BEGIN, 0));
	fixture_advance(f, IDLE_MS);
	close_by_peer(1);
	expect("s", SESSION_WORKING);
}
END_TEST

START_TEST(nobody_knowns_connection_that_carried_several_ends_none)
{
	send(1, event_of("a", &assistant_claude, EVENT_PROMPT, 0));
	send(1, event_of("b", &assistant_claude, EVENT_PROMPT, 0));
	close_by_peer(1);
	expect("a", SESSION_WORKING);
	expect("b", SESSION_WORKING);
}
END_TEST

/* In a container, say: its one connection ends with it. */
START_TEST(nobody_knowns_connection_that_carried_one_ends_it)
{
	send(1, event_of("s", &assistant_claude, EVENT_PROMPT, 0));
	fixture_advance(f, 5000);
	close_by_peer(1);
	ck_assert_ptr_null(session("s"));
}
END_TEST

/* ---- the client itself */

START_TEST(the_clients_own_process_ends_it)
{
	send(1, event_of("s", &assistant_claude, EVENT_PROMPT, 0));
	found(1, 70, "claude");
	ck_assert_int_eq(session("s")->pid, 70);
	close_by_peer(1);
	expect("s", SESSION_WORKING); // it may open another one
	session_tracker_handle_process_end(f->tracker, 70, fixture_instant(f));
	ck_assert_ptr_null(session("s"));
}
END_TEST

START_TEST(several_sessions_of_a_process_end_with_it)
{
	send(1, event_of("a", &assistant_claude, EVENT_PROMPT, 0));
	send(1, event_of("b", &assistant_claude, EVENT_PROMPT, 0));
	found(1, 70, "claude");
	close_by_peer(1);
	expect("a", SESSION_WORKING);
	session_tracker_handle_process_end(f->tracker, 70, fixture_instant(f));
	ck_assert_ptr_null(session("a"));
	ck_assert_ptr_null(session("b"));
}
END_TEST

/* A client that changed over to a Collector, or sends to both. */
START_TEST(the_client_beside_a_collector)
{
	send(1, event_of("s", &assistant_claude, EVENT_PROMPT, 0));
	found(1, 70, "claude");
	send(2, event_of("s", &assistant_claude, EVENT_TOOL_BEGIN, 0));
	found(2, 80, "otelcol");
	close_by_peer(2);
	session_tracker_handle_process_end(f->tracker, 80, fixture_instant(f));
	expect("s", SESSION_WORKING);
	ck_assert_int_eq(session("s")->pid, 70);
	session_tracker_handle_process_end(f->tracker, 70, fixture_instant(f));
	ck_assert_ptr_null(session("s"));
}
END_TEST

static Suite *collector_suite(void)
{
	Suite *suite = suite_create("collector");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_collectors_connection_ends_nothing);
	tcase_add_test(tc, one_session_on_many_connections);
	tcase_add_test(tc, several_clients_on_one_connection);
	tcase_add_test(tc, a_client_that_died_behind_it_is_forgotten);
	tcase_add_test(tc, an_idle_connection_of_nobody_known_was_only_given_back);
	tcase_add_test(tc, nobody_knowns_connection_that_carried_several_ends_none);
	tcase_add_test(tc, nobody_knowns_connection_that_carried_one_ends_it);
	tcase_add_test(tc, the_clients_own_process_ends_it);
	tcase_add_test(tc, several_sessions_of_a_process_end_with_it);
	tcase_add_test(tc, the_client_beside_a_collector);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(collector_suite());
}
