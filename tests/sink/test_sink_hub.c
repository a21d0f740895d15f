#include "sink/sink_hub.h"

#include <string.h>

#include "support/sessions.h"
#include "support/suite.h"

struct recorder {
	struct sink sink;
	int updates, lists, flushes, closes;
	uint64_t id;
	const char *line_data; // of the last event: never looked into
	struct buf line;
	bool closes_itself;
};

static struct sink_hub hub;
static struct list sessions;
static struct recorder first, second;

static void record_close(struct sink *sink)
{
	struct recorder *r = container_of(sink, struct recorder, sink);
	r->closes++;
	list_remove(&sink->link);
}

static void record(struct sink *sink, const struct sink_event *event)
{
	struct recorder *r = container_of(sink, struct recorder, sink);
	r->updates += event->kind == SINK_EVENT_UPDATE;
	r->lists += event->kind == SINK_EVENT_LIST;
	ck_assert_int_eq(event->change != NULL, event->kind == SINK_EVENT_UPDATE);
	r->id = event->id;
	r->line_data = event->line.data;
	buf_clear(&r->line);
	buf_append_str(&r->line, event->line);
	if (r->closes_itself) {
		record_close(sink);
	}
}

static void record_flush(struct sink *sink, struct instant now)
{
	(void)now;
	container_of(sink, struct recorder, sink)->flushes++;
}

static void start_recorder(struct recorder *r)
{
	*r = (struct recorder){.sink = {.publish = record, .close = record_close}};
	buf_init(&r->line, 1 << 20);
	sink_hub_add(&hub, &r->sink);
}

static void setup(void)
{
	list_init(&sessions);
	sink_hub_init(&hub, &sessions, 1000);
	start_recorder(&first);
	start_recorder(&second);
	second.sink.flush = record_flush;
}

static void teardown(void)
{
	sink_hub_close(&hub);
	sink_hub_finish(&hub);
	buf_finish(&first.line);
	buf_finish(&second.line);
}

static void update(const struct session *s)
{
	struct session_change change = sessions_change(s, SESSION_IDLE);
	sink_hub_update(&hub, &change, sessions_now);
}

START_TEST(every_sink_gets_the_same_bytes_with_a_number)
{
	struct session s = sessions_bare();
	update(&s);
	ck_assert_int_eq(first.updates, 1);
	ck_assert_int_eq(second.updates, 1);
	ck_assert_ptr_eq(first.line_data, second.line_data);
	ck_assert_uint_eq(first.id, 1000);
	update(&s);
	ck_assert_uint_eq(second.id, 1001);
	ck_assert(str_equal(sink_ring_line(&hub.ring, 1001)->line, buf_str(&second.line)));
}
END_TEST

START_TEST(list_has_the_number_of_the_last_update)
{
	struct session s = sessions_bare();
	sink_hub_broadcast(&hub, sessions_now);
	ck_assert_int_eq(first.lists, 1);
	ck_assert_uint_eq(first.id, 999);
	update(&s);
	sink_hub_broadcast(&hub, sessions_now);
	ck_assert_uint_eq(first.id, 1000);
	ck_assert_uint_eq(sink_hub_last_id(&hub), 1000);
}
END_TEST

START_TEST(snapshot_is_fresh_after_a_change_and_in_the_next_millisecond)
{
	struct session s = sessions_bare();
	list_append(&sessions, &s.link);
	struct str list = sink_hub_snapshot(&hub, sessions_now);
	ck_assert(str_contains(list, STR("\"working\":1")));
	s.state = SESSION_COMPLETED;
	ck_assert(str_contains(sink_hub_snapshot(&hub, sessions_now), STR("\"working\":1")));
	update(&s);
	ck_assert(str_contains(sink_hub_snapshot(&hub, sessions_now), STR("\"completed\":1")));
	s.state = SESSION_IDLE;
	struct instant later = {sessions_now.mono_ms + 1, sessions_now.wall_ms + 1000};
	list = sink_hub_snapshot(&hub, later);
	ck_assert(str_contains(list, STR("\"idle\":1")));
	ck_assert(str_contains(list, STR("\"timestamp\":1734350401")));
}
END_TEST

START_TEST(complete_line_has_the_last_update_and_what_is_true_now)
{
	struct session s = sessions_bare(), other = sessions_bare();
	char id[] = "s2";
	other.id = id;
	list_append(&sessions, &s.link);
	update(&s);
	list_append(&sessions, &other.link);
	struct str line = sink_hub_complete(&hub);
	ck_assert(str_starts_with(line, STR("{\"type\":\"session_update\"")));
	ck_assert(str_contains(line, STR("\"working\":2")));
	ck_assert(str_contains(line, STR("\"session_id\":\"s2\"")));
}
END_TEST

START_TEST(flush_goes_to_those_who_want_it)
{
	sink_hub_flush(&hub, sessions_now);
	ck_assert_int_eq(second.flushes, 1);
	ck_assert_int_eq(first.flushes, 0);
}
END_TEST

START_TEST(sink_may_close_itself_while_it_is_told)
{
	struct session s = sessions_bare();
	first.closes_itself = true;
	update(&s);
	update(&s);
	ck_assert_int_eq(first.updates, 1);
	ck_assert_int_eq(second.updates, 2);
	sink_hub_close(&hub);
	ck_assert_int_eq(first.closes, 1);
	ck_assert_int_eq(second.closes, 1);
}
END_TEST

START_TEST(farewell_is_an_empty_list_and_stays_true)
{
	struct session s = sessions_bare();
	list_append(&sessions, &s.link);
	update(&s);
	sink_hub_farewell(&hub, sessions_now);
	ck_assert_int_eq(first.lists, 1);
	ck_assert(str_contains(buf_str(&first.line), STR("\"sessions\":[]")));
	struct instant later = {sessions_now.mono_ms + 1, sessions_now.wall_ms + 1};
	ck_assert(str_contains(sink_hub_snapshot(&hub, later), STR("\"sessions\":[]")));
}
END_TEST

START_TEST(a_pause_is_in_lists_until_it_ends)
{
	struct session s = sessions_bare();
	sink_hub_pause(&hub, 60000, sessions_now);
	ck_assert_int_eq(first.lists, 1);
	ck_assert(str_ends_with(
		buf_str(&first.line), STR("\"sessions\":[],\"paused_until\":1734350461}\n")));
	update(&s);
	ck_assert(str_ends_with(
		sink_hub_complete(&hub), STR("\"sessions\":[],\"paused_until\":1734350461}\n")));
	struct instant later = {sessions_now.mono_ms + 60000, sessions_now.wall_ms};
	ck_assert(str_ends_with(sink_hub_snapshot(&hub, later), STR("\"sessions\":[]}\n")));
	ck_assert_int_eq(sink_hub_paused_until(&hub, later), 0);
	sink_hub_pause(&hub, 60000, later);
	sink_hub_pause(&hub, 0, later);
	ck_assert(str_ends_with(buf_str(&first.line), STR("\"sessions\":[]}\n")));
}
END_TEST

static struct sink_cost cost_today(struct instant now, void *data)
{
	(void)now;
	return *(struct sink_cost *)data;
}

START_TEST(todays_cost_is_in_lists_where_it_was_asked_for)
{
	struct session s = sessions_bare();
	struct str with_cost = STR("\"sessions\":[],\"cost_today_usd\":0.5}\n");
	struct buf line;
	struct sink_cost spent = {.nano_usd = 500000000};
	buf_init(&line, 4096);
	sink_hub_set_cost(&hub, cost_today, &spent);
	buf_append_str(&line, sink_hub_snapshot(&hub, sessions_now));
	ck_assert(str_ends_with(buf_str(&line), STR("\"sessions\":[]}\n")));
	sink_hub_add_cost(&hub, &line, sessions_now);
	ck_assert(str_ends_with(buf_str(&line), with_cost));
	sink_hub_show_cost(&hub, true);
	ck_assert(str_ends_with(sink_hub_snapshot(&hub, sessions_now), with_cost));
	update(&s);
	ck_assert(str_ends_with(sink_hub_complete(&hub), with_cost));
	buf_clear(&line);
	buf_append_str(&line, sink_hub_snapshot(&hub, sessions_now));
	sink_hub_add_cost(&hub, &line, sessions_now); // it is there already
	ck_assert(str_ends_with(buf_str(&line), with_cost));
	sink_hub_farewell(&hub, sessions_now);
	ck_assert(str_ends_with(buf_str(&first.line), STR("\"sessions\":[]}\n")));
	buf_finish(&line);
}
END_TEST

static Suite *sink_hub_suite(void)
{
	Suite *suite = suite_create("sink_hub");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_sink_gets_the_same_bytes_with_a_number);
	tcase_add_test(tc, list_has_the_number_of_the_last_update);
	tcase_add_test(tc, snapshot_is_fresh_after_a_change_and_in_the_next_millisecond);
	tcase_add_test(tc, complete_line_has_the_last_update_and_what_is_true_now);
	tcase_add_test(tc, flush_goes_to_those_who_want_it);
	tcase_add_test(tc, sink_may_close_itself_while_it_is_told);
	tcase_add_test(tc, a_pause_is_in_lists_until_it_ends);
	tcase_add_test(tc, todays_cost_is_in_lists_where_it_was_asked_for);
	tcase_add_test(tc, farewell_is_an_empty_list_and_stays_true);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_hub_suite());
}
