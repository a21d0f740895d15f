/* The whole room over real sockets: the ways a client can be slow, rude or gone. */
#include "http/http_server.h"

#include <stdio.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "http/http_conn.h"
#include "http_testing.h"
#include "support/suite.h"

#define HOST  "Host: localhost\r\n"
#define GET   "GET /echo HTTP/1.1\r\n" HOST "\r\n"
#define EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static struct http_peer last_peer;

static void echo(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	handled++;
	last_peer = *req->peer;
	http_response_set_max_bytes(res, 64 << 20);
	(void)buf_append_str(http_response_body(res), req->body);
}

static void large(const struct http_request *req, struct http_response *res, void *data)
{
	static char megabyte[1 << 20];
	(void)req;
	(void)data;
	handled++;
	memset(megabyte, 'x', sizeof(megabyte));
	http_response_static(res, (struct str){megabyte, sizeof(megabyte)});
}

static const struct http_route routes[] = {
	{"/echo", HTTP_GET | HTTP_POST, echo, NULL, 0, 0},
	{"/v1/logs", HTTP_POST, echo, NULL, 0, HTTP_ROUTE_KEEPS_CONNECTION},
	{"/large", HTTP_GET, large, NULL, 0, 0},
};

static void setup(void)
{
	prepare(routes, ARRAY_SIZE(routes));
}

START_TEST(bytes_may_come_one_by_one)
{
	static const char request[] = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc";
	start();
	struct client c = client_connect();
	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		client_send_bytes(&c, (struct str){request + i, 1});
		settle();
	}
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
	client_send(&c, GET);
	client_expect(&c, EMPTY);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order)
{
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n1"
			"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n2"
			"GET /nowhere HTTP/1.1\r\n" HOST "\r\n"
			"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n3" GET);
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
			  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"
			  "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
			  "Content-Length: 12\r\n\r\nno such path"
			  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3" EMPTY);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(large_body_is_put_together)
{
	enum { SIZE = 3 << 20 };
	char *body = xmalloc(SIZE), head[128];
	for (size_t i = 0; i < SIZE; i++) {
		body[i] = (char)(i * 31 >> 3);
	}
	start();
	struct client c = client_connect();
	(void)snprintf(head, sizeof(head),
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", SIZE);
	for (int i = 0; i < 2; i++) { // the second in the buffer of the first
		client_send(&c, head);
		client_send_bytes(&c, (struct str){body, SIZE});
		client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n");
		client_expect_bytes(&c, (struct str){body, SIZE});
	}
	client_close(&c);
	free(body);
	finish();
}
END_TEST

START_TEST(half_closed_client_gets_its_answer)
{
	start();
	struct client c = client_connect();
	client_send(&c, GET);
	ck_assert_int_eq(shutdown(c.fd, SHUT_WR), 0);
	client_expect_end(&c, EMPTY);
	pump_until_ended(1);
	ck_assert(ended.by_peer);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(truncated_request_is_not_handled)
{
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab");
	ck_assert_int_eq(shutdown(c.fd, SHUT_WR), 0);
	client_expect_last(&c, "HTTP/1.1 400 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_TRUNCATED);
	ck_assert_uint_eq(handled, 0);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(vanished_client_is_let_go)
{
	struct linger at_once = {1, 0};
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab");
	settle();
	(void)setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	client_close(&c);
	pump_until_ended(1);
	ck_assert(ended.by_peer);
	ck_assert_int_eq(last_fault, HTTP_FAULT_RESET);
	ck_assert_uint_eq(handled, 0);
	finish();
}
END_TEST

START_TEST(waiting_client_is_told_to_go_on)
{
	start();
	struct client c = client_connect();
	client_send(&c,
		"POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	client_expect(&c, "HTTP/1.1 100 Continue\r\n\r\n");
	client_send(&c, "abc");
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(client_that_sends_all_still_sees_why_not)
{
	static char body[4 << 20];
	config.limits.body_bytes = 1 << 20;
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4194304\r\n\r\n");
	client_send_bytes(&c, (struct str){body, sizeof(body)});
	client_expect_last(&c, "HTTP/1.1 413 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_BODY_TOO_LARGE);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(drained_bytes_have_a_limit)
{
	static char body[64 << 10];
	config.limits.body_bytes = 10;
	config.limits.drained_bytes = 1 << 20;
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 999999999\r\n\r\n");
	for (int i = 0; ended.count == 0; i++) {
		ck_assert_int_lt(i, PUMPS);
		(void)client_offer(&c, (struct str){body, sizeof(body)});
		pump();
	}
	ck_assert(!ended.by_peer);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(noise_is_answered_and_closed)
{
	start();
	struct client c = client_connect();
	client_send(&c, "\x16\x03\x01\x02\x01\xfc\x03\x03");
	client_expect_last(&c, "HTTP/1.1 400 ");
	client_close(&c);
	finish();
	ck_assert_uint_eq(ended.count, 0); // it carried no request
}
END_TEST

START_TEST(slow_head_is_408)
{
	config.limits.head_ms = 20;
	start();
	struct client c = client_connect();
	client_send(&c, "GET /echo HTTP/1.1\r\n");
	client_expect_last(&c, "HTTP/1.1 408 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_HEAD_TIME);
	ck_assert_uint_eq(server.host.service.counters.connections_timed_out, 1);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(body_without_progress_is_408)
{
	config.limits.body_progress_ms = 20;
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab");
	client_expect_last(&c, "HTTP/1.1 408 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_BODY_TIME);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(body_with_too_little_progress_is_408)
{
	config.limits.body_ms = 30;
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9999999\r\n\r\n");
	for (int i = 0; last_fault == HTTP_FAULT_NONE; i++) { // the trickle does not help
		ck_assert_int_lt(i, PUMPS);
		(void)client_offer(&c, STR("a"));
		wait_a_bit(&c);
	}
	ck_assert_int_eq(last_fault, HTTP_FAULT_BODY_TIME);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(idle_connection_is_closed_quietly)
{
	config.limits.idle_ms = 20;
	start();
	struct client c = client_connect();
	client_send(&c, GET);
	client_expect_end(&c, EMPTY);
	pump_until_ended(1);
	ck_assert(!ended.by_peer);
	ck_assert_int_eq(last_fault, HTTP_FAULT_NONE);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(connection_that_brought_telemetry_waits_without_a_timer)
{
	start();
	struct client c = client_connect();
	client_send(&c, "POST /v1/logs HTTP/1.1\r\n" HOST "\r\n");
	client_expect(&c, EMPTY);
	const struct http_conn *conn = list_entry(
		server.host.connections.next, const struct http_conn, link);
	ck_assert_uint_eq(conn->deadline_ms, UINT64_MAX);
	ck_assert_ptr_null(conn->parser.held.data);
	ck_assert_ptr_null(conn->parser.body.data);
	ck_assert_uint_le(sizeof(*conn), 2048);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(nobody_connected_means_no_wake_ups)
{
	config.limits.idle_ms = 10;
	start();
	struct client c = client_connect();
	client_send(&c, GET);
	client_expect_end(&c, EMPTY);
	client_close(&c);
	pump_until_ended(1);
	for (int i = 0; uv_is_active((uv_handle_t *)&server.host.timer); i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
		(void)poll(NULL, 0, 1);
	}
	finish();
}
END_TEST

START_TEST(oldest_idle_connection_makes_room)
{
	config.limits.connections = 2;
	start();
	struct client first = client_connect();
	client_send(&first, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na"); // busy
	settle();
	struct client second = client_connect();
	client_send(&second, GET);
	client_expect(&second, EMPTY);
	struct client third = client_connect();
	client_send(&third, GET);
	client_expect(&third, EMPTY);
	client_expect_end(&second, "");
	client_send(&first, "bc");
	client_expect(&first, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
	ck_assert(!ended.by_peer);
	client_close(&first);
	client_close(&second);
	client_close(&third);
	finish();
}
END_TEST

START_TEST(connection_over_the_limit_is_told_so)
{
	config.limits.connections = 1;
	start();
	struct client busy = client_connect();
	client_send(&busy, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\na");
	settle();
	struct client refused = client_connect();
	client_expect_last(&refused, "HTTP/1.1 503 ");
	ck_assert(str_contains(buf_str(&refused.in), STR("\r\nRetry-After: 1\r\n")));
	ck_assert_uint_eq(server.host.service.counters.connections_refused, 1);
	client_send(&busy, "b");
	client_expect(&busy, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
	client_close(&busy);
	client_close(&refused);
	finish();
}
END_TEST

static struct client client_with_telemetry(void)
{
	struct client c = client_connect();
	client_send(&c, "POST /v1/logs HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
	client_expect(&c, EMPTY);
	return c;
}

START_TEST(half_sent_heads_give_way_first)
{
	enum { HALF = 6 };
	config.limits.connections = 4;
	start();
	struct client telemetry = client_with_telemetry(), half[HALF];
	for (size_t i = 0; i < HALF; i++) {
		half[i] = client_connect();
		client_send(&half[i], "POST /echo HTTP/1.1\r\n");
		settle();
	}
	struct client new = client_connect();
	client_send(&new, GET);
	client_expect(&new, EMPTY);
	client_send(&telemetry, GET);
	client_expect(&telemetry, EMPTY);
	client_expect_last(&half[0], "HTTP/1.1 503 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_CONNECTIONS);
	ck_assert_uint_eq(server.host.service.counters.connections_refused, 4);
	for (size_t i = 0; i < HALF; i++) {
		client_close(&half[i]);
	}
	client_close(&new);
	client_close(&telemetry);
	finish();
}
END_TEST

static void leave_descriptors(unsigned count)
{
	int lowest_free = dup(STDERR_FILENO);
	struct rlimit limit = {(rlim_t)lowest_free + count, (rlim_t)lowest_free + count};
	close(lowest_free);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(last_descriptors_are_held_back)
{
	start();
	struct client busy = client_connect();
	client_send(&busy, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n");
	settle();
	leave_descriptors(7); // both ends are ours: one for the client, six that are held back
	struct client refused = client_connect();
	client_expect_last(&refused, "HTTP/1.1 503 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_DESCRIPTORS);
	client_close(&refused);
	client_send(&busy, "x");
	client_expect(&busy, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
	struct client new = client_connect(); // one that is idle gives way
	client_send(&new, GET);
	client_expect(&new, EMPTY);
	client_expect_end(&busy, "");
	client_close(&busy);
	client_close(&new);
	finish();
}
END_TEST

START_TEST(memory_in_flight_has_a_limit)
{
	static char body[100 << 10];
	config.limits.memory_bytes = 64 << 10;
	start();
	struct client c = client_connect();
	client_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 900000\r\n\r\n");
	client_send_bytes(&c, (struct str){body, sizeof(body)});
	client_expect_last(&c, "HTTP/1.1 503 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_MEMORY);
	client_close(&c);
	finish();
}
END_TEST

#define LARGE_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n"

static void expect_large(struct client *c)
{
	client_expect(c, LARGE_HEAD);
	for (int i = 0; i < 16; i++) {
		static char part[65536];
		memset(part, 'x', sizeof(part));
		client_expect_bytes(c, (struct str){part, sizeof(part)});
	}
}

START_TEST(client_that_does_not_read_is_not_read_from)
{
	enum { REQUESTS = 50 };
	static const char request[] = "GET /large HTTP/1.1\r\n" HOST "\r\n";
	start();
	struct client c = client_connect();
	for (int i = 0; i < REQUESTS; i++) {
		client_send(&c, request);
	}
	settle();
	ck_assert_uint_lt(handled, REQUESTS);
	ck_assert_uint_le(server.host.service.memory.used_bytes, 4 << 20);
	for (int i = 0; i < REQUESTS; i++) {
		expect_large(&c);
	}
	ck_assert_uint_eq(handled, REQUESTS);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(client_that_never_reads_is_dropped)
{
	config.limits.unsent_ms = 20;
	start();
	struct client c = client_connect();
	for (int i = 0; i < 20; i++) {
		client_send(&c, "GET /large HTTP/1.1\r\n" HOST "\r\n");
	}
	pump_until_ended(1);
	ck_assert(!ended.by_peer);
	ck_assert_int_eq(last_fault, HTTP_FAULT_UNSENT);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(connection_has_one_number_for_all_its_requests)
{
	start();
	struct client a = client_connect(), b = client_connect();
	client_send(&a, GET);
	client_expect(&a, EMPTY);
	uint64_t id = last_peer.connection_id;
	ck_assert(last_peer.is_loopback);
	ck_assert_int_eq(strncmp(last_peer.address, "127.0.0.1:", 10), 0);
	client_send(&b, GET);
	client_expect(&b, EMPTY);
	ck_assert_uint_ne(last_peer.connection_id, id);
	client_send(&a, GET);
	client_expect(&a, EMPTY);
	ck_assert_uint_eq(last_peer.connection_id, id);
	client_close(&a);
	pump_until_ended(1);
	ck_assert_uint_eq(ended.id, id);
	ck_assert(ended.by_peer);
	client_close(&b);
	finish();
}
END_TEST

START_TEST(stop_refuses_what_is_not_whole)
{
	start();
	struct client idle = client_connect(), busy = client_connect(), stuck = client_connect();
	client_send(&idle, GET);
	client_expect(&idle, EMPTY);
	client_send(&busy, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na");
	for (int i = 0; i < 20; i++) {
		client_send(&stuck, "GET /large HTTP/1.1\r\n" HOST "\r\n");
	}
	settle();
	config.limits.stop_ms = 10;
	server.host.service.limits.stop_ms = 10;
	http_server_stop(&server, on_stopped, NULL);
	client_expect_last(&busy, "HTTP/1.1 503 ");
	client_expect_end(&idle, "");
	pump_until(&stopped); // although stuck never reads
	client_close(&idle);
	client_close(&busy);
	client_close(&stuck);
	finish();
}
END_TEST

START_TEST(stop_ends_at_once_when_all_are_idle)
{
	server.host.service.limits.stop_ms = UINT32_MAX;
	config.limits.stop_ms = UINT32_MAX;
	start();
	struct client c = client_connect();
	client_send(&c, GET);
	client_expect(&c, EMPTY);
	finish(); // would not end in our time otherwise
	client_expect_end(&c, "");
	client_close(&c);
}
END_TEST

static Suite *http_server_suite(void)
{
	Suite *suite = suite_create("http_server");
	TCase *talk = tcase_create("talk"), *limits = tcase_create("limits"),
	      *ends = tcase_create("ends");
	TCase *all[] = {talk, limits, ends};
	tcase_add_test(talk, bytes_may_come_one_by_one);
	tcase_add_test(talk, pipelined_requests_are_answered_in_order);
	tcase_add_test(talk, large_body_is_put_together);
	tcase_add_test(talk, half_closed_client_gets_its_answer);
	tcase_add_test(talk, truncated_request_is_not_handled);
	tcase_add_test(talk, vanished_client_is_let_go);
	tcase_add_test(talk, waiting_client_is_told_to_go_on);
	tcase_add_test(talk, noise_is_answered_and_closed);
	tcase_add_test(talk, connection_has_one_number_for_all_its_requests);
	tcase_add_test(talk, client_that_sends_all_still_sees_why_not);
	tcase_add_test(limits, drained_bytes_have_a_limit);
	tcase_add_test(limits, slow_head_is_408);
	tcase_add_test(limits, body_without_progress_is_408);
	tcase_add_test(limits, body_with_too_little_progress_is_408);
	tcase_add_test(limits, idle_connection_is_closed_quietly);
	tcase_add_test(limits, connection_that_brought_telemetry_waits_without_a_timer);
	tcase_add_test(limits, nobody_connected_means_no_wake_ups);
	tcase_add_test(limits, oldest_idle_connection_makes_room);
	tcase_add_test(limits, connection_over_the_limit_is_told_so);
	tcase_add_test(limits, half_sent_heads_give_way_first);
	tcase_add_test(limits, last_descriptors_are_held_back);
	tcase_add_test(limits, memory_in_flight_has_a_limit);
	tcase_add_test(limits, client_that_does_not_read_is_not_read_from);
	tcase_add_test(limits, client_that_never_reads_is_dropped);
	tcase_add_test(ends, stop_refuses_what_is_not_whole);
	tcase_add_test(ends, stop_ends_at_once_when_all_are_idle);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		tcase_add_checked_fixture(all[i], setup, NULL);
		tcase_set_timeout(all[i], 60);
		suite_add_tcase(suite, all[i]);
	}
	return suite;
}

int main(void)
{
	return suite_run(http_server_suite());
}
