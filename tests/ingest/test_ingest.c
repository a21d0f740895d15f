/* The handlers of telemetry and hooks, called without a server. */
#include "ingest/ingest.h"

#include <stdio.h>
#include <string.h>

#include "session/session_tracker.h"
#include "support/handlers.h"
#include "support/suite.h"

#define LOGS(id, name, time)                                                                       \
	"{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"   \
	"{\"stringValue\":\"claude-code\"}}]},\"scopeLogs\":[{\"logRecords\":[{"                   \
	"\"timeUnixNano\":\"" time "\",\"eventName\":\"" name "\",\"attributes\":[{\"key\":"       \
	"\"event.name\",\"value\":{\"stringValue\":\"" name "\"}},{\"key\":\"session.id\","        \
	"\"value\":{\"stringValue\":\"" id "\"}}]}]}]}]}"
#define PROMPT     LOGS("s", "user_prompt", "1734350400000000000")
#define HOOK(name) "{\"session_id\":\"s\",\"cwd\":\"/home/dev\",\"hook_event_name\":\"" name "\"}"

static const char json[] = "application/json", protobuf[] = "application/x-protobuf";

static struct ingest ingest;
static struct http_route_group routes;
static struct route_call call;
static struct {
	size_t rejects, changes, senders;
	int status;
	bool json;
	uint64_t rejected;
	char reason[256];
} heard;

static void on_reject(const struct ingest_reject *reject, void *data)
{
	ck_assert_ptr_eq(data, &heard);
	ck_assert_ptr_eq(reject->peer, &call.peer);
	heard.rejects++;
	heard.status = reject->status;
	heard.json = reject->json;
	heard.rejected = reject->rejected;
	(void)snprintf(heard.reason, sizeof(heard.reason), "%.*s", STR_ARG(reject->reason));
}

static void on_change(void *data)
{
	ck_assert_ptr_eq(data, &heard);
	heard.changes++;
}

static void on_peer(const struct http_peer *peer, void *data)
{
	ck_assert_ptr_eq(data, &heard);
	ck_assert_ptr_eq(peer, &call.peer);
	heard.senders++;
}

static void on_session(const struct session_change *change, void *data)
{
	(void)change;
	(void)data;
}

static void setup(void)
{
	const struct session_settings settings = session_settings_default();
	const struct session_observer observer = {.on_change = on_session};
	memset(&heard, 0, sizeof(heard));
	ingest = (struct ingest){
		.tracker = session_tracker_create(&settings, &observer),
		.on_reject = on_reject,
		.on_change = on_change,
		.on_peer = on_peer,
		.data = &heard,
	};
	ingest_init(&ingest);
	routes = ingest_routes(&ingest, 0);
	call_init(&call);
}

static void teardown(void)
{
	call_finish(&call);
	ingest_finish(&ingest);
	session_tracker_destroy(ingest.tracker);
}

static int post(const char *path, const char *type, const char *body)
{
	return call_routes(&call, &routes, HTTP_POST, path, type, body);
}

static size_t working(void)
{
	return session_tracker_count(ingest.tracker, SESSION_WORKING);
}

START_TEST(logs_reach_the_tracker)
{
	ck_assert_int_eq(post("/v1/logs", json, PROMPT), 200);
	ck_assert(str_equal(http_response_bytes(&call.res), STR("{}")));
	ck_assert_str_eq(call.res.type, json);
	ck_assert_uint_eq(working(), 1);
	ck_assert_uint_eq(heard.changes, 1);
	ck_assert_uint_eq(heard.senders, 1);
	ck_assert_uint_eq(heard.rejects, 0);
	ck_assert_uint_eq(ingest.counters.requests[OTLP_LOGS], 1);
	ck_assert_uint_eq(ingest.counters.records[OTLP_LOGS], 1);
	ck_assert_int_eq(ingest.counters.request_at_ms[OTLP_LOGS], 1000);
	ck_assert_int_eq(ingest.counters.newest_ns, 1734350400000000000);
	ck_assert_int_eq(ingest.counters.newest_at_ms, 1734350400123);
}
END_TEST

START_TEST(connection_of_one_request_says_nothing_about_its_sender)
{
	call.req.fields = STR("Connection: close\r\n");
	ck_assert_int_eq(post("/v1/logs", json, PROMPT), 200);
	ck_assert_uint_eq(working(), 1);
	ck_assert_uint_eq(heard.senders, 0);
}
END_TEST

START_TEST(connection_of_a_collector_says_nothing_about_its_sender)
{
	call.req.fields = STR(
		"User-Agent: OpenTelemetry Collector Contrib/0.165.0 (linux/amd64)\r\n");
	ck_assert_int_eq(post("/v1/logs", json, PROMPT), 200);
	ck_assert_uint_eq(working(), 1);
	ck_assert_uint_eq(heard.senders, 0);
	call.req.fields = STR("User-Agent: OTel-OTLP-Exporter-Python/1.45.2\r\n");
	ck_assert_int_eq(post("/v1/logs", json, PROMPT), 200);
	ck_assert_uint_eq(heard.senders, 1);
}
END_TEST

START_TEST(signal_is_found_out_from_the_body)
{
	ck_assert_int_eq(post("/", json, PROMPT), 200);
	ck_assert_uint_eq(ingest.counters.requests[OTLP_LOGS], 1);
	ck_assert_int_eq(post("/", json, "{\"resourceSpans\":[]}"), 200);
	ck_assert_uint_eq(ingest.counters.requests[OTLP_TRACES], 1);
}
END_TEST

START_TEST(empty_requests_are_full_successes)
{
	ck_assert_int_eq(post("/v1/metrics", protobuf, ""), 200);
	ck_assert_uint_eq(http_response_bytes(&call.res).size, 0);
	ck_assert_str_eq(call.res.type, protobuf);
	ck_assert_int_eq(post("/v1/traces", json, "{}"), 200);
	ck_assert_uint_eq(heard.changes, 0); // nothing for the tracker
	ck_assert_uint_eq(heard.rejects, 0);
}
END_TEST

START_TEST(broken_body_leaves_nothing_behind)
{
	ck_assert_int_eq(post("/v1/logs", json, PROMPT "x"), 400);
	ck_assert(call_answer_has(&call, "\"message\":"));
	ck_assert_uint_eq(working(), 0);
	ck_assert_uint_eq(heard.changes, 0);
	ck_assert_uint_eq(heard.rejects, 1);
	ck_assert_int_eq(heard.status, 400);
	ck_assert(heard.json);
	ck_assert(heard.reason[0] != '\0');
	ck_assert_uint_eq(ingest.counters.rejected_requests, 1);
	ck_assert_int_eq(post("/v1/logs", protobuf, "\x0a\x7f"), 400);
	ck_assert_str_eq(call.res.type, protobuf);
	ck_assert(!heard.json);
}
END_TEST

START_TEST(rejected_items_are_counted_and_reported)
{
	ck_assert_int_eq(post("/v1/traces", json,
				 "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":["
				 "{\"name\":\"no ids\"}]}]}]}"),
		200);
	ck_assert(call_answer_has(&call, "\"rejectedSpans\":\"1\""));
	ck_assert_uint_eq(ingest.counters.rejected_records, 1);
	ck_assert_uint_eq(ingest.counters.rejected_requests, 0);
	ck_assert_int_eq(heard.status, 200);
	ck_assert_uint_eq(heard.rejected, 1);
}
END_TEST

START_TEST(session_id_has_a_ceiling)
{
	char id[EVENT_ID_BYTES + 2], body[2048];
	memset(id, 'i', sizeof(id) - 1);
	id[EVENT_ID_BYTES + 1] = '\0';
	(void)snprintf(body, sizeof(body), LOGS("%s", "user_prompt", "1734350400000000000"), id);
	ck_assert_int_eq(post("/v1/logs", json, body), 200);
	ck_assert(call_answer_has(&call, "\"rejectedLogRecords\":\"1\""));
	ck_assert(call_answer_has(&call, "the session id is longer than 256 bytes"));
	ck_assert_uint_eq(ingest.counters.rejected_records, 1);
	ck_assert_uint_eq(ingest.counters.records[OTLP_LOGS], 0);
	(void)snprintf(
		body, sizeof(body), "{\"session_id\":\"%s\",\"hook_event_name\":\"Stop\"}", id);
	ck_assert_int_eq(post("/hooks/claude-code", json, body), 400);
	ck_assert_str_eq(heard.reason, "the session id is longer than 256 bytes");
	ck_assert_uint_eq(working(), 0);
	id[EVENT_ID_BYTES] = '\0';
	(void)snprintf(body, sizeof(body), LOGS("%s", "user_prompt", "1734350400000000000"), id);
	ck_assert_int_eq(post("/v1/logs", json, body), 200);
	ck_assert_uint_eq(working(), 1);
}
END_TEST

START_TEST(other_types_are_refused)
{
	ck_assert_int_eq(post("/v1/logs", "text/plain", PROMPT), 415);
	ck_assert(call_answer_has(&call, "must be application/x-protobuf"));
	ck_assert_int_eq(post("/v1/logs", NULL, PROMPT), 415);
	ck_assert(call_answer_has(&call, "is missing"));
	ck_assert_uint_eq(ingest.counters.rejected_requests, 2);
	ck_assert_uint_eq(working(), 0);
}
END_TEST

START_TEST(error_is_written_in_the_encoding_of_the_request)
{
	const struct http_request req = {.content_type = str_from(protobuf)};
	ingest_otlp_error(&req, &call.res, 413, STR("too large"), &ingest);
	ck_assert_str_eq(call.res.type, protobuf);
	http_response_reset(&call.res);
	ingest_otlp_error(&(struct http_request){0}, &call.res, 413, STR("too large"), &ingest);
	ck_assert_str_eq(call.res.type, json);
	ck_assert(call_answer_has(&call, "too large"));
}
END_TEST

START_TEST(hook_reaches_the_tracker)
{
	ck_assert_int_eq(post("/hooks/claude-code", json, HOOK("UserPromptSubmit")), 200);
	ck_assert_uint_eq(working(), 1);
	ck_assert_uint_eq(heard.changes, 1);
	ck_assert_uint_eq(heard.senders, 0);
	ck_assert_uint_eq(ingest.counters.hooks, 1);
	ck_assert_int_eq(ingest.counters.hook_at_ms, 1000);
	ck_assert_int_eq(post("/hooks/claude-code", json, HOOK("Unheard")), 200);
	ck_assert_uint_eq(ingest.counters.hooks, 2);
	ck_assert_uint_eq(heard.changes, 1);
}
END_TEST

START_TEST(wrong_hooks_are_refused)
{
	ck_assert_int_eq(post("/hooks/nobody", json, HOOK("Stop")), 404);
	ck_assert_str_eq(heard.reason, "unknown client");
	ck_assert_int_eq(post("/hooks/codex", "text/plain", HOOK("Stop")), 415);
	ck_assert_int_eq(post("/hooks/codex", json, "[]"), 400);
	ck_assert(call_answer_has(
		&call, "\"error\":{\"code\":400,\"message\":\"invalid JSON at byte "));
	ck_assert_uint_eq(heard.rejects, 3);
	ck_assert_uint_eq(ingest.counters.rejected_requests, 3);
	ck_assert_uint_eq(ingest.counters.hooks, 0);
}
END_TEST

START_TEST(routes_are_served_where_they_should_be)
{
	struct http_router router;
	struct http_match match;
	call.req.path = STR("/v1/logs");
	call.req.method = HTTP_POST;
	call.req.peer = &call.peer;
	routes = ingest_routes(&ingest, 1 | 4);
	http_router_init(&router, &routes, 1);
	for (unsigned listener = 0; listener <= 4; listener++) {
		call.peer.listener = listener;
		http_router_find(&router, &call.req, &match);
		ck_assert_int_eq(match.method_allowed, (listener & 5) != 0);
	}
	http_router_finish(&router);
}
END_TEST

static Suite *ingest_suite(void)
{
	Suite *suite = suite_create("ingest");
	TCase *tcase = tcase_create("handlers");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, logs_reach_the_tracker);
	tcase_add_test(tcase, connection_of_one_request_says_nothing_about_its_sender);
	tcase_add_test(tcase, connection_of_a_collector_says_nothing_about_its_sender);
	tcase_add_test(tcase, signal_is_found_out_from_the_body);
	tcase_add_test(tcase, empty_requests_are_full_successes);
	tcase_add_test(tcase, broken_body_leaves_nothing_behind);
	tcase_add_test(tcase, rejected_items_are_counted_and_reported);
	tcase_add_test(tcase, session_id_has_a_ceiling);
	tcase_add_test(tcase, other_types_are_refused);
	tcase_add_test(tcase, error_is_written_in_the_encoding_of_the_request);
	tcase_add_test(tcase, hook_reaches_the_tracker);
	tcase_add_test(tcase, wrong_hooks_are_refused);
	tcase_add_test(tcase, routes_are_served_where_they_should_be);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(ingest_suite());
}
