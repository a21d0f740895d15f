/* Connections that go over to another protocol: bytes in both directions,
 * slow readers, the ends. */
#include "http/http_response.h"

#include "base/mem.h"
#include "http/http_conn.h"
#include "http/http_later.h"
#include "http/http_stream.h"
#include "http_testing.h"
#include "support/suite.h"

#define ASK                                                                                        \
	"GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"             \
	"Upgrade: h2c, Echo\r\n\r\n"
#define SWITCHED                                                                                   \
	"HTTP/1.1 101 Switching Protocols\r\nX-Key: k\r\nConnection: Upgrade\r\n"                  \
	"Upgrade: echo\r\n\r\n"

enum { BLOCK_BYTES = 64 << 10 };

static struct http_stream *stream; // the last one opened, until closed
static struct buf received;
static size_t closed_count, drained_count;
static bool echoes, ends_on_bytes;
static struct http_later *later;

static void on_received(struct http_stream *from, char *bytes, size_t size, void *data)
{
	ck_assert_ptr_eq(data, &received);
	ck_assert_uint_gt(size, 0);
	ck_assert_int_eq(buf_append(&received, bytes, size), 0);
	if (ends_on_bytes) {
		http_stream_end_with(from, STR("bye"));
	} else if (echoes) {
		ck_assert_int_eq(http_stream_write(from, (struct str){bytes, size}), 0);
	}
	memset(bytes, '#', size);
}

static void on_drained(struct http_stream *from, void *data)
{
	(void)data;
	ck_assert_uint_eq(http_stream_unsent_bytes(from), 0);
	drained_count++;
}

static void on_closed(struct http_stream *from, void *data)
{
	(void)data;
	ck_assert_ptr_eq(from, stream);
	stream = NULL;
	closed_count++;
}

static void on_opened(struct http_stream *opened, const struct http_request *req, void *data)
{
	ck_assert(str_starts_with(req->path, STR("/echo")));
	ck_assert_int_gt(req->now.wall_ms, 0);
	stream = opened;
	http_stream_on(stream, on_drained, on_closed, data);
	http_stream_on_received(stream, on_received);
}

static void upgrade(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	(void)data;
	handled++;
	http_response_header(res, "X-Key", STR("k"));
	http_response_upgrade(res, "echo", on_opened, &received);
}

static void upgrade_if_asked(const struct http_request *req, struct http_response *res, void *data)
{
	if (http_request_upgrades_to(req, STR("echo"))) {
		upgrade(req, res, data);
	} else {
		http_response_status(res, 400);
	}
}

static void upgrade_later(const struct http_request *req, struct http_response *res, void *data)
{
	(void)data;
	later = http_later_begin(req, res, NULL, NULL);
}

static void at_once(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	(void)res;
	(void)data;
}

static const struct http_route routes[] = {
	{"/echo", HTTP_GET | HTTP_POST, upgrade_if_asked, NULL, 0, 0},
	{"/echo/always", HTTP_GET, upgrade, NULL, 0, 0},
	{"/echo/later", HTTP_GET, upgrade_later, NULL, 0, 0},
	{"/now", HTTP_GET, at_once, NULL, 0, 0},
};

static void setup(void)
{
	prepare(routes, ARRAY_SIZE(routes));
	buf_init(&received, 64 << 20);
	stream = NULL;
	closed_count = drained_count = 0;
	echoes = true;
	ends_on_bytes = false;
}

static void teardown(void)
{
	buf_finish(&received);
}

static struct client open_echo(void)
{
	struct client c = client_connect();
	client_send(&c, ASK);
	client_expect(&c, SWITCHED);
	ck_assert_ptr_nonnull(stream);
	return c;
}

START_TEST(bytes_go_both_ways)
{
	start();
	struct client c = open_echo();
	ck_assert_uint_eq(server.host.service.counters.streams_open, 1);
	ck_assert_uint_eq(server.host.service.counters.connections_open, 0);
	client_send(&c, "GET / HTTP/1.1\r\n\r\n"); // is no request any more
	client_expect(&c, "GET / HTTP/1.1\r\n\r\n");
	ck_assert_int_eq(http_stream_write(stream, STR("by itself")), 0);
	client_expect(&c, "by itself");
	ck_assert_uint_eq(handled, 1);
	client_close(&c);
	pump_until_count(&closed_count, 1);
	ck_assert(ended.by_peer);
	finish();
}
END_TEST

START_TEST(bytes_behind_the_request_belong_to_the_protocol)
{
	start();
	struct client c = client_connect();
	client_send(&c, ASK "at once");
	client_expect(&c, SWITCHED "at once");
	client_close(&c);
	c = client_connect();
	client_send(&c, "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n" ASK "again");
	client_expect(&c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" SWITCHED "again");
	client_close(&c);
	pump_until_count(&closed_count, 2);
	finish();
}
END_TEST

START_TEST(upgrade_may_come_later)
{
	start();
	struct client c = client_connect();
	client_send(&c, "GET /echo/later HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n"
			"Upgrade: echo\r\n\r\nearly");
	for (int i = 0; later == NULL; i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
	}
	settle();
	http_later_answer(later, upgrade, NULL);
	client_expect(&c, SWITCHED "early");
	client_send(&c, "more");
	client_expect(&c, "more");
	client_close(&c);
	pump_until_count(&closed_count, 1);
	finish();
}
END_TEST

static void check_answer(const char *request, const char *status_line)
{
	struct client c = client_connect();
	client_send(&c, request);
	client_expect(&c, status_line);
	client_close(&c);
	ck_assert_ptr_null(stream);
}

START_TEST(only_who_asks_is_upgraded)
{
	start();
	check_answer("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 ");
	check_answer(
		"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\n\r\n", "HTTP/1.1 400 ");
	check_answer("GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n"
		     "Upgrade: echoes, websocket\r\n\r\n",
		"HTTP/1.1 400 ");
	check_answer("GET /echo HTTP/1.0\r\nHost: localhost\r\nConnection: upgrade\r\n"
		     "Upgrade: echo\r\n\r\n",
		"HTTP/1.1 400 ");
	check_answer("HEAD /echo HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n"
		     "Upgrade: echo\r\n\r\n",
		"HTTP/1.1 400 ");
	check_answer("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n"
		     "Upgrade: echo\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 400 ");
	check_answer("GET /echo/always HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 500 ");
	ck_assert_int_eq(last_fault, HTTP_FAULT_UPGRADE);
	check_answer("GET /now HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n"
		     "Upgrade: echo\r\n\r\nGET /now HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n");
	finish();
}
END_TEST

/* Until the socket takes nothing more. */
static size_t fill_up(void)
{
	static char block[BLOCK_BYTES];
	size_t written = 0;
	memset(block, 'b', sizeof(block));
	for (int i = 0; http_stream_unsent_bytes(stream) == 0; i++) {
		ck_assert_int_lt(i, PUMPS);
		ck_assert_int_eq(http_stream_write(stream, (struct str){block, sizeof(block)}), 0);
		written += sizeof(block);
	}
	return written;
}

START_TEST(slow_reader_is_seen)
{
	start();
	struct client c = open_echo();
	static char block[BLOCK_BYTES];
	size_t written = fill_up();
	memset(block, 'b', sizeof(block));
	http_stream_limit_unsent(stream, 1 << 20);
	int r;
	while ((r = http_stream_write(stream, (struct str){block, sizeof(block)})) == 0) {
		written += sizeof(block);
		ck_assert_uint_le(http_stream_unsent_bytes(stream), 1 << 20);
	}
	ck_assert_int_eq(r, -ENOBUFS);
	ck_assert_uint_eq(drained_count, 0);
	size_t got = 0;
	for (int i = 0; got < written; i++) { // it does read after all
		ck_assert_int_lt(i, PUMPS);
		ck_assert(client_take(&c));
		got += c.in.size;
		buf_clear(&c.in);
		pump();
	}
	settle();
	ck_assert_uint_eq(drained_count, 1);
	ck_assert_int_eq(http_stream_write(stream, STR("on")), 0);
	client_expect(&c, "on");
	client_close(&c);
	pump_until_count(&closed_count, 1);
	finish();
}
END_TEST

START_TEST(reader_that_never_reads_is_dropped)
{
	config.limits.unsent_ms = 20;
	config.limits.head_ms = 40;
	start();
	struct client c = open_echo();
	(void)fill_up();
	pump_until_count(&closed_count, 1);
	ck_assert(!ended.by_peer);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(last_words_pass_the_limit)
{
	config.limits.stream_unsent_bytes = 1;
	start();
	struct client c = open_echo();
	size_t written = fill_up();
	ck_assert_int_eq(http_stream_write(stream, STR("no")), -ENOBUFS);
	http_stream_end_with(stream, STR("slow"));
	ck_assert_int_eq(http_stream_write(stream, STR("more")), -EPIPE);
	for (int i = 0; client_take(&c); i++) {
		ck_assert_int_lt(i, PUMPS);
		wait_a_bit(&c);
	}
	ck_assert_uint_eq(c.in.size, written + 4);
	ck_assert(str_ends_with(buf_str(&c.in), STR("slow")));
	client_close(&c);
	pump_until_count(&closed_count, 1);
	finish();
}
END_TEST

START_TEST(end_is_clean_though_the_peer_goes_on_sending)
{
	start();
	struct client c = open_echo();
	ends_on_bytes = true;
	client_send(&c, "first");
	client_send(&c, "second, which nobody reads");
	client_expect_end(&c, "bye"); // and no reset
	ck_assert(str_starts_with(buf_str(&received), STR("first")));
	ck_assert_uint_eq(closed_count, 0);
	client_close(&c);
	pump_until_count(&closed_count, 1);
	ck_assert(!ended.by_peer);
	finish();
}
END_TEST

START_TEST(peer_that_does_not_close_after_the_end_is_dropped)
{
	config.limits.drained_ms = 20;
	config.limits.head_ms = 40;
	start();
	struct client c = open_echo();
	http_stream_end(stream);
	client_expect_end(&c, "");
	pump_until_count(&closed_count, 1);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(stop_ends_it)
{
	start();
	struct client c = open_echo();
	http_server_stop(&server, on_stopped, NULL);
	client_expect_end(&c, "");
	client_close(&c);
	pump_until(&stopped);
	ck_assert_uint_eq(closed_count, 1);
	finish();
}
END_TEST

START_TEST(it_counts_as_a_stream)
{
	config.limits.streams = 1;
	config.limits.connections = 1;
	start();
	struct client c = open_echo(), other = client_connect();
	client_send(&other, ASK);
	client_expect(&other, "HTTP/1.1 503 Service Unavailable\r\n");
	ck_assert_int_eq(last_fault, HTTP_FAULT_STREAMS);
	client_close(&other);
	http_stream_end(stream); // what drains makes no room: it is no connection
	other = client_connect();
	client_send(&other, "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n");
	client_expect(&other, "HTTP/1.1 200 OK\r\n");
	client_close(&other);
	client_close(&c);
	pump_until_count(&closed_count, 1);
	finish();
}
END_TEST

START_TEST(idle_one_needs_no_timer)
{
	start();
	struct client c = open_echo();
	client_send(&c, "x");
	client_expect(&c, "x");
	const struct http_conn *conn = list_entry(
		server.host.connections.next, const struct http_conn, link);
	ck_assert_uint_eq(conn->deadline_ms, UINT64_MAX);
	client_close(&c);
	pump_until_count(&closed_count, 1);
	finish();
}
END_TEST

static Suite *http_upgrade_suite(void)
{
	Suite *suite = suite_create("http_upgrade");
	TCase *tcase = tcase_create("upgrade");
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, bytes_go_both_ways);
	tcase_add_test(tcase, bytes_behind_the_request_belong_to_the_protocol);
	tcase_add_test(tcase, upgrade_may_come_later);
	tcase_add_test(tcase, only_who_asks_is_upgraded);
	tcase_add_test(tcase, slow_reader_is_seen);
	tcase_add_test(tcase, reader_that_never_reads_is_dropped);
	tcase_add_test(tcase, last_words_pass_the_limit);
	tcase_add_test(tcase, end_is_clean_though_the_peer_goes_on_sending);
	tcase_add_test(tcase, peer_that_does_not_close_after_the_end_is_dropped);
	tcase_add_test(tcase, stop_ends_it);
	tcase_add_test(tcase, it_counts_as_a_stream);
	tcase_add_test(tcase, idle_one_needs_no_timer);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_upgrade_suite());
}
