/* Whole messages in, whole answers out, without a socket. */
#include "http/http_exchange.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "http/http_parser.h"
#include "support/suite.h"

#define HOST "Host: localhost\r\n"

static struct http_service service;
static struct http_parser parser;
static struct http_exchange exchange;
static struct http_peer peer;
static struct http_answer answer;
static struct buf text; // the last answer, head and body
static bool continued;  // 100 Continue was due
static size_t handled;  // calls of a handler
static struct http_reject reject;
static char reject_path[256];

static void echo(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	handled++;
	ck_assert(req->complete);
	ck_assert_ptr_nonnull(req->body.data);
	http_response_type(res, "text/plain");
	(void)buf_printf(http_response_body(res), "%s %.*s [%.*s] %zu [%.*s]",
		http_method_name(req->method), STR_ARG(req->path), STR_ARG(req->body),
		req->wire_bytes, STR_ARG(req->path_parameters[0]));
}

static void write_too_much(const struct http_request *req, struct http_response *res, void *data)
{
	echo(req, res, data);
	http_response_set_max_bytes(res, 10);
	(void)buf_reserve(http_response_body(res), 1 << 20);
}

static void opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)req;
	(void)stream;
	(void)data;
}

static void stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_stream(res, opened, data);
}

static void write_status(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)data;
	http_response_type(res, "application/json");
	(void)buf_printf(http_response_body(res),
		"{\"code\":%d,\"message\":\"%.*s\",\"type\":\"%.*s\"}", status, STR_ARG(message),
		STR_ARG(req->content_type));
}

static const struct http_route routes[] = {
	{"/v1/logs", HTTP_POST, echo, write_status, 0, HTTP_ROUTE_KEEPS_CONNECTION},
	{"/page", HTTP_GET | HTTP_POST, echo, NULL, 100, HTTP_ROUTE_SAME_ORIGIN},
	{"/api/*/ack", HTTP_POST, echo, NULL, 0, 0},
	{"/public", HTTP_GET, echo, NULL, 0, HTTP_ROUTE_PUBLIC},
	{"/much", HTTP_GET, write_too_much, NULL, 0, 0},
	{"/stream", HTTP_GET, stream, NULL, 0, 0},
};
static const struct http_route_group group = {.routes = routes, .count = ARRAY_SIZE(routes)};
static const struct str origins[] = {STR_INIT("https://ok.example")};

static void on_reject(const struct http_reject *r, void *data)
{
	(void)data;
	reject = *r;
	(void)snprintf(reject_path, sizeof(reject_path), "%.*s", STR_ARG(r->path));
}

static void setup(void)
{
	service = (struct http_service){
		.limits = {.target_bytes = 100,
			.head_bytes = 1000,
			.fields = 20,
			.chunk_extra_bytes = 100,
			.body_bytes = 1000,
			.inflated_bytes = 2000,
			.discarded_body_bytes = 50,
			.memory_bytes = 1 << 20},
		.access = {.origins = origins, .origin_count = 1},
		.on_reject = on_reject,
	};
	http_service_init(&service, &group, 1);
	http_parser_init(&parser, &service.limits, &service.memory);
	http_exchange_reset(&exchange);
	peer = (struct http_peer){.is_loopback = true};
	buf_init(&text, 1 << 20);
	handled = 0;
	reject = (struct http_reject){.status = 0};
}

static void teardown(void)
{
	http_parser_finish(&parser);
	http_service_finish(&service);
	buf_finish(&text);
}

/* As on a new connection: after an answer that ends one. */
static void restart(void)
{
	teardown();
	setup();
}

static void keep_answer(void)
{
	buf_clear(&text);
	(void)buf_append_str(&text, answer.head);
	(void)buf_append_str(&text, answer.body);
	http_parser_next(&parser);
	http_exchange_reset(&exchange);
}

/* What a connection does, for one request; fails if there is no answer. */
static void ask_bytes(struct str input)
{
	char *bytes = (char *)(uintptr_t)input.data;
	size_t at = 0;
	continued = false;
	for (;;) {
		size_t used;
		enum http_parser_result result = http_parser_push(
			&parser, bytes + at, input.size - at, &used);
		at += used;
		if (result == HTTP_PARSER_COMPLETE) {
			http_exchange_answer(&service, &exchange, &parser, &peer, &answer);
			break;
		}
		if (result == HTTP_PARSER_REJECTED) {
			http_exchange_refuse(&service, &exchange, &parser, &peer,
				exchange.fault != HTTP_FAULT_NONE ? exchange.fault : parser.fault,
				&answer);
			break;
		}
		ck_assert_int_eq(result, HTTP_PARSER_HEAD);
		enum http_verdict verdict = http_exchange_begin(
			&service, &exchange, &parser, &peer);
		continued = verdict == HTTP_VERDICT_CONTINUE;
		if (verdict == HTTP_VERDICT_REFUSE) {
			http_exchange_refuse(
				&service, &exchange, &parser, &peer, exchange.fault, &answer);
			break;
		}
	}
	keep_answer();
}

static void ask(const char *input)
{
	char copy[4096];
	ck_assert_uint_lt(strlen(input), sizeof(copy));
	(void)snprintf(copy, sizeof(copy), "%s", input);
	ask_bytes(str_from(copy));
}

static bool has(const char *part)
{
	return str_contains(buf_str(&text), str_from(part));
}

static void check(const char *input, int status, bool closes)
{
	char line[32];
	ask(input);
	(void)snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	ck_assert_msg(
		str_starts_with(buf_str(&text), str_from(line)), "%.*s", STR_ARG(buf_str(&text)));
	ck_assert_int_eq(answer.closes, closes);
	ck_assert_int_eq(has("\r\nConnection: close\r\n"), closes);
	if (status >= 400) {
		ck_assert_int_eq(reject.status, status);
	}
}

START_TEST(request_reaches_its_handler)
{
	check("POST /v1/logs?a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200, false);
	ck_assert(has("Content-Length: 24\r\n"));
	ck_assert(has("\r\n\r\nPOST /v1/logs [abc] 3 []"));
	ck_assert(answer.kept);
	ck_assert_uint_eq(service.counters.answers[2], 1);
	ck_assert_uint_eq(service.counters.bytes_in, 3);
}
END_TEST

START_TEST(path_parameter_is_handed_over)
{
	check("POST /api/a%20b/ack HTTP/1.1\r\n" HOST "\r\n", 200, false);
	ck_assert(has("[a b]"));
	ck_assert(!answer.kept);
}
END_TEST

START_TEST(head_gets_the_length_and_no_body)
{
	check("HEAD /page HTTP/1.1\r\n" HOST "\r\n", 200, false);
	ck_assert(has("Content-Length: 18\r\n"));
	ck_assert(str_ends_with(buf_str(&text), STR("\r\n\r\n")));
	check("HEAD /nowhere HTTP/1.1\r\n" HOST "\r\n", 404, false);
	ck_assert(str_ends_with(buf_str(&text), STR("\r\n\r\n")));
}
END_TEST

START_TEST(connection_ends_when_the_client_says_so)
{
	check("GET /page HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, true);
	restart();
	check("GET /page HTTP/1.0\r\n\r\n", 200, true);
}
END_TEST

START_TEST(unknown_path_is_404_and_never_a_redirect)
{
	check("POST /v1/logs/ HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 404, false);
	check("POST //v1/logs HTTP/1.1\r\n" HOST "\r\n", 404, false);
	check("GET /v1development/profiles HTTP/1.1\r\n" HOST "\r\n", 404, false);
	ck_assert(!has("Location"));
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(wrong_method_is_405_with_allow)
{
	check("PUT /v1/logs HTTP/1.1\r\n" HOST "\r\n", 405, false);
	ck_assert(has("\r\nAllow: POST\r\n"));
	check("GET /v1/logs HTTP/1.1\r\n" HOST "\r\n", 405, false);
	check("PROPFIND /page HTTP/1.1\r\n" HOST "\r\n", 405, false);
	ck_assert(has("\r\nAllow: GET, HEAD, POST\r\n"));
	check("TRACE /page HTTP/1.1\r\n" HOST "X: secret\r\n\r\n", 405, false);
	ck_assert(!has("secret"));
	check("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", 501, true);
}
END_TEST

START_TEST(options_tells_what_is_allowed)
{
	check("OPTIONS /v1/logs HTTP/1.1\r\n" HOST "\r\n", 204, false);
	ck_assert(has("\r\nAllow: POST\r\n"));
	ck_assert(!has("Content-Length"));
	ck_assert(!has("Access-Control"));
	check("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 204, false);
	check("OPTIONS /nowhere HTTP/1.1\r\n" HOST "\r\n", 404, false);
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(errors_are_written_in_the_manner_of_the_route)
{
	check("GET /v1/logs HTTP/1.1\r\n" HOST "Content-Type: a/b\r\n\r\n", 405, false);
	ck_assert(has("{\"code\":405,\"message\":\"method not allowed here\",\"type\":\"a/b\"}"));
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Content-Type: a/b\r\nBad Field\r\n\r\n", 400,
		true);
	ck_assert(has("{\"code\":400,\"message\":\"malformed HTTP"));
	ck_assert(has("\"type\":\"a/b\"}"));
	ck_assert_str_eq(reject_path, "/v1/logs");
	ck_assert_int_eq(reject.method, HTTP_POST);
}
END_TEST

START_TEST(errors_without_a_route_are_text)
{
	check("\x16\x03"
	      "\x01",
		400, true);
	ck_assert(has("Content-Type: text/plain\r\n"));
	ck_assert_int_eq(reject.method, 0);
	ck_assert_uint_eq(reject.path.size, 0);
}
END_TEST

START_TEST(repeated_content_type_is_400)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Content-Type: a/b\r\nContent-Type: a/b\r\n"
	      "Content-Length: 3\r\n\r\nabc",
		400, false);
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(hosts_and_origins_are_checked)
{
	check("GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403, true);
	restart();
	check("GET http://evil.example/page HTTP/1.1\r\n" HOST "\r\n", 403, true);
}
END_TEST

START_TEST(unlisted_origin_is_refused_without_a_grant)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Origin: https://evil.example\r\n\r\n", 403, true);
	ck_assert(!has("Access-Control"));
	ck_assert(!has("evil"));
}
END_TEST

START_TEST(same_origin_is_a_matter_of_the_route)
{
	check("POST /page HTTP/1.1\r\n" HOST "Origin: http://localhost\r\n\r\n", 200, false);
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Origin: http://localhost\r\n\r\n", 403, true);
}
END_TEST

START_TEST(listed_origin_is_named)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Origin: https://ok.example\r\n\r\n", 200, false);
	ck_assert(has("\r\nAccess-Control-Allow-Origin: https://ok.example\r\n"));
	ck_assert(has("\r\nVary: Origin\r\n"));
	check("PUT /v1/logs HTTP/1.1\r\n" HOST "Origin: https://ok.example\r\n\r\n", 405, false);
	ck_assert(has("\r\nAccess-Control-Allow-Origin: https://ok.example\r\n"));
}
END_TEST

START_TEST(preflight_grants_what_is_needed)
{
	check("OPTIONS /v1/logs HTTP/1.1\r\n" HOST "Origin: https://ok.example\r\n"
	      "Access-Control-Request-Method: POST\r\n"
	      "Access-Control-Request-Private-Network: true\r\n\r\n",
		204, false);
	ck_assert(has("\r\nAccess-Control-Allow-Origin: https://ok.example\r\n"));
	ck_assert(has("\r\nAccess-Control-Allow-Methods: POST\r\n"));
	ck_assert(has("\r\nAccess-Control-Allow-Headers: content-type, content-encoding\r\n"));
	ck_assert(has("\r\nAccess-Control-Allow-Private-Network: true\r\n"));
	check("OPTIONS /v1/logs HTTP/1.1\r\n" HOST "Origin: https://evil.example\r\n"
	      "Access-Control-Request-Method: POST\r\n\r\n",
		403, true);
	ck_assert(!has("Access-Control"));
}
END_TEST

START_TEST(distant_peer_without_token_is_401)
{
	peer.is_loopback = false;
	service.access.token = STR("t");
	check("GET /page HTTP/1.1\r\n" HOST "\r\n", 401, true);
	ck_assert(has("\r\nWWW-Authenticate: Bearer\r\n"));
}
END_TEST

START_TEST(public_route_needs_no_token)
{
	peer.is_loopback = false;
	service.access.token = STR("t");
	check("GET /public HTTP/1.1\r\n" HOST "\r\n", 200, false);
	check("GET /public HTTP/1.1\r\n" HOST "Origin: https://evil.example\r\n\r\n", 403, true);
	restart();
	peer.is_loopback = false;
	service.access.token = STR("t");
	check("POST /public HTTP/1.1\r\n" HOST "\r\n", 401, true);
}
END_TEST

START_TEST(expectation_is_met_or_refused)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST
	      "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\na",
		200, false);
	ck_assert(continued);
	check("POST /v1/logs HTTP/1.0\r\n" HOST
	      "Connection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
		200, false);
	ck_assert(!continued);
	check("GET /page HTTP/1.1\r\n" HOST "Expect: wonders\r\n\r\n", 417, false);
}
END_TEST

START_TEST(expecting_client_is_refused_before_its_body)
{
	ask("POST /nowhere HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n");
	ck_assert(str_starts_with(buf_str(&text), STR("HTTP/1.1 404 ")));
	ck_assert(answer.closes);
	ck_assert(!continued);
}
END_TEST

START_TEST(declared_body_over_the_limit_is_refused_at_once)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", 413, true);
	ck_assert(has("1000"));
	restart();
	check("POST /page HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n", 413, true);
	restart();
	check("POST /v1/logs HTTP/1.1\r\n" HOST
	      "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n",
		413, true);
	ck_assert(!continued);
}
END_TEST

START_TEST(refused_body_is_read_if_small_and_ends_the_connection_if_large)
{
	check("POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 50\r\n\r\n"
	      "01234567890123456789012345678901234567890123456789",
		404, false);
	check("POST /nowhere HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	      "3\r\nabc\r\n0\r\n\r\n",
		404, false);
	check("POST /nowhere HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	      "33\r\n012345678901234567890123456789012345678901234567890\r\n0\r\n\r\n",
		404, true);
	restart();
	check("POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 51\r\n\r\n", 404, true);
}
END_TEST

/* "hello" */
#define GZIP "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0"

static void ask_gzip(const char *coding, size_t cut)
{
	static const char gzip[] = GZIP;
	struct buf b;
	buf_init(&b, 4096);
	size_t size = sizeof(gzip) - 1 - cut;
	(void)buf_printf(&b, "POST /v1/logs HTTP/1.1\r\n" HOST "%s\r\nContent-Length: %zu\r\n\r\n",
		coding, size);
	(void)buf_append(&b, gzip, size);
	ask_bytes(buf_str(&b));
	buf_finish(&b);
}

START_TEST(gzip_is_undone)
{
	static const char *const codings[] = {
		"Content-Encoding: gzip", "Content-Encoding: GZip", "content-encoding: x-gzip"};
	for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
		ask_gzip(codings[i], 0);
		ck_assert(has("[hello] 25 []"));
	}
	ck_assert_uint_eq(service.counters.inflated_bytes, 15);
}
END_TEST

START_TEST(identity_and_nothing_are_no_coding)
{
	check("POST /v1/logs HTTP/1.1\r\n" HOST
	      "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\na",
		200, false);
	check("POST /v1/logs HTTP/1.1\r\n" HOST "Content-Encoding:\r\nContent-Length: 1\r\n\r\na",
		200, false);
	ck_assert(has("[a]"));
}
END_TEST

START_TEST(other_codings_are_415)
{
	static const char *const codings[] = {"Content-Encoding: br",
		"Content-Encoding: gzip, gzip", "Content-Encoding: gzip\r\nContent-Encoding: gzip",
		"Content-Encoding: deflate"};
	for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
		ask_gzip(codings[i], 0);
		ck_assert(str_starts_with(buf_str(&text), STR("HTTP/1.1 415 ")));
		ck_assert(has("\r\nAccept-Encoding: gzip\r\n"));
		ck_assert(!answer.closes);
	}
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(broken_gzip_is_400_and_the_connection_stays)
{
	ask_gzip("Content-Encoding: gzip", 1);
	ck_assert(str_starts_with(buf_str(&text), STR("HTTP/1.1 400 ")));
	ck_assert(!answer.closes);
	check("POST /v1/logs HTTP/1.1\r\n" HOST
	      "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
		400, false);
	check("POST /v1/logs HTTP/1.1\r\n" HOST
	      "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{  }",
		400, false);
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(inflated_body_over_the_limit_is_413)
{
	service.limits.inflated_bytes = 5;
	ask_gzip("Content-Encoding: gzip", 0);
	ck_assert(has("[hello]"));
	service.limits.inflated_bytes = 4;
	ask_gzip("Content-Encoding: gzip", 0);
	ck_assert(str_starts_with(buf_str(&text), STR("HTTP/1.1 413 ")));
}
END_TEST

START_TEST(stopping_server_asks_to_come_again)
{
	service.stopping = true;
	check("POST /v1/logs HTTP/1.1\r\n" HOST "\r\n", 503, true);
	ck_assert(has("\r\nRetry-After: 1\r\n"));
	ck_assert_uint_eq(handled, 0);
}
END_TEST

START_TEST(answer_over_its_ceiling_is_500)
{
	check("GET /much HTTP/1.1\r\n" HOST "\r\n", 500, false);
	ck_assert_uint_eq(handled, 1);
}
END_TEST

START_TEST(stream_is_announced_and_not_to_head)
{
	ask("GET /stream HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_ptr_nonnull(answer.opened);
	ck_assert(has("Transfer-Encoding: chunked\r\n"));
	ck_assert(has("Connection: close\r\n"));
	ask("HEAD /stream HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_ptr_null(answer.opened);
}
END_TEST

START_TEST(every_fault_has_a_row)
{
	for (int fault = HTTP_FAULT_NONE + 1; fault < HTTP_FAULT_COUNT; fault++) {
		const struct http_fault_info *info = http_fault_info((enum http_fault)fault);
		ck_assert_ptr_nonnull(info->reason);
		ck_assert(info->status == 0 || (info->status >= 400 && info->status < 600));
	}
}
END_TEST

static Suite *http_exchange_suite(void)
{
	Suite *suite = suite_create("http_exchange");
	TCase *routing = tcase_create("routing"), *access = tcase_create("access"),
	      *body = tcase_create("body");
	tcase_add_checked_fixture(routing, setup, teardown);
	tcase_add_checked_fixture(access, setup, teardown);
	tcase_add_checked_fixture(body, setup, teardown);
	tcase_add_test(routing, request_reaches_its_handler);
	tcase_add_test(routing, path_parameter_is_handed_over);
	tcase_add_test(routing, head_gets_the_length_and_no_body);
	tcase_add_test(routing, connection_ends_when_the_client_says_so);
	tcase_add_test(routing, unknown_path_is_404_and_never_a_redirect);
	tcase_add_test(routing, wrong_method_is_405_with_allow);
	tcase_add_test(routing, options_tells_what_is_allowed);
	tcase_add_test(routing, errors_are_written_in_the_manner_of_the_route);
	tcase_add_test(routing, errors_without_a_route_are_text);
	tcase_add_test(routing, stopping_server_asks_to_come_again);
	tcase_add_test(routing, answer_over_its_ceiling_is_500);
	tcase_add_test(routing, stream_is_announced_and_not_to_head);
	tcase_add_test(routing, every_fault_has_a_row);
	tcase_add_test(access, repeated_content_type_is_400);
	tcase_add_test(access, hosts_and_origins_are_checked);
	tcase_add_test(access, unlisted_origin_is_refused_without_a_grant);
	tcase_add_test(access, same_origin_is_a_matter_of_the_route);
	tcase_add_test(access, listed_origin_is_named);
	tcase_add_test(access, preflight_grants_what_is_needed);
	tcase_add_test(access, distant_peer_without_token_is_401);
	tcase_add_test(access, public_route_needs_no_token);
	tcase_add_test(body, expectation_is_met_or_refused);
	tcase_add_test(body, expecting_client_is_refused_before_its_body);
	tcase_add_test(body, declared_body_over_the_limit_is_refused_at_once);
	tcase_add_test(body, refused_body_is_read_if_small_and_ends_the_connection_if_large);
	tcase_add_test(body, gzip_is_undone);
	tcase_add_test(body, identity_and_nothing_are_no_coding);
	tcase_add_test(body, other_codings_are_415);
	tcase_add_test(body, broken_gzip_is_400_and_the_connection_stays);
	tcase_add_test(body, inflated_body_over_the_limit_is_413);
	suite_add_tcase(suite, routing);
	suite_add_tcase(suite, access);
	suite_add_tcase(suite, body);
	return suite;
}

int main(void)
{
	return suite_run(http_exchange_suite());
}
