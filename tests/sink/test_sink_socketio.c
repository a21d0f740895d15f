#include "sink/sink_socketio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/http_stream.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"
#include "sink/socketio_peer.h"
#include "sink/ws_frame.h"
#include "sink/ws_reader.h"
#include "support/sessions.h"
#include "support/suite.h"

/* In place of http_stream.c: keeps what is written, and takes it away when the test says so. */
struct http_stream {
	struct buf unsent, all;
	size_t limit;
	http_stream_drained *drained;
	http_stream_closed *closed;
	http_stream_received *received;
	void *data;
	bool slow; // the peer reads nothing
	bool ended;
};

void http_stream_on(struct http_stream *stream, http_stream_drained *drained,
	http_stream_closed *closed, void *data)
{
	stream->drained = drained;
	stream->closed = closed;
	stream->data = data;
}

void http_stream_on_received(struct http_stream *stream, http_stream_received *received)
{
	stream->received = received;
}

void http_stream_limit_unsent(struct http_stream *stream, size_t bytes)
{
	stream->limit = bytes;
}

int http_stream_write(struct http_stream *stream, struct str bytes)
{
	if (stream->ended) {
		return -EPIPE;
	}
	buf_append_str(&stream->all, bytes);
	return stream->slow ? buf_append_str(&stream->unsent, bytes) : 0;
}

size_t http_stream_unsent_bytes(const struct http_stream *stream)
{
	return stream->unsent.size;
}

void http_stream_end_with(struct http_stream *stream, struct str bytes)
{
	buf_append_str(&stream->all, bytes);
	stream->ended = true;
}

enum { STREAMS = 3, DASHBOARD_TYPES = (1 << SINK_TYPE_COUNT) - 1 };

static uv_loop_t loop;
static struct list sessions;
static struct sink_hub hub;
static struct sink *sink;
static struct session s;
static struct http_stream streams[STREAMS];
static unsigned rejected; // the last code
static unsigned wanted;

static bool is_token(struct str token, void *data)
{
	ck_assert_ptr_eq(data, &streams);
	return str_equal(token, STR("s3cret"));
}

static void on_reject(const char *address, const struct ws_end *how, void *data)
{
	ck_assert_ptr_eq(data, &streams);
	ck_assert_str_eq(address, "127.0.0.1:5");
	rejected = how->code;
}

static void on_wanted(enum sink_type type, void *data)
{
	(void)data;
	wanted |= 1U << type;
}

static void setup(void)
{
	const struct sink_socketio_calls calls = {is_token, on_reject, &streams};
	uv_loop_init(&loop);
	list_init(&sessions);
	s = sessions_bare();
	list_append(&sessions, &s.link);
	sink_hub_init(&hub, &sessions, 100);
	hub.on_wanted = on_wanted;
	sink = sink_socketio_create(&hub, &loop, &calls);
	memset(streams, 0, sizeof(streams));
	for (int i = 0; i < STREAMS; i++) {
		buf_init(&streams[i].unsent, 1 << 30);
		buf_init(&streams[i].all, 1 << 30);
	}
	rejected = wanted = 0;
}

static void close_stream(int i)
{
	if (streams[i].closed != NULL) {
		streams[i].closed(&streams[i], streams[i].data);
		streams[i].closed = NULL;
	}
}

static void teardown(void)
{
	sink_hub_close(&hub);
	sink_hub_finish(&hub);
	for (int i = 0; i < STREAMS; i++) {
		close_stream(i);
		buf_finish(&streams[i].unsent);
		buf_finish(&streams[i].all);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* Frames that stream i got since the last call, each as a line: a text, or the code of a close. */
static const char *take(int i)
{
	static struct buf lines;
	buf_finish(&lines);
	buf_init(&lines, 1 << 30);
	const unsigned char *at = (const unsigned char *)streams[i].all.data;
	const unsigned char *end = at + streams[i].all.size;
	while (at < end) {
		size_t bytes = at[1] < 126 ? 0 : at[1] == 126 ? 2 : 8, size = bytes > 0 ? 0 : at[1];
		for (size_t k = 0; k < bytes; k++) {
			size = size << 8 | at[2 + k];
		}
		const unsigned char *payload = at + 2 + bytes;
		if (at[0] == 0x88) {
			buf_printf(&lines, "close %u\n", (unsigned)payload[0] << 8 | payload[1]);
		} else {
			ck_assert_uint_eq(at[0], 0x81);
			buf_append(&lines, payload, size);
			buf_append_char(&lines, '\n');
		}
		at = payload + size;
	}
	buf_append_char(&lines, '\0');
	buf_clear(&streams[i].all);
	return lines.data;
}

static int count(const char *text, const char *what)
{
	int n = 0;
	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void open_stream(int i, unsigned types, bool needs_token)
{
	const struct sink_socketio_options options = {types, needs_token, "127.0.0.1:5"};
	sink_socketio_open(sink, &streams[i], &options);
}

/* One text frame of the client's, short, with a mask of zeros. */
static void say(int i, const char *text)
{
	char frame[128] = {(char)0x81, (char)(0x80 | strlen(text))};
	memcpy(frame + 6, text, strlen(text));
	streams[i].received(&streams[i], frame, 6 + strlen(text), streams[i].data);
}

static void join(int i)
{
	open_stream(i, DASHBOARD_TYPES, false);
	say(i, "40/dashboard,");
	take(i);
}

static void change(int turn)
{
	s.turn = turn;
	struct session_change c = sessions_change(&s, SESSION_IDLE);
	sink_hub_update(&hub, &c, sessions_now);
}

static void post(enum sink_type type, const char *line, const char *whole)
{
	sink_hub_post(
		&hub, &(struct sink_message){
			      .type = type, .line = str_from(line), .whole = str_from(whole)});
}

START_TEST(client_is_told_all_that_is_true_when_it_joins)
{
	open_stream(0, DASHBOARD_TYPES, false);
	ck_assert(begins(take(0), "0{\"sid\":\""));
	ck_assert_uint_eq(sink_socketio_count(sink), 1);
	change(2);
	ck_assert_str_eq(take(0), "");
	ck_assert(!sink_hub_has_readers(&hub, SINK_STATS));
	say(0, "40/dashboard,");
	const char *text = take(0);
	ck_assert(begins(text, "40/dashboard,{\"sid\":\""));
	ck_assert_int_eq(count(text, "\n42/dashboard,[\"connection_ack\",{"), 1);
	ck_assert_int_eq(count(text, "\n42/dashboard,[\"session_list\",{\"type\":"), 1);
	ck_assert_int_eq(count(text, "],\"seq\":100}]\n"), 1);
	ck_assert_uint_eq(wanted, 1U << SINK_STATS | 1U << SINK_COST);
	ck_assert(sink_hub_has_readers(&hub, SINK_STATS));
}
END_TEST

START_TEST(messages_become_events_with_a_number)
{
	join(0);
	join(1);
	change(2);
	const char *text = take(0);
	ck_assert(begins(text, "42/dashboard,[\"session_update\",{\"type\":\"session_update\","));
	ck_assert_int_eq(count(text, ",\"seq\":100}]\n"), 1);
	take(1);
	post(SINK_EVENT, "{\"kind\":\"done\"}\n", NULL);
	ck_assert_str_eq(take(0), "42/dashboard,[\"event\",{\"kind\":\"done\",\"seq\":101}]\n");
	ck_assert_str_eq(take(1), "42/dashboard,[\"event\",{\"kind\":\"done\",\"seq\":101}]\n");
	post(SINK_STATS, "{\"n\":1}\n", "{\"n\":1,\"m\":2}\n");
	ck_assert_str_eq(take(0), "42/dashboard,[\"stats\",{\"n\":1,\"m\":2,\"seq\":102}]\n");
	post(SINK_STATS, "{\"n\":2}\n", "{\"n\":2,\"m\":2}\n");
	ck_assert_str_eq(take(0), "42/dashboard,[\"stats\",{\"n\":2,\"seq\":103}]\n");
	post(SINK_COST, "{\"costs\":{}}\n", NULL);
	ck_assert_str_eq(take(0), "42/dashboard,[\"cost.update\",{\"costs\":{},\"seq\":103}]\n");
	say(0, "41/dashboard,");
	post(SINK_EVENT, "{}\n", NULL);
	change(3);
	ck_assert_str_eq(take(0), "");
	ck_assert_int_eq(count(take(1), "\n"), 5);
}
END_TEST

START_TEST(types_choose)
{
	open_stream(0, 1U << SINK_EVENT, false);
	say(0, "40/dashboard,");
	ck_assert_int_eq(count(take(0), "session_list"), 0);
	change(2);
	post(SINK_STATS, "{}\n", NULL);
	ck_assert_str_eq(take(0), "");
	post(SINK_EVENT, "{}\n", NULL);
	ck_assert_int_eq(count(take(0), "[\"event\",{\"seq\":102}]"), 1);
	ck_assert_uint_eq(wanted, 0);
}
END_TEST

START_TEST(token_comes_before_events)
{
	open_stream(0, DASHBOARD_TYPES, true);
	take(0);
	say(0, "40/dashboard,");
	ck_assert_str_eq(take(0), "44/dashboard,{\"message\":\"Unauthorized\"}\n");
	say(0, "40/dashboard,{\"token\":\"s3cret\"}");
	ck_assert_int_eq(count(take(0), "session_list"), 2);
}
END_TEST

START_TEST(slow_client_loses_its_backlog_and_gets_all_anew)
{
	static char line[8192];
	join(0);
	post(SINK_STATS, "", "{}\n");
	take(0);
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "{\"a\":1", 6);
	line[sizeof(line) - 2] = '}';
	streams[0].slow = true;
	for (int i = 0; i < 200; i++) {
		post(SINK_EVENT, line, NULL);
	}
	ck_assert_uint_le(streams[0].unsent.size, 1 << 20);
	ck_assert_uint_gt(streams[0].unsent.size, 1000000);
	take(0);
	wanted = 0;
	streams[0].slow = false;
	buf_clear(&streams[0].unsent);
	streams[0].drained(&streams[0], streams[0].data);
	const char *text = take(0);
	ck_assert(begins(text, "42/dashboard,[\"session_list\","));
	ck_assert_int_eq(count(text, "\"seq\":299}]\n"), 1);
	ck_assert_uint_eq(wanted, 1U << SINK_STATS | 1U << SINK_COST);
	post(SINK_STATS, "{\"n\":1}\n", "{\"all\":1}\n");
	ck_assert_str_eq(take(0), "42/dashboard,[\"stats\",{\"all\":1,\"seq\":300}]\n");
	ck_assert_uint_eq(rejected, 0);
}
END_TEST

START_TEST(pings_come_only_while_somebody_is_connected)
{
	ck_assert_int_eq(uv_loop_alive(&loop), 0);
	join(0);
	join(1);
	ck_assert_int_ne(uv_loop_alive(&loop), 0);
	ck_assert_int_le(uv_backend_timeout(&loop), SOCKETIO_PING_MS);
	close_stream(0);
	ck_assert_uint_eq(sink_socketio_count(sink), 1);
	ck_assert_int_ne(uv_loop_alive(&loop), 0);
	close_stream(1);
	ck_assert_uint_eq(sink_socketio_count(sink), 0);
	ck_assert_int_eq(uv_loop_alive(&loop), 0);
	ck_assert(!sink_hub_has_readers(&hub, SINK_EVENT));
}
END_TEST

static void fire(uv_handle_t *handle, void *data)
{
	(void)data;
	uv_timer_t *timer = (uv_timer_t *)handle;
	ck_assert_int_eq(handle->type, UV_TIMER);
	timer->timer_cb(timer);
}

/* As if SOCKETIO_PING_MS had passed. */
static void tick(void)
{
	uv_walk(&loop, fire, NULL);
}

START_TEST(client_that_does_not_read_is_let_go_at_the_second_ping)
{
	static char line[64 * 1024];
	join(0);
	join(1);
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "{\"a\":1", 6);
	line[sizeof(line) - 2] = '}';
	streams[0].slow = true;
	for (int i = 0; i < 20; i++) {
		post(SINK_EVENT, line, NULL);
	}
	take(0);
	take(1);
	tick();
	ck_assert_str_eq(take(0), ""); // not even a ping: there is no room
	ck_assert_str_eq(take(1), "2\n");
	tick();
	ck_assert_str_eq(take(0), "close 1013\n");
	ck_assert_str_eq(take(1), "2\n");
	ck_assert_uint_eq(rejected, WS_CLOSE_TRY_AGAIN);
	ck_assert_uint_eq(sink_socketio_count(sink), 1);
	say(1, "3");
	tick();
	ck_assert_str_eq(take(1), "2\n");
}
END_TEST

START_TEST(client_that_does_not_answer_pings_is_let_go)
{
	join(0);
	tick();
	tick();
	ck_assert_str_eq(take(0), "2\n2\n");
	tick();
	ck_assert_str_eq(take(0), "close 1008\n");
	ck_assert_uint_eq(sink_socketio_count(sink), 0);
}
END_TEST

START_TEST(client_that_is_wrong_is_ended_and_logged)
{
	char unmasked[] = "\x81\x01x";
	join(0);
	join(1);
	say(0, "nonsense");
	ck_assert_str_eq(take(0), "close 1008\n");
	ck_assert(streams[0].ended);
	ck_assert_uint_eq(rejected, WS_CLOSE_POLICY);
	streams[1].received(&streams[1], unmasked, 3, streams[1].data);
	ck_assert_str_eq(take(1), "close 1002\n");
	ck_assert_uint_eq(rejected, WS_CLOSE_PROTOCOL);
	ck_assert_uint_eq(sink_socketio_count(sink), 0);
	change(2);
	ck_assert_str_eq(take(0), "");
	streams[0].drained(&streams[0], streams[0].data);
	say(0, "3");
}
END_TEST

START_TEST(client_that_leaves_is_no_news)
{
	char frame[] = "\x88\x82\0\0\0\0\x03\xe8";
	join(0);
	streams[0].received(&streams[0], frame, 8, streams[0].data);
	ck_assert_str_eq(take(0), "close 1000\n");
	join(1);
	say(1, "1");
	ck_assert_str_eq(take(1), "close 1000\n");
	ck_assert_uint_eq(rejected, 0);
}
END_TEST

START_TEST(close_tells_all_that_the_daemon_stops)
{
	join(0);
	open_stream(1, DASHBOARD_TYPES, false);
	take(1);
	sink_hub_close(&hub);
	ck_assert_str_eq(take(0), "close 1001\n");
	ck_assert_str_eq(take(1), "close 1001\n");
	ck_assert(streams[0].ended && streams[1].ended);
	streams[0].drained(&streams[0], streams[0].data);
}
END_TEST

static Suite *sink_socketio_suite(void)
{
	Suite *suite = suite_create("sink_socketio");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, client_is_told_all_that_is_true_when_it_joins);
	tcase_add_test(tc, messages_become_events_with_a_number);
	tcase_add_test(tc, types_choose);
	tcase_add_test(tc, token_comes_before_events);
	tcase_add_test(tc, slow_client_loses_its_backlog_and_gets_all_anew);
	tcase_add_test(tc, pings_come_only_while_somebody_is_connected);
	tcase_add_test(tc, client_that_does_not_read_is_let_go_at_the_second_ping);
	tcase_add_test(tc, client_that_does_not_answer_pings_is_let_go);
	tcase_add_test(tc, client_that_is_wrong_is_ended_and_logged);
	tcase_add_test(tc, client_that_leaves_is_no_news);
	tcase_add_test(tc, close_tells_all_that_the_daemon_stops);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_socketio_suite());
}
