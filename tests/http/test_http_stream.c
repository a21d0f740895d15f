/* Streams over real sockets: readers that read, stall and leave. */
#include "http/http_stream.h"

#include <stdio.h>

#include "base/mem.h"
#include "http/http_conn.h"
#include "http_testing.h"
#include "support/suite.h"

#define ASK "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define HEAD                                                                                       \
	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                                   \
	"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

enum { STREAMS = 64 };

static struct http_stream *streams[STREAMS];
static size_t opened_count, closed_count, drained_count;

static void on_drained(struct http_stream *stream, void *data)
{
	(void)data;
	ck_assert_uint_eq(http_stream_unsent_bytes(stream), 0);
	drained_count++;
}

static void on_closed(struct http_stream *stream, void *data)
{
	struct http_stream **slot = data;
	ck_assert_ptr_eq(*slot, stream);
	*slot = NULL;
	closed_count++;
}

static void on_opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)req;
	(void)data;
	ck_assert_uint_lt(opened_count, STREAMS);
	streams[opened_count] = stream;
	http_stream_on(stream, on_drained, on_closed, &streams[opened_count]);
	opened_count++;
}

static void on_stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_type(res, "text/event-stream");
	http_response_stream(res, on_opened, data);
}

/* What a sink does when a request has changed something: writes to all streams from within. */
static void on_publish(const struct http_request *req, struct http_response *res, void *data)
{
	(void)res;
	(void)data;
	for (size_t i = 0; i < opened_count; i++) {
		if (streams[i] != NULL) {
			(void)http_stream_write(streams[i], req->body);
		}
	}
}

static const struct http_route routes[] = {
	{"/stream", HTTP_GET, on_stream, NULL, 0, 0},
	{"/publish", HTTP_POST, on_publish, NULL, 0, 0},
};

static void setup(void)
{
	prepare(routes, ARRAY_SIZE(routes));
	opened_count = closed_count = drained_count = 0;
}

static struct client open_stream(void)
{
	struct client c = client_connect();
	client_send(&c, ASK);
	client_expect(&c, HEAD);
	return c;
}

START_TEST(lines_come_as_chunks)
{
	start();
	struct client c = open_stream();
	ck_assert_int_eq(http_stream_write(streams[0], STR("data: 1\n\n")), 0);
	ck_assert_int_eq(http_stream_write(streams[0], STR("")), 0);
	ck_assert_int_eq(http_stream_write(streams[0], STR("data: 0123456789\n\n")), 0);
	client_expect(&c, "9\r\ndata: 1\n\n\r\n12\r\ndata: 0123456789\n\n\r\n");
	ck_assert_uint_eq(http_stream_unsent_bytes(streams[0]), 0);
	ck_assert_uint_eq(server.host.service.counters.streams_open, 1);
	ck_assert_uint_eq(server.host.service.counters.connections_open, 0);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(old_clients_get_plain_bytes_up_to_the_end)
{
	start();
	struct client c = client_connect();
	client_send(&c, "GET /stream HTTP/1.0\r\n\r\n");
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
			  "Connection: close\r\n\r\n");
	ck_assert_int_eq(http_stream_write(streams[0], STR("line\n")), 0);
	http_stream_end(streams[0]);
	client_expect_end(&c, "line\n");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(end_is_told_to_both_sides)
{
	start();
	struct client c = open_stream();
	ck_assert_int_eq(http_stream_write(streams[0], STR("x")), 0);
	struct http_stream *stream = streams[0];
	http_stream_end(stream);
	ck_assert_uint_eq(closed_count, 0); // never from within
	ck_assert_int_eq(http_stream_write(stream, STR("y")), -EPIPE);
	http_stream_end(stream);
	client_expect_end(&c, "1\r\nx\r\n0\r\n\r\n");
	pump_until_count(&closed_count, 1);
	client_close(&c);
	finish();
	ck_assert_uint_eq(closed_count, 1);
}
END_TEST

START_TEST(client_that_leaves_is_noticed_once)
{
	start();
	struct client c = open_stream();
	client_close(&c);
	pump_until_count(&closed_count, 1);
	pump_until_ended(1);
	ck_assert(ended.by_peer);
	ck_assert_uint_eq(server.host.service.counters.streams_open, 0);
	finish();
	ck_assert_uint_eq(closed_count, 1);
}
END_TEST

START_TEST(one_that_left_does_not_disturb_the_others)
{
	struct linger at_once = {1, 0};
	start();
	struct client gone = open_stream(), stays = open_stream(), sender = client_connect();
	(void)setsockopt(gone.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	client_close(&gone);
	for (int i = 0; i < 3; i++) {
		client_send(&sender, "POST /publish HTTP/1.1\r\nHost: localhost\r\n"
				     "Content-Length: 4\r\n\r\nline");
		client_expect(&sender, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		client_expect(&stays, "4\r\nline\r\n");
	}
	pump_until_count(&closed_count, 1);
	ck_assert_ptr_null(streams[0]);
	client_close(&stays);
	client_close(&sender);
	finish();
}
END_TEST

/* Writes numbered lines until one is not taken; gives how many were. */
static size_t fill(struct http_stream *stream, size_t first)
{
	char line[1025];
	size_t n = first;
	for (;;) {
		(void)snprintf(line, sizeof(line), "%01024zu", n);
		int r = http_stream_write(stream, str_from(line));
		if (r != 0) {
			ck_assert_int_eq(r, -ENOBUFS);
			return n;
		}
		n++;
		ck_assert_uint_lt(n, 100000);
	}
}

static void expect_lines(struct client *c, size_t first, size_t end)
{
	char chunk[1040];
	for (size_t n = first; n < end; n++) {
		(void)snprintf(chunk, sizeof(chunk), "400\r\n%01024zu\r\n", n);
		client_expect(c, chunk);
	}
}

START_TEST(stalled_reader_costs_a_bounded_amount_and_loses_no_part)
{
	config.limits.stream_unsent_bytes = 64 << 10;
	start();
	struct client c = open_stream();
	size_t taken = fill(streams[0], 0);
	settle();
	ck_assert_uint_le(http_stream_unsent_bytes(streams[0]), 64 << 10);
	ck_assert_uint_eq(drained_count, 0);
	expect_lines(&c, 0, taken);
	settle();
	ck_assert_uint_eq(drained_count, 1);
	ck_assert_uint_eq(http_stream_unsent_bytes(streams[0]), 0);
	size_t more = fill(streams[0], taken);
	expect_lines(&c, taken, more);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(one_large_line_is_taken_whole)
{
	enum { SIZE = 8 << 20 };
	static char bytes[SIZE];
	memset(bytes, 'z', sizeof(bytes));
	start();
	struct client c = open_stream();
	ck_assert_int_eq(http_stream_write(streams[0], (struct str){bytes, SIZE}), 0);
	ck_assert_int_eq(http_stream_write(streams[0], (struct str){bytes, SIZE}), -ENOBUFS);
	client_expect(&c, "800000\r\n");
	client_expect_bytes(&c, (struct str){bytes, SIZE});
	client_expect(&c, "\r\n");
	client_close(&c);
	finish();
}
END_TEST

START_TEST(reader_that_never_reads_is_dropped)
{
	config.limits.unsent_ms = 20;
	start();
	struct client c = open_stream();
	(void)fill(streams[0], 0);
	pump_until_count(&closed_count, 1);
	ck_assert_int_eq(last_fault, HTTP_FAULT_UNSENT);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(streams_have_a_limit_of_their_own)
{
	config.limits.streams = 2;
	config.limits.connections = 1;
	start();
	struct client a = open_stream(), b = open_stream(), refused = client_connect();
	client_send(&refused, ASK);
	client_expect_last(&refused, "HTTP/1.1 503 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_STREAMS);
	ck_assert_uint_eq(opened_count, 2);
	client_close(&a);
	client_close(&b);
	client_close(&refused);
	finish();
}
END_TEST

START_TEST(stop_ends_streams)
{
	start();
	struct client c = open_stream();
	http_server_stop(&server, on_stopped, NULL);
	client_expect_end(&c, "0\r\n\r\n");
	pump_until(&stopped);
	ck_assert_uint_eq(closed_count, 1);
	ck_assert(!ended.by_peer);
	client_close(&c);
	finish();
}
END_TEST

/* Whatever breaks it off, no last chunk makes the part look whole. */
static void expect_broken_off(struct client *c)
{
	client_expect(c, "5\r\nwhole\r\n");
	client_expect_end(c, "");
	pump_until_count(&closed_count, 1);
}

START_TEST(abort_leaves_out_the_mark_of_the_end)
{
	start();
	struct client c = open_stream();
	ck_assert_int_eq(http_stream_write(streams[0], STR("whole")), 0);
	http_stream_abort(streams[0]);
	ck_assert_int_eq(http_stream_write(streams[0], STR("more")), -EPIPE);
	expect_broken_off(&c);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(stop_breaks_off_who_asks_for_it)
{
	start();
	struct client c = open_stream();
	http_stream_abort_at_stop(streams[0]);
	ck_assert_int_eq(http_stream_write(streams[0], STR("whole")), 0);
	http_server_stop(&server, on_stopped, NULL);
	expect_broken_off(&c);
	pump_until(&stopped);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(stream_without_unsent_bytes_needs_no_timer)
{
	start();
	struct client c = open_stream();
	ck_assert_int_eq(http_stream_write(streams[0], STR("x")), 0);
	const struct http_conn *conn = list_entry(
		server.host.connections.next, const struct http_conn, link);
	ck_assert_uint_eq(conn->deadline_ms, UINT64_MAX);
	client_close(&c);
	finish();
}
END_TEST

static Suite *http_stream_suite(void)
{
	Suite *suite = suite_create("http_stream");
	TCase *tcase = tcase_create("stream");
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, lines_come_as_chunks);
	tcase_add_test(tcase, old_clients_get_plain_bytes_up_to_the_end);
	tcase_add_test(tcase, end_is_told_to_both_sides);
	tcase_add_test(tcase, client_that_leaves_is_noticed_once);
	tcase_add_test(tcase, one_that_left_does_not_disturb_the_others);
	tcase_add_test(tcase, stalled_reader_costs_a_bounded_amount_and_loses_no_part);
	tcase_add_test(tcase, one_large_line_is_taken_whole);
	tcase_add_test(tcase, reader_that_never_reads_is_dropped);
	tcase_add_test(tcase, streams_have_a_limit_of_their_own);
	tcase_add_test(tcase, stop_ends_streams);
	tcase_add_test(tcase, abort_leaves_out_the_mark_of_the_end);
	tcase_add_test(tcase, stop_breaks_off_who_asks_for_it);
	tcase_add_test(tcase, stream_without_unsent_bytes_needs_no_timer);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_stream_suite());
}
