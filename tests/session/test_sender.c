#include <check.h>

#include "event/event_tool.h"
#include "session/sender.h"
#include "support/suite.h"

static const int64_t wall_ms = INT64_C(1800000000000);

static struct instant at(int64_t ms)
{
	return (struct instant){1000 + ms, wall_ms + ms};
}

static int64_t ns(int64_t ms)
{
	return (wall_ms + ms) * 1000000;
}

START_TEST(the_interval_is_learnt_from_the_age_of_the_oldest_record)
{
	struct sender s = {0};
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 5000);
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_codex), 1000);
	sender_note_batch(&s, 1, ns(0), ns(1400), 5, true, at(1500));
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 1500);
	sender_note_batch(&s, 1, ns(1500), ns(2000), 5, true, at(9500)); // it rises at once
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 8000);
	for (int i = 0; i < SENDER_LAGS - 1; i++) { // and falls when the long one is forgotten
		sender_note_batch(&s, 1, ns(10000), ns(10000), 5, true, at(10100));
		ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 8000);
	}
	sender_note_batch(&s, 1, ns(10000), ns(10000), 5, true, at(10100));
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 1000); // never less
	sender_note_batch(&s, 1, ns(10000), ns(59000), 5, true, at(60000));
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 30000); // nor more
}
END_TEST

START_TEST(spans_and_metrics_tell_no_interval)
{
	struct sender s = {0};
	sender_note_batch(&s, 1, ns(0), ns(100), 5, false, at(200));
	ck_assert_int_eq(sender_batch_interval_ms(&s, &event_tool_claude), 5000);
}
END_TEST

START_TEST(ages_follow_a_clock_that_is_off)
{
	struct sender s = {0};
	sender_note_batch(&s, 1, ns(0), ns(900), 5, true, at(1000));
	ck_assert_int_eq(sender_age_ms(&s, ns(900), at(1000)), 100);
	ck_assert_int_eq(sender_age_ms(&s, ns(5000), at(1000)), 0); // never negative
	ck_assert_int_eq(sender_age_ms(&s, 0, at(1000)), 0);        // no time
	sender_note_batch(&s, 1, ns(3600000), ns(3600900), 5, true, at(1000));
	ck_assert_int_eq(sender_age_ms(&s, ns(3600900), at(1000)), 0);
	ck_assert_int_eq(sender_age_ms(&s, ns(3600000), at(1500)), 1400);
	sender_note_batch(&s, 1, ns(-3600900), ns(-3600000), 5, true, at(1000));
	ck_assert_int_eq(sender_age_ms(&s, ns(-3600900), at(1000)), 900);
}
END_TEST

START_TEST(connections_come_and_go)
{
	struct sender s = {0};
	int64_t idle_ms;
	sender_note_batch(&s, 0, 0, 0, 1, true, at(0)); // none
	ck_assert_uint_eq(s.connection_count, 0);
	for (uint64_t number = 1; number <= SENDER_CONNECTIONS + 1; number++) {
		sender_note_batch(&s, number, 0, 0, 1, true, at((int64_t)number));
	}
	ck_assert_uint_eq(s.connection_count, SENDER_CONNECTIONS);
	ck_assert(!sender_drop_connection(
		&s, 1, at(100), &idle_ms)); // the one used longest ago gave way
	ck_assert(sender_drop_connection(&s, 2, at(100), &idle_ms));
	ck_assert_int_eq(idle_ms, 98);
	ck_assert(!sender_drop_connection(&s, 2, at(100), &idle_ms));
}
END_TEST

START_TEST(full_batches_are_noticed)
{
	struct sender s = {0};
	sender_note_batch(&s, 1, 0, 0, 512, true, at(0));
	ck_assert(s.last_batch_full);
	sender_note_batch(&s, 1, 0, 0, 511, true, at(0));
	ck_assert(!s.last_batch_full);
}
END_TEST

static Suite *sender_suite(void)
{
	Suite *suite = suite_create("sender");
	TCase *c = tcase_create("habits");
	tcase_add_test(c, the_interval_is_learnt_from_the_age_of_the_oldest_record);
	tcase_add_test(c, spans_and_metrics_tell_no_interval);
	tcase_add_test(c, ages_follow_a_clock_that_is_off);
	tcase_add_test(c, connections_come_and_go);
	tcase_add_test(c, full_batches_are_noticed);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(sender_suite());
}
