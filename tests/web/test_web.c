/* The handlers of /api and /health, called without a server. */
#include <string.h>

#include "base/mem.h"
#include "http/http_exchange.h"
#include "http/http_later.h"
#include "ingest/ingest.h"
#include "price/price_status.h"
#include "session/session_tracker.h"
#include "sink/sink_hub.h"
#include "support/handlers.h"
#include "support/suite.h"
#include "web/web_health.h"
#include "web/web_sessions.h"

static struct ingest ingest;
static struct web_sessions sessions;
static struct web_health health;
static struct price_status prices;
static struct http_counters counters;
static struct http_route_group session_routes, health_routes;
static struct sink_hub hub;
static struct route_call call;
static size_t changes;

static void on_session(const struct session_change *change, void *data)
{
	(void)data;
	sink_hub_update(&hub, change, call.req.now);
}

static void on_change(void *data)
{
	ck_assert_ptr_eq(data, &hub);
	changes++;
}

static void write_raised(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	(void)data;
	http_response_status(res, 204);
}

static void raise_at_once(struct str session_id, struct http_later *later, void *data)
{
	ck_assert_ptr_eq(data, &hub);
	ck_assert(str_equal(session_id, STR("s/1")));
	http_later_answer(later, write_raised, NULL);
}

static void ignore(void *data)
{
	(void)data;
}

static void setup(void)
{
	const struct session_settings settings = session_settings_default();
	const struct session_observer observer = {.on_change = on_session};
	struct session_tracker *tracker = session_tracker_create(&settings, &observer);
	call_init(&call);
	sink_hub_init(&hub, session_tracker_sessions(tracker), 1);
	ingest = (struct ingest){.tracker = tracker, .on_change = ignore};
	ingest_init(&ingest);
	sessions = (struct web_sessions){.tracker = tracker,
		.hub = &hub,
		.on_change = on_change,
		.on_focus = raise_at_once,
		.data = &hub};
	counters = (struct http_counters){.answers = {0}};
	prices = (struct price_status){.as_of_day = INT64_MIN};
	health = (struct web_health){
		.tracker = tracker,
		.ingest = &ingest,
		.sessions = &sessions,
		.http = &counters,
		.prices = &prices,
		.started_ms = -6000,
	};
	session_routes = web_sessions_routes(&sessions);
	health_routes = web_health_routes(&health);
	changes = 0;
}

static void teardown(void)
{
	call_finish(&call);
	ingest_finish(&ingest);
	sink_hub_finish(&hub);
	session_tracker_destroy(sessions.tracker);
}

static void hook(const char *body)
{
	const struct http_route_group routes = ingest_routes(&ingest, 0);
	ck_assert_int_eq(call_routes(&call, &routes, HTTP_POST, "/hooks/claude-code",
				 "application/json", body),
		200);
}

static int get(const struct http_route_group *routes, const char *path)
{
	return call_routes(&call, routes, HTTP_GET, path, NULL, "");
}

static int post(const char *path)
{
	return call_routes(&call, &session_routes, HTTP_POST, path, NULL, "");
}

static bool has_field(const char *line)
{
	return str_contains(buf_str(&call.res.fields), str_from(line));
}

#define HOOK(name) "{\"session_id\":\"s/1\",\"cwd\":\"/home/dev\",\"hook_event_name\":\"" name "\"}"

START_TEST(list_has_all_sessions)
{
	ck_assert_int_eq(get(&session_routes, "/api/sessions"), 200);
	ck_assert_str_eq(call.res.type, "application/json");
	ck_assert(has_field("Cache-Control: no-store\r\n"));
	ck_assert(call_answer_has(&call, "\"sessions\":[]"));
	hook(HOOK("UserPromptSubmit"));
	ck_assert_int_eq(get(&session_routes, "/api/sessions"), 200);
	ck_assert(call_answer_has(&call, "\"session_id\":\"s/1\""));
}
END_TEST

START_TEST(one_session_is_found_by_its_id)
{
	hook(HOOK("UserPromptSubmit"));
	ck_assert_int_eq(get(&session_routes, "/api/sessions/s%2F1"), 200);
	ck_assert(call_answer_has(&call, "\"state\":\"working\""));
	ck_assert(str_ends_with(http_response_bytes(&call.res), STR("}\n")));
	ck_assert_uint_eq(sessions.unknown, 0);
	ck_assert_int_eq(get(&session_routes, "/api/sessions/s2"), 404);
	ck_assert(call_answer_has(&call, "{\"error\":{\"code\":404,\"message\":\"no session"));
	ck_assert_uint_eq(sessions.unknown, 1);
}
END_TEST

START_TEST(acknowledged_session_becomes_idle)
{
	hook(HOOK("UserPromptSubmit"));
	hook(HOOK("Stop"));
	ck_assert_uint_eq(session_tracker_count(sessions.tracker, SESSION_COMPLETED), 1);
	ck_assert_int_eq(post("/api/sessions/s%2F1/ack"), 200);
	ck_assert(call_answer_has(&call, "\"state\":\"idle\""));
	ck_assert_uint_eq(changes, 1);
	ck_assert_int_eq(post("/api/sessions/nobody/ack"), 404);
	ck_assert_uint_eq(changes, 1);
	ck_assert_uint_eq(sessions.unknown, 1);
}
END_TEST

START_TEST(terminal_is_raised_by_whoever_can)
{
	hook(HOOK("UserPromptSubmit"));
	ck_assert_int_eq(post("/api/sessions/s%2F1/focus"), 204);
	ck_assert_int_eq(post("/api/sessions/nobody/focus"), 404);
}
END_TEST

START_TEST(what_changes_something_is_for_our_own_page)
{
	const struct http_route_group routes = web_sessions_routes(&sessions);
	for (size_t i = 0; i < routes.count; i++) {
		bool changes_it = routes.routes[i].methods == HTTP_POST;
		bool same = (routes.routes[i].flags & HTTP_ROUTE_SAME_ORIGIN) != 0;
		ck_assert_msg(same == changes_it, "%s", routes.routes[i].path);
	}
}
END_TEST

START_TEST(session_is_muted_and_unmuted)
{
	hook(HOOK("UserPromptSubmit"));
	ck_assert_int_eq(post("/api/sessions/s%2F1/mute"), 200);
	ck_assert(call_answer_has(&call, "\"muted\":true"));
	ck_assert_int_eq(get(&session_routes, "/api/sessions"), 200);
	ck_assert(call_answer_has(&call, "\"muted\":true"));
	ck_assert_uint_eq(changes, 1);
	ck_assert_int_eq(post("/api/sessions/s%2F1/unmute"), 200);
	ck_assert(!call_answer_has(&call, "\"muted\""));
	ck_assert_uint_eq(changes, 2);
	ck_assert_int_eq(post("/api/sessions/nobody/mute"), 404);
	ck_assert_int_eq(post("/api/sessions/nobody/unmute"), 404);
	ck_assert_uint_eq(changes, 2);
	ck_assert_uint_eq(sessions.unknown, 2);
}
END_TEST

static int pause_for(const char *query)
{
	call.req.query = str_from(query);
	int status = post("/api/pause");
	call.req.query = (struct str){0};
	return status;
}

START_TEST(pause_has_an_end)
{
	static const struct {
		const char *query;
		const char *answer; // NULL: the query is wrong
	} cases[] = {
		{"", "{\"paused_until\":1734354001}\n"},
		{"duration=60", "{\"paused_until\":1734350461}\n"},
		{"duration=604800", "{\"paused_until\":1734955201}\n"},
		{"duration=0", "{\"paused_until\":null}\n"},
		{"duration=604801", NULL},
		{"duration=-1", NULL},
		{"duration=", NULL},
		{"duration=1m", NULL},
		{"seconds=60", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *answer = cases[i].answer;
		size_t before = changes;
		ck_assert_int_eq(pause_for(cases[i].query), answer != NULL ? 200 : 400);
		ck_assert_msg(
			answer == NULL || call_answer_has(&call, answer), "%s", cases[i].query);
		ck_assert_uint_eq(changes, before + (answer != NULL));
	}
}
END_TEST

START_TEST(list_tells_of_a_pause)
{
	ck_assert_int_eq(pause_for("duration=60"), 200);
	ck_assert_int_eq(get(&session_routes, "/api/sessions"), 200);
	ck_assert(call_answer_has(&call, "\"paused_until\":1734350461}\n"));
	call.req.now.mono_ms += 60000;
	ck_assert_int_eq(get(&session_routes, "/api/sessions"), 200);
	ck_assert(!call_answer_has(&call, "\"paused_until\""));
}
END_TEST

START_TEST(stream_is_opened_as_events)
{
	ck_assert_int_eq(get(&session_routes, "/api/stream"), 200);
	ck_assert_int_eq(call.res.kind, HTTP_RESPONSE_STREAM);
	ck_assert_str_eq(call.res.type, "text/event-stream");
	ck_assert(has_field("Cache-Control: no-store\r\n"));
	ck_assert_ptr_eq(call.res.opened_data, &sessions);
}
END_TEST

START_TEST(health_counts_what_came)
{
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(has_field("Cache-Control: no-store\r\n"));
	ck_assert(call_answer_has(&call, "{\"status\":\"ok\",\"version\":\""));
	ck_assert(call_answer_has(&call, "\"uptime_s\":7,"));
	ck_assert(
		call_answer_has(&call, "\"sessions\":{\"idle\":0,\"working\":0,\"completed\":0}"));
	ck_assert(call_answer_has(&call,
		"\"age_ms\":{\"logs\":null,\"traces\":null,\"metrics\":null,\"hooks\":null}"));
	ck_assert(call_answer_has(&call, "\"clock_ahead_ms\":null"));
	hook(HOOK("UserPromptSubmit"));
	call.req.now.mono_ms += 250;
	ck_assert_int_eq(get(&health_routes, "/healthz"), 200);
	ck_assert(call_answer_has(&call, "\"working\":1"));
	ck_assert(call_answer_has(&call, "\"hooks\":250}"));
	ck_assert(call_answer_has(
		&call, "\"received\":{\"logs\":0,\"traces\":0,\"metrics\":0,\"hooks\":1}"));
}
END_TEST

START_TEST(health_tells_where_people_look)
{
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(call_answer_has(&call,
		"\"dashboard\":{\"active\":false,\"readers\":{\"sse\":0,\"websocket\":0},"
		"\"url\":null}"));
	health.port = 4318;
	counters.streams_open = 3;
	counters.upgraded_open = 1;
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(call_answer_has(&call,
		"\"dashboard_active\":true,\"dashboard\":{\"active\":true,\"readers\":{\"sse\":2,"
		"\"websocket\":1},\"url\":\"http://127.0.0.1:4318/\"}"));
}
END_TEST

START_TEST(health_tells_refusals_apart)
{
	counters.answers[4] = 7; // of which three below
	counters.answers[5] = 1;
	counters.http2_prefaces = 2;
	counters.connections_refused = 9;
	counters.connections_open = 3;
	counters.streams_open = 1;
	ingest.counters.rejected_requests = 2;
	ingest.counters.rejected_records = 5;
	sessions.unknown = 1;
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(call_answer_has(
		&call, "\"rejected\":{\"requests\":2,\"records\":5,\"http\":5,\"http2\":2}"));
	ck_assert(call_answer_has(&call, "\"dropped\":{\"connections\":9}"));
	ck_assert(call_answer_has(&call, "\"connections\":4,\"timestamp\":1734350400123}\n"));
}
END_TEST

START_TEST(health_tells_the_prices_and_what_differs_from_them)
{
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(call_answer_has(&call, "\"prices\":{\"as_of\":null,\"own_models\":0,"
					 "\"mismatched_calls\":0,\"mismatched\":[]}"));
	prices.as_of_day = 20784;
	prices.own_models = 2;
	price_status_add_mismatch(&prices, STR("Opal \"1\""));
	price_status_add_mismatch(&prices, STR("opal-2"));
	ck_assert_int_eq(get(&health_routes, "/health"), 200);
	ck_assert(call_answer_has(&call, "\"prices\":{\"as_of\":\"2026-11-27\",\"own_models\":2,"
					 "\"mismatched_calls\":2,\"mismatched\":["
					 "{\"model\":\"opal \\\"1\\\"\",\"calls\":1},"
					 "{\"model\":\"opal-2\",\"calls\":1}]}"));
}
END_TEST

static Suite *web_suite(void)
{
	Suite *suite = suite_create("web");
	TCase *tcase = tcase_create("handlers");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, list_has_all_sessions);
	tcase_add_test(tcase, one_session_is_found_by_its_id);
	tcase_add_test(tcase, acknowledged_session_becomes_idle);
	tcase_add_test(tcase, terminal_is_raised_by_whoever_can);
	tcase_add_test(tcase, what_changes_something_is_for_our_own_page);
	tcase_add_test(tcase, session_is_muted_and_unmuted);
	tcase_add_test(tcase, pause_has_an_end);
	tcase_add_test(tcase, list_tells_of_a_pause);
	tcase_add_test(tcase, stream_is_opened_as_events);
	tcase_add_test(tcase, health_counts_what_came);
	tcase_add_test(tcase, health_tells_where_people_look);
	tcase_add_test(tcase, health_tells_refusals_apart);
	tcase_add_test(tcase, health_tells_the_prices_and_what_differs_from_them);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(web_suite());
}
