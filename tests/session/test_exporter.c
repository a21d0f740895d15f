#include <check.h>

#include "event/assistant.h"
#include "session/exporter.h"
#include "support/suite.h"

static const int64_t wall_ms = INT64_C(1800000000000);

static struct moment at(int64_t ms)
{
	return (struct moment){1000 + ms, wall_ms + ms, (wall_ms + ms) * 1000000};
}

static int64_t ns(int64_t ms)
{
	return (wall_ms + ms) * 1000000;
}

static int64_t note(struct exporter *s, uint64_t connection, int64_t oldest_ns, int64_t newest_ns,
	size_t record_count, bool of_logs, int64_t at_ms)
{
	const struct exporter_batch batch = {
		connection, oldest_ns, newest_ns, record_count, of_logs};
	return exporter_note_batch(s, &batch, at(at_ms));
}

START_TEST(the_interval_is_learnt_from_the_age_of_the_oldest_record)
{
	struct exporter s = {0};
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 5000);
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_codex), 1000);
	note(&s, 1, ns(0), ns(1400), 5, true, 1500);
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 1500);
	note(&s, 1, ns(1500), ns(2000), 5, true, 9500); // it rises at once
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 8000);
	for (int i = 0; i < EXPORTER_LAGS - 1; i++) { // and falls when the long one is forgotten
		note(&s, 1, ns(10000), ns(10000), 5, true, 10100);
		ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 8000);
	}
	note(&s, 1, ns(10000), ns(10000), 5, true, 10100);
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 1000); // never less
	note(&s, 1, ns(10000), ns(59000), 5, true, 60000);
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 30000); // nor more
}
END_TEST

START_TEST(spans_and_metrics_tell_no_interval)
{
	struct exporter s = {0};
	note(&s, 1, ns(0), ns(100), 5, false, 200);
	ck_assert_int_eq(exporter_batch_interval_ms(&s, &assistant_claude), 5000);
}
END_TEST

START_TEST(ages_are_never_negative)
{
	struct exporter s = {0};
	ck_assert_int_eq(note(&s, 1, ns(0), ns(900), 5, true, 1000), 0);
	ck_assert_int_eq(exporter_age_ms(&s, ns(900), at(1000)), 100);
	ck_assert_int_eq(exporter_age_ms(&s, ns(5000), at(1000)), 0);
	ck_assert_int_eq(exporter_age_ms(&s, 0, at(1000)), 0); // no time
}
END_TEST

START_TEST(a_clock_that_is_off_is_set_right)
{
	struct exporter ahead = {0}, behind = {0};
	ck_assert_int_eq(note(&ahead, 1, ns(3600000), ns(3600900), 5, true, 1000), -3599900);
	ck_assert_int_eq(exporter_time(&ahead, ns(3600900)), ns(1000));
	ck_assert_int_eq(note(&ahead, 1, ns(3601000), ns(3601900), 5, true, 2000), 0); // known
	ck_assert_int_eq(note(&behind, 1, ns(-3600900), ns(-3600000), 5, true, 1000), 3601000);
	ck_assert_int_eq(exporter_time(&behind, ns(-3600900)), ns(100));
}
END_TEST

START_TEST(a_batch_that_was_held_up_is_as_old_as_its_newest_record)
{
	struct exporter s = {0};
	note(&s, 1, ns(0), ns(900), 5, true, 1000);
	ck_assert_int_eq(note(&s, 1, ns(2000), ns(3000), 5, true, 200000), 0);
	ck_assert_int_eq(exporter_time(&s, ns(3000)), ns(3000));
	ck_assert_int_eq(exporter_age_ms(&s, ns(2000), at(200000)), 1000);
}
END_TEST

static int64_t note_number(
	struct exporter *s, int64_t sequence, int64_t time_ns, int64_t last_ns, struct moment now)
{
	int64_t off_ms = 0;
	if (exporter_is_set_back(s, sequence, time_ns)) {
		off_ms = exporter_set_right(s, last_ns, now);
		time_ns += off_ms * 1000000;
	}
	exporter_note_number(s, sequence, time_ns);
	return off_ms;
}

START_TEST(numbers_that_rise_while_the_time_falls_tell_a_step)
{
	struct exporter s = {0};
	ck_assert_int_eq(note_number(&s, 1, ns(1000), ns(2000), at(2000)), 0);
	ck_assert_int_eq(note_number(&s, 3, ns(2000), ns(2000), at(2000)), 0);
	ck_assert_int_eq(note_number(&s, 2, ns(1500), ns(1500), at(2500)), 0); // late
	ck_assert_int_eq(note_number(&s, 4, ns(1800), ns(1800), at(2500)), 0); // nearly
	ck_assert_int_eq(note_number(&s, 5, ns(-57000), ns(-56500), at(5000)), 61500);
	ck_assert_int_eq(exporter_time(&s, ns(-56500)), ns(5000));
	int64_t next_ns = exporter_time(&s, ns(-56000));
	ck_assert_int_eq(note_number(&s, 6, next_ns, next_ns, at(5500)), 0); // once
}
END_TEST

START_TEST(connections_come_and_go)
{
	struct exporter s = {0};
	int64_t idle_ms;
	note(&s, 0, 0, 0, 1, true, 0); // none
	ck_assert_uint_eq(s.connection_count, 0);
	for (uint64_t number = 1; number <= EXPORTER_CONNECTIONS + 1; number++) {
		note(&s, number, 0, 0, 1, true, (int64_t)number);
	}
	ck_assert_uint_eq(s.connection_count, EXPORTER_CONNECTIONS);
	ck_assert(!exporter_drop_connection(
		&s, 1, 1100, &idle_ms)); // the one used longest ago gave way
	ck_assert(exporter_drop_connection(&s, 2, 1100, &idle_ms));
	ck_assert_int_eq(idle_ms, 98); // of the monotonic clock
	ck_assert(!exporter_drop_connection(&s, 2, 1100, &idle_ms));
}
END_TEST

START_TEST(full_batches_are_noticed)
{
	struct exporter s = {0};
	note(&s, 1, 0, 0, 512, true, 0);
	ck_assert(s.last_batch_full);
	note(&s, 1, 0, 0, 511, true, 0);
	ck_assert(!s.last_batch_full);
}
END_TEST

static Suite *exporter_suite(void)
{
	Suite *suite = suite_create("sender");
	TCase *c = tcase_create("habits");
	tcase_add_test(c, the_interval_is_learnt_from_the_age_of_the_oldest_record);
	tcase_add_test(c, spans_and_metrics_tell_no_interval);
	tcase_add_test(c, ages_are_never_negative);
	tcase_add_test(c, a_clock_that_is_off_is_set_right);
	tcase_add_test(c, a_batch_that_was_held_up_is_as_old_as_its_newest_record);
	tcase_add_test(c, numbers_that_rise_while_the_time_falls_tell_a_step);
	tcase_add_test(c, connections_come_and_go);
	tcase_add_test(c, full_batches_are_noticed);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(exporter_suite());
}
