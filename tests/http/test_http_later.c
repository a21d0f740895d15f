/* Answers that come later: their order, peers that leave, too many, too late, and the stop. */
#include "http/http_later.h"

#include "base/mem.h"
#include "http/http_conn.h"
#include "http/http_stream.h"
#include "http_testing.h"
#include "support/suite.h"

#define GET(path)   "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define OK(n, text) "HTTP/1.1 200 OK\r\nContent-Length: " #n "\r\n\r\n" text
#define EMPTY       OK(0, "")

enum { MANY = 80 };

static struct http_later *waiting[MANY];
static size_t begun, gone_count;
static bool answers_when_gone;
static struct http_conn *others[2];
static char x[] = "x", y[] = "y", now[] = "now";

static void on_gone(void *data)
{
	struct http_later **slot = data;
	gone_count++;
	if (answers_when_gone) {
		http_later_answer(*slot, NULL, NULL);
		*slot = NULL;
	}
}

static void begin(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	handled++;
	ck_assert_uint_lt(begun, MANY);
	struct http_later *l = http_later_begin(req, res, on_gone, &waiting[begun]);
	if (l != NULL) {
		waiting[begun++] = l;
	}
}

/* data is the text to answer. */
static void fill(const struct http_request *req, struct http_response *res, void *data)
{
	ck_assert(req->complete);
	ck_assert_uint_eq(req->body.size, 0);
	ck_assert_int_gt(req->now.mono_ms, 0);
	(void)buf_printf(http_response_body(res), "%.*s?%.*s:%s", STR_ARG(req->path),
		STR_ARG(req->query), (const char *)data);
}

static void fill_again(const struct http_request *req, struct http_response *res, void *data)
{
	begin(req, res, data);
}

static void on_opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)data;
	ck_assert_int_eq(http_stream_write(stream, req->path), 0);
	http_stream_end(stream);
}

static void fill_stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_stream(res, on_opened, data);
}

static void at_once(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	(void)res;
	(void)data;
	handled++;
}

static void close_others(const struct http_request *req, struct http_response *res, void *data)
{
	(void)res;
	(void)data;
	(void)req;
	http_conn_close(others[0], false);
	http_conn_close(others[1], false);
}

/* A store that knows the answer already. */
static void within(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	http_response_status(res, 404);
	struct http_later *l = http_later_begin(req, res, NULL, NULL);
	http_response_status(res, 200);
	http_later_answer(l, fill, now);
}

static const struct http_route routes[] = {
	{"/later", HTTP_GET | HTTP_POST, begin, NULL, 0, 0},
	{"/now", HTTP_GET, at_once, NULL, 0, 0},
	{"/within", HTTP_GET, within, NULL, 0, 0},
	{"/close-others", HTTP_GET, close_others, NULL, 0, 0},
};

static void setup(void)
{
	prepare(routes, ARRAY_SIZE(routes));
	begun = gone_count = 0;
	answers_when_gone = false;
}

static void pump_until_begun(size_t count)
{
	for (int i = 0; begun < count; i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
	}
	ck_assert_uint_eq(begun, count);
}

static void drop(size_t i)
{
	http_later_answer(waiting[i], fill, x);
}

START_TEST(answer_comes_later_with_the_request_still_known)
{
	start();
	struct client c = client_connect();
	client_send(&c, "POST /later?a=1 HTTP/1.1\r\nHost: localhost\r\n"
			"Content-Length: 3\r\n\r\nabc");
	pump_until_begun(1);
	settle();
	ck_assert_uint_eq(server.host.service.memory.used_bytes, 0); // the body is not kept
	ck_assert_uint_eq(server.host.service.counters.answers_waiting, 1);
	http_later_answer(waiting[0], fill, x);
	client_expect(&c, OK(12, "/later?a=1:x"));
	ck_assert_uint_eq(server.host.service.counters.answers_waiting, 0);
	client_send(&c, GET("/now"));
	client_expect(&c, EMPTY);
	client_close(&c);
	finish();
	ck_assert_uint_eq(gone_count, 0);
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order)
{
	start();
	struct client c = client_connect(), other = client_connect();
	client_send(&c, GET("/later") GET("/now") GET("/later?2") GET("/now"));
	pump_until_begun(1);
	client_send(&c, GET("/now")); // also what comes meanwhile
	client_send(&other, GET("/now"));
	client_expect(&other, EMPTY); // others do not wait
	settle();
	ck_assert_uint_eq(handled, 2);
	http_later_answer(waiting[0], fill, x);
	pump_until_begun(2);
	http_later_answer(waiting[1], fill, y);
	client_expect(&c, OK(9, "/later?:x") EMPTY OK(10, "/later?2:y") EMPTY EMPTY);
	client_close(&c);
	client_close(&other);
	finish();
}
END_TEST

START_TEST(what_is_sent_meanwhile_has_a_bound)
{
	start();
	struct client c = client_connect();
	char junk[4096];
	memset(junk, 'x', sizeof(junk));
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	for (int i = 0; i < 5000; i++) {
		(void)client_offer(&c, (struct str){junk, sizeof(junk)});
		pump();
	}
	ck_assert_uint_le(server.host.service.memory.used_bytes, 1 << 20);
	http_later_answer(waiting[0], fill, x);
	client_expect(&c, OK(9, "/later?:x"));
	client_expect(&c, "HTTP/1.1 400 ");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(peer_that_resets_is_reported_and_its_answer_dropped)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	struct linger reset = {1, 0};
	ck_assert_int_eq(setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	client_close(&c);
	pump_until_count(&gone_count, 1);
	drop(0);
	finish();
}
END_TEST

START_TEST(answer_may_be_dropped_from_within_gone)
{
	start();
	answers_when_gone = true;
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	struct linger reset = {1, 0};
	ck_assert_int_eq(setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	client_close(&c);
	pump_until_count(&gone_count, 1);
	ck_assert_ptr_null(waiting[0]);
	finish();
}
END_TEST

START_TEST(peer_of_a_unix_socket_that_closes_is_gone)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "/tmp/http-later-test-%d.sock", (int)getpid());
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, path, 0), 0);
	struct client c = client_connect_unix(path), half = client_connect_unix(path);
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	client_send(&half, GET("/later"));
	pump_until_begun(2);
	ck_assert_int_eq(shutdown(half.fd, SHUT_WR), 0);
	client_close(&c);
	for (int i = 0; gone_count < 1; i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
	}
	drop(0);
	http_later_answer(waiting[1], fill, x);
	client_expect_end(&half, OK(9, "/later?:x"));
	ck_assert_uint_eq(gone_count, 1);
	client_close(&half);
	finish();
}
END_TEST

START_TEST(peer_that_ended_its_sending_side_still_gets_all_answers)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later") GET("/now"));
	pump_until_begun(1);
	ck_assert_int_eq(shutdown(c.fd, SHUT_WR), 0);
	settle();
	http_later_answer(waiting[0], fill, x);
	client_expect_end(&c, OK(9, "/later?:x") EMPTY);
	client_close(&c);
	pump_until_ended(1);
	ck_assert(ended.by_peer);
	ck_assert_uint_eq(gone_count, 0);
	finish();
}
END_TEST

START_TEST(half_a_request_behind_the_answer_is_refused)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later") "GET /no");
	pump_until_begun(1);
	ck_assert_int_eq(shutdown(c.fd, SHUT_WR), 0);
	settle();
	http_later_answer(waiting[0], fill, x);
	client_expect(&c, OK(9, "/later?:x"));
	client_expect_last(&c, "HTTP/1.1 400 Bad Request\r\n");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(too_many_are_told_to_come_again)
{
	start();
	size_t limit = server.host.service.limits.waiting;
	ck_assert_uint_eq(limit, 64);
	struct client clients[MANY];
	for (size_t i = 0; i < limit; i++) {
		clients[i] = client_connect();
		client_send(&clients[i], GET("/later"));
		pump_until_begun(i + 1);
	}
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	client_expect(&c, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
			  "Content-Length: 42\r\nRetry-After: 1\r\n\r\n"
			  "too many requests waiting; try again later");
	ck_assert_int_eq(last_fault, HTTP_FAULT_WAITING);
	http_later_answer(waiting[0], fill, x);
	client_expect(&clients[0], OK(9, "/later?:x"));
	client_send(&c, GET("/later")); // there is room again, and the connection is still good
	pump_until_begun(limit + 1);
	for (size_t i = 1; i <= limit; i++) {
		http_later_answer(waiting[i], fill, x);
	}
	client_expect(&c, OK(9, "/later?:x"));
	for (size_t i = 0; i < limit; i++) {
		client_close(&clients[i]);
	}
	client_close(&c);
	finish();
}
END_TEST

START_TEST(answer_that_takes_too_long_is_given_up)
{
	config.limits.later_ms = 30;
	config.limits.head_ms = 40; // finer steps of the timer
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later") GET("/now"));
	client_expect(&c, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
			  "Content-Length: 34\r\nRetry-After: 1\r\n\r\n"
			  "no answer in time; try again later" EMPTY);
	ck_assert_uint_eq(gone_count, 1);
	drop(0);
	client_send(&c, GET("/now"));
	client_expect(&c, EMPTY);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(each_answer_has_a_time_of_its_own)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later") GET("/later"));
	pump_until_begun(1);
	const struct http_conn *conn = list_entry(
		server.host.connections.next, const struct http_conn, link);
	(void)poll(NULL, 0, 20);
	pump();
	uint64_t now_ms = uv_now(&loop);
	http_later_answer(waiting[0], fill, x);
	ck_assert_uint_eq(begun, 2);
	ck_assert_uint_eq(conn->deadline_ms, now_ms + config.limits.later_ms);
	http_later_answer(waiting[1], fill, y);
	client_expect(&c, OK(9, "/later?:x") OK(9, "/later?:y"));
	client_close(&c);
	finish();
}
END_TEST

/* A request behind the one given up is handled while the deadlines of all are looked at. */
START_TEST(what_follows_a_late_one_may_close_others)
{
	config.limits.later_ms = 30;
	config.limits.head_ms = 40;
	start();
	struct client before = client_connect(), c = client_connect(), behind = client_connect();
	client_send(&before, GET("/now"));
	client_expect(&before, EMPTY);
	client_send(&behind, GET("/now"));
	client_expect(&behind, EMPTY);
	others[0] = list_entry(server.host.connections.next, struct http_conn, link);
	others[1] = list_entry(server.host.connections.prev, struct http_conn, link);
	client_send(&c, GET("/later") GET("/close-others"));
	client_expect(&c, "HTTP/1.1 503 ");
	client_expect_end(&before, "");
	client_expect_end(&behind, "");
	drop(0);
	client_close(&c);
	client_close(&before);
	client_close(&behind);
	finish();
}
END_TEST

START_TEST(late_answer_may_wait_again_but_not_for_ever)
{
	config.limits.later_ms = 60;
	config.limits.head_ms = 40;
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	http_later_answer(waiting[0], fill_again, NULL);
	ck_assert_uint_eq(begun, 2);
	for (size_t i = 1; i < MANY - 1 && gone_count == 0; i++) {
		(void)poll(NULL, 0, 10);
		pump();
		if (gone_count == 0) {
			http_later_answer(waiting[i], fill_again, NULL);
		}
	}
	ck_assert_uint_eq(gone_count, 1);
	drop(begun - 1);
	client_expect(&c, "HTTP/1.1 503 ");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(late_answer_may_be_a_stream)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	http_later_answer(waiting[0], fill_stream, NULL);
	client_expect_end(&c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			      "Connection: close\r\n\r\n6\r\n/later\r\n0\r\n\r\n");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(head_gets_no_body_later_either)
{
	start();
	struct client c = client_connect();
	client_send(&c, "HEAD /later HTTP/1.1\r\nHost: localhost\r\n\r\n" GET("/now"));
	pump_until_begun(1);
	http_later_answer(waiting[0], fill, x);
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" EMPTY);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(answer_given_from_within_the_handler_is_plain)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET("/within"));
	client_expect(&c, OK(12, "/within?:now"));
	ck_assert_uint_eq(server.host.service.counters.answers_waiting, 0);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(stop_waits_a_moment_for_what_is_asked_for)
{
	config.limits.stop_ms = 10 * 1000;
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	http_server_stop(&server, on_stopped, NULL);
	settle();
	http_later_answer(waiting[0], fill, x);
	client_expect_end(&c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"
			      "Connection: close\r\n\r\n/later?:x");
	client_close(&c);
	pump_until(&stopped);
	finish();
}
END_TEST

START_TEST(stop_gives_up_what_does_not_come)
{
	config.limits.stop_ms = 20;
	start();
	struct client c = client_connect();
	client_send(&c, GET("/later"));
	pump_until_begun(1);
	finish();
	ck_assert_uint_eq(gone_count, 1);
	drop(0); // also after the server is gone
	client_close(&c);
}
END_TEST

/* A handler is tested by calling it, and so is its second half. */
START_TEST(handler_needs_no_server)
{
	const struct http_request req = {
		.method = HTTP_GET, .path = STR("/later"), .complete = true, .now = {.mono_ms = 1}};
	struct http_response res;
	http_response_init(&res);
	begin(&req, &res, NULL);
	ck_assert_int_eq(res.kind, HTTP_RESPONSE_LATER);
	http_later_answer(waiting[0], fill, x);
	ck_assert_int_eq(res.kind, HTTP_RESPONSE_PLAIN);
	ck_assert(str_equal(http_response_bytes(&res), STR("/later?:x")));
	http_response_reset(&res);
	res.may_wait = false;
	begin(&req, &res, NULL);
	ck_assert_int_eq(res.kind, HTTP_RESPONSE_BUSY);
	ck_assert_uint_eq(begun, 1);
	http_response_finish(&res);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

static Suite *http_later_suite(void)
{
	Suite *suite = suite_create("http_later");
	TCase *tcase = tcase_create("later");
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, answer_comes_later_with_the_request_still_known);
	tcase_add_test(tcase, pipelined_requests_are_answered_in_order);
	tcase_add_test(tcase, what_is_sent_meanwhile_has_a_bound);
	tcase_add_test(tcase, peer_that_resets_is_reported_and_its_answer_dropped);
	tcase_add_test(tcase, answer_may_be_dropped_from_within_gone);
	tcase_add_test(tcase, peer_of_a_unix_socket_that_closes_is_gone);
	tcase_add_test(tcase, peer_that_ended_its_sending_side_still_gets_all_answers);
	tcase_add_test(tcase, half_a_request_behind_the_answer_is_refused);
	tcase_add_test(tcase, too_many_are_told_to_come_again);
	tcase_add_test(tcase, answer_that_takes_too_long_is_given_up);
	tcase_add_test(tcase, each_answer_has_a_time_of_its_own);
	tcase_add_test(tcase, what_follows_a_late_one_may_close_others);
	tcase_add_test(tcase, late_answer_may_wait_again_but_not_for_ever);
	tcase_add_test(tcase, late_answer_may_be_a_stream);
	tcase_add_test(tcase, head_gets_no_body_later_either);
	tcase_add_test(tcase, answer_given_from_within_the_handler_is_plain);
	tcase_add_test(tcase, stop_waits_a_moment_for_what_is_asked_for);
	tcase_add_test(tcase, stop_gives_up_what_does_not_come);
	tcase_add_test(tcase, handler_needs_no_server);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_later_suite());
}
