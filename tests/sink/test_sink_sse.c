#include "sink/sink_sse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/http_stream.h"
#include "sink/sink.h"
#include "sink/sink_hub.h"
#include "support/sessions.h"
#include "support/suite.h"

/* In place of http_stream.c: keeps what is written, and takes it away when the test says so. */
struct http_stream {
	struct buf unsent, all;
	http_stream_drained *drained;
	http_stream_closed *closed;
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

int http_stream_write(struct http_stream *stream, struct str bytes)
{
	buf_append_str(&stream->all, bytes);
	return stream->slow ? buf_append_str(&stream->unsent, bytes) : 0;
}

size_t http_stream_unsent_bytes(const struct http_stream *stream)
{
	return stream->unsent.size;
}

void http_stream_end(struct http_stream *stream)
{
	stream->ended = true;
}

static uv_loop_t loop;
static struct list sessions;
static struct sink_hub hub;
static struct sink *sink;
static struct session s;
static struct http_stream streams[3];

static void setup(void)
{
	uv_loop_init(&loop);
	list_init(&sessions);
	s = sessions_bare();
	list_append(&sessions, &s.link);
	sink_hub_init(&hub, &sessions, 100);
	sink = sink_sse_create(&hub, &loop);
	memset(streams, 0, sizeof(streams));
	for (int i = 0; i < 3; i++) {
		buf_init(&streams[i].unsent, 1 << 30);
		buf_init(&streams[i].all, 1 << 30);
	}
}

static void teardown(void)
{
	sink_hub_close(&hub);
	sink_hub_finish(&hub);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	for (int i = 0; i < 3; i++) {
		if (streams[i].closed != NULL) {
			streams[i].closed(&streams[i], streams[i].data);
		}
		buf_finish(&streams[i].unsent);
		buf_finish(&streams[i].all);
	}
}

static void open_stream(int i, const char *query, const char *last_event_id)
{
	struct sink_sse_options options;
	ck_assert(sink_sse_read_options(str_from(query), str_from(last_event_id), &options));
	sink_sse_open(sink, &streams[i], &options);
}

static void change(int turn)
{
	s.turn = turn;
	struct session_change c = sessions_change(&s, SESSION_IDLE);
	sink_hub_update(&hub, &c, sessions_now);
}

/* A turn of the loop in which that happens. */
static void tell_change(int turn)
{
	change(turn);
	sink_hub_flush(&hub, sessions_now);
}

/* What stream i got since the last call, NUL-terminated; valid until the next. */
static const char *take(int i)
{
	static struct buf taken;
	buf_finish(&taken);
	buf_init(&taken, 1 << 30);
	buf_append_str(&taken, buf_str(&streams[i].all));
	buf_append_char(&taken, '\0');
	buf_clear(&streams[i].all);
	return taken.data;
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

START_TEST(list_first_then_changes_framed)
{
	open_stream(0, "", "");
	const char *text = take(0);
	const char *list = "event: session_list\nid: 99\ndata: {\"type\":\"session_list\"";
	ck_assert_int_eq(strncmp(text, list, strlen(list)), 0);
	ck_assert_str_eq(text + strlen(text) - 4, "]}\n\n");
	tell_change(2);
	text = take(0);
	const char *update = "event: session_update\nid: 100\ndata: {\"type\":\"session_update\"";
	ck_assert_int_eq(strncmp(text, update, strlen(update)), 0);
	sink_hub_broadcast(&hub, sessions_now);
	sink_hub_flush(&hub, sessions_now);
	const char *again = "event: session_list\nid: 100\n";
	ck_assert_int_eq(strncmp(take(0), again, strlen(again)), 0);
}
END_TEST

START_TEST(every_reader_gets_the_same)
{
	open_stream(0, "", "");
	open_stream(1, "", "");
	take(0);
	take(1);
	tell_change(2);
	ck_assert_int_eq(count(take(0), "id: 100"), 1);
	ck_assert_int_eq(count(take(1), "id: 100"), 1);
}
END_TEST

START_TEST(reader_resumes_where_it_was)
{
	for (int turn = 2; turn <= 6; turn++) {
		change(turn); // 100 to 104
	}
	open_stream(0, "", "102");
	const char *text = take(0);
	ck_assert_int_eq(count(text, "event: session_update"), 2);
	ck_assert_int_eq(count(text, "id: 103\n"), 1);
	ck_assert_int_eq(count(text, "id: 104\n"), 1);
	ck_assert_int_eq(count(text, "session_list"), 0);
	open_stream(1, "", "104");
	ck_assert_str_eq(take(1), "");
}
END_TEST

START_TEST(reader_of_another_run_gets_a_list)
{
	change(2);
	open_stream(0, "", "57");
	ck_assert_int_eq(count(take(0), "event: session_list"), 1);
	open_stream(1, "", "5000");
	ck_assert_int_eq(count(take(1), "event: session_list"), 1);
	open_stream(2, "", "garbage");
	ck_assert_int_eq(count(take(2), "event: session_list"), 1);
}
END_TEST

START_TEST(reader_of_lists_gets_one_per_turn)
{
	open_stream(0, "format=list", "");
	ck_assert_int_eq(count(take(0), "event: session_list"), 1);
	change(2);
	change(3);
	ck_assert_str_eq(take(0), "");
	sink_hub_flush(&hub, sessions_now);
	const char *text = take(0);
	ck_assert_int_eq(count(text, "event: "), 1);
	ck_assert_int_eq(count(text, "event: session_list\nid: 101\n"), 1);
	ck_assert_int_eq(count(text, "\"turn\":3"), 1);
	sink_hub_flush(&hub, sessions_now);
	ck_assert_str_eq(take(0), "");
}
END_TEST

START_TEST(slow_reader_loses_its_backlog_and_gets_a_list_when_it_has_read)
{
	open_stream(0, "", "");
	open_stream(1, "", "");
	streams[0].slow = true;
	for (int turn = 2; turn < 5000; turn++) {
		tell_change(turn);
	}
	ck_assert_uint_le(streams[0].unsent.size, 256 * 1024);
	ck_assert_uint_gt(streams[0].unsent.size, 200 * 1024);
	ck_assert_int_eq(count(take(1), "event: session_update"), 4998);
	take(0);
	streams[0].slow = false;
	tell_change(5000);
	ck_assert_str_eq(take(0), "");
	buf_clear(&streams[0].unsent);
	streams[0].drained(&streams[0], streams[0].data);
	const char *text = take(0);
	ck_assert_int_eq(count(text, "event: "), 1);
	ck_assert_int_eq(count(text, "\"turn\":5000"), 1);
	tell_change(5001);
	ck_assert_int_eq(count(take(0), "event: session_update"), 1);
}
END_TEST

START_TEST(turn_of_many_changes_is_one_write)
{
	open_stream(0, "", "");
	take(0);
	for (int turn = 2; turn < 12; turn++) {
		change(turn);
	}
	ck_assert_str_eq(take(0), "");
	sink_hub_flush(&hub, sessions_now);
	ck_assert_int_eq(count(take(0), "event: session_update"), 10);
	for (int turn = 12; turn < 5000; turn++) {
		change(turn);
	}
	sink_hub_flush(&hub, sessions_now); // more than is kept: the list has it all
	const char *text = take(0);
	ck_assert_int_eq(count(text, "event: "), 1);
	ck_assert_int_eq(count(text, "\"turn\":4999"), 1);
	change(5000);
	open_stream(1, "", "");
	ck_assert_int_eq(count(take(0), "event: session_update"), 1);
	sink_hub_flush(&hub, sessions_now);
	ck_assert_int_eq(count(take(1), "event: "), 1);
}
END_TEST

START_TEST(reader_that_went_is_forgotten)
{
	open_stream(0, "", "");
	open_stream(1, "", "");
	take(0);
	streams[0].closed(&streams[0], streams[0].data);
	streams[0].closed = NULL;
	tell_change(2);
	ck_assert_str_eq(take(0), "");
	ck_assert_int_eq(count(take(1), "event: session_update"), 1);
}
END_TEST

START_TEST(close_ends_all_streams)
{
	open_stream(0, "", "");
	sink->close(sink);
	ck_assert(streams[0].ended);
	streams[0].drained(&streams[0], streams[0].data);
}
END_TEST

static struct sink_sse_options read_options(const char *query, const char *last_event_id)
{
	struct sink_sse_options options;
	ck_assert(sink_sse_read_options(str_from(query), str_from(last_event_id), &options));
	return options;
}

START_TEST(options_are_read_from_query_and_field)
{
	ck_assert(read_options("format=list", "").lists_only);
	ck_assert(read_options("a=b&format=list&c", "").lists_only);
	ck_assert(!read_options("format=lists", "").lists_only);
	ck_assert(!read_options("xformat=list", "").lists_only);
	ck_assert(read_options("format=list&cost=1", "").with_cost);
	ck_assert(!read_options("format=list&cost=10", "").with_cost);
	struct sink_sse_options options = read_options("", " 12 ");
	ck_assert(options.resumes);
	ck_assert_uint_eq(options.last_id, 12);
	ck_assert(!read_options("", "-1").resumes);
	ck_assert(!read_options("", "").resumes);
	ck_assert_uint_eq(
		read_options("types=stats%2Cping", "").types, 1 << SINK_STATS | 1 << SINK_PING);
	ck_assert_uint_eq(read_options("format=list", "").types, 1 << SINK_SESSION_LIST);
	ck_assert(!sink_sse_read_options(STR("types=stats,tasks"), STR(""), &options));
	ck_assert(!sink_sse_read_options(STR("types="), STR(""), &options));
}
END_TEST

static void post(enum sink_type type, const char *line, const char *whole)
{
	sink_hub_post(
		&hub, &(struct sink_message){
			      .type = type, .line = str_from(line), .whole = str_from(whole)});
}

static unsigned wanted;

static void on_wanted(enum sink_type type, void *data)
{
	ck_assert_ptr_eq(data, &wanted);
	wanted |= 1U << type;
}

START_TEST(messages_go_to_those_who_read_them)
{
	ck_assert(!sink_hub_has_readers(&hub, SINK_STATS));
	open_stream(0, "", "");
	open_stream(1, "types=session_list,event", "");
	open_stream(2, "format=list", "");
	ck_assert(sink_hub_has_readers(&hub, SINK_STATS));
	ck_assert(!sink_hub_has_readers(&hub, SINK_COST));
	for (int i = 0; i < 3; i++) {
		take(i);
	}
	post(SINK_EVENT, "{\"kind\":\"done\"}\n", NULL);
	const char *event = "event: event\nid: 100\ndata: {\"kind\":\"done\"}\n\n";
	ck_assert_str_eq(take(0), event);
	ck_assert_str_eq(take(1), event);
	post(SINK_STATS, "{\"calls\":1}\n", NULL);
	ck_assert_str_eq(take(0), "event: stats\nid: 101\ndata: {\"calls\":1}\n\n");
	post(SINK_COST, "{}\n", NULL);
	ck_assert_str_eq(take(2), "");
	tell_change(2);
	ck_assert_int_eq(count(take(0), "event: session_update\nid: 102\n"), 1);
	ck_assert_str_eq(take(1), "");
}
END_TEST

START_TEST(reader_gets_a_state_as_a_whole_first)
{
	hub.on_wanted = on_wanted;
	hub.data = &wanted;
	wanted = 0;
	open_stream(0, "types=stats", "");
	ck_assert_uint_eq(wanted, 1U << SINK_STATS);
	ck_assert_str_eq(take(0), "");
	post(SINK_STATS, "", "{\"all\":1}\n");
	ck_assert_str_eq(take(0), "event: stats\nid: 99\ndata: {\"all\":1}\n\n");
	open_stream(1, "types=stats", "");
	post(SINK_STATS, "{\"news\":2}\n", "{\"all\":2}\n");
	ck_assert_str_eq(take(0), "event: stats\nid: 100\ndata: {\"news\":2}\n\n");
	ck_assert_str_eq(take(1), "event: stats\nid: 100\ndata: {\"all\":2}\n\n");
	post(SINK_STATS, "", "{\"all\":2}\n");
	ck_assert_str_eq(take(1), "");
}
END_TEST

START_TEST(slow_reader_gets_the_whole_of_a_state_again)
{
	char line[1024];
	hub.on_wanted = on_wanted;
	hub.data = &wanted;
	open_stream(0, "types=stats,event", "");
	post(SINK_STATS, "", "{\"all\":1}\n");
	take(0);
	streams[0].slow = true;
	memset(line, ' ', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	for (int i = 0; i < 300; i++) {
		post(SINK_EVENT, line, NULL);
	}
	take(0);
	streams[0].slow = false;
	buf_clear(&streams[0].unsent);
	wanted = 0;
	streams[0].drained(&streams[0], streams[0].data);
	ck_assert_uint_eq(wanted, 1U << SINK_STATS);
	post(SINK_STATS, "{\"news\":2}\n", "{\"all\":2}\n");
	ck_assert_str_eq(take(0), "event: stats\nid: 400\ndata: {\"all\":2}\n\n");
}
END_TEST

START_TEST(events_are_resent_and_states_are_given_as_a_whole)
{
	hub.on_wanted = on_wanted;
	hub.data = &wanted;
	post(SINK_EVENT, "{\"n\":100}\n", NULL);
	post(SINK_STATS, "{\"n\":101}\n", "{}\n");
	change(2);
	post(SINK_EVENT, "{\"n\":103}\n", NULL);
	wanted = 0;
	open_stream(0, "", "100");
	const char *text = take(0);
	ck_assert_int_eq(count(text, "event: "), 2);
	ck_assert_int_eq(count(text, "event: session_update\nid: 102\n"), 1);
	ck_assert_int_eq(count(text, "event: event\nid: 103\ndata: {\"n\":103}\n\n"), 1);
	ck_assert_uint_eq(wanted, 1U << SINK_STATS);
}
END_TEST

START_TEST(only_who_asks_is_pinged)
{
	open_stream(0, "", "");
	ck_assert_int_eq(uv_loop_alive(&loop), 0);
	open_stream(1, "types=ping", "");
	ck_assert_str_eq(take(1), "");
	ck_assert_int_ne(uv_loop_alive(&loop), 0);
	ck_assert_int_le(uv_backend_timeout(&loop), SINK_SSE_PING_MS);
	streams[1].closed(&streams[1], streams[1].data);
	streams[1].closed = NULL;
	ck_assert_int_eq(uv_loop_alive(&loop), 0);
}
END_TEST

static Suite *sink_sse_suite(void)
{
	Suite *suite = suite_create("sink_sse");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, list_first_then_changes_framed);
	tcase_add_test(tc, every_reader_gets_the_same);
	tcase_add_test(tc, reader_resumes_where_it_was);
	tcase_add_test(tc, reader_of_another_run_gets_a_list);
	tcase_add_test(tc, reader_of_lists_gets_one_per_turn);
	tcase_add_test(tc, slow_reader_loses_its_backlog_and_gets_a_list_when_it_has_read);
	tcase_add_test(tc, turn_of_many_changes_is_one_write);
	tcase_add_test(tc, reader_that_went_is_forgotten);
	tcase_add_test(tc, close_ends_all_streams);
	tcase_add_test(tc, options_are_read_from_query_and_field);
	tcase_add_test(tc, messages_go_to_those_who_read_them);
	tcase_add_test(tc, reader_gets_a_state_as_a_whole_first);
	tcase_add_test(tc, slow_reader_gets_the_whole_of_a_state_again);
	tcase_add_test(tc, events_are_resent_and_states_are_given_as_a_whole);
	tcase_add_test(tc, only_who_asks_is_pinged);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_sse_suite());
}
