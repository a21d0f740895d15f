#include <check.h>

#include "session/clock.h"
#include "support/suite.h"

static const int64_t wall_ms = INT64_C(1800000000000), day_ms = INT64_C(86400000);

struct machine {
	struct clock clock;
	int64_t mono_ms, set_ms; // since it was switched on, and by how much its wall clock is off
	int64_t told_ms;         // of the last reading
};

static struct moment read_after(struct machine *m, int64_t ms)
{
	m->mono_ms += ms;
	struct instant now = {1000 + m->mono_ms, wall_ms + m->mono_ms + m->set_ms};
	return clock_read(&m->clock, now, &m->told_ms);
}

static int64_t stamped(const struct machine *m)
{
	return (wall_ms + m->mono_ms + m->set_ms) * 1000000;
}

static int64_t place(struct machine *m, int64_t wall_ns, struct moment now)
{
	return clock_from_wall(&m->clock, wall_ns, clock_is_before_step(&m->clock, wall_ns, now));
}

START_TEST(it_begins_with_the_wall_clock)
{
	struct machine m = {0};
	struct moment now = read_after(&m, 0);
	ck_assert_int_eq(now.ns, wall_ms * 1000000);
	ck_assert_int_eq(m.told_ms, 0);
	ck_assert_int_eq(now.mono_ms, 1000);
	ck_assert_int_eq(now.wall_ms, wall_ms);
	ck_assert_int_eq(place(&m, stamped(&m), now), now.ns);
}
END_TEST

START_TEST(nobody_can_set_it)
{
	const int64_t steps_ms[] = {3000, -3000, 60000, -60000, 3600000, -3600000, day_ms, -day_ms};
	struct machine m = {0};
	struct moment now = read_after(&m, 0);
	m.set_ms = steps_ms[_i];
	struct moment later = read_after(&m, 500);
	ck_assert_int_eq(later.ns - now.ns, 500 * INT64_C(1000000));
	ck_assert_int_eq(m.told_ms, steps_ms[_i]);
	read_after(&m, 500);
	ck_assert_int_eq(m.told_ms, 0); // told once
	later = read_after(&m, 0);
	ck_assert_int_eq(place(&m, stamped(&m), later), later.ns);
	m.set_ms = 0;
	read_after(&m, 10);
	ck_assert_int_eq(m.told_ms, -steps_ms[_i]); // back again
}
END_TEST

START_TEST(a_stamp_beyond_all_time_stays_there)
{
	struct machine m = {0};
	read_after(&m, 0);
	m.set_ms = -day_ms;
	struct moment now = read_after(&m, 1000);
	ck_assert_int_eq(place(&m, INT64_MAX, now), INT64_MAX);
}
END_TEST

START_TEST(a_little_is_no_step)
{
	struct machine m = {0};
	read_after(&m, 0);
	m.set_ms = 999;
	read_after(&m, 100);
	ck_assert_int_eq(m.told_ms, 0);
	m.set_ms = -999;
	read_after(&m, 100);
	ck_assert_int_eq(m.told_ms, 0);
}
END_TEST

START_TEST(what_was_stamped_before_a_step_keeps_its_place)
{
	const int64_t steps_ms[] = {3600000, -3600000, day_ms, -day_ms, 120000, -120000};
	struct machine m = {0};
	read_after(&m, 0);
	int64_t stamp_ns = stamped(&m), place_ns = wall_ms * 1000000;
	m.set_ms = steps_ms[_i];
	struct moment now = read_after(&m, 4000); // a batch later
	ck_assert_int_eq(place(&m, stamp_ns, now), place_ns);
	ck_assert_int_eq(place(&m, stamped(&m), now), now.ns);
}
END_TEST

static Suite *clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *c = tcase_create("steps");
	tcase_add_test(c, it_begins_with_the_wall_clock);
	tcase_add_loop_test(c, nobody_can_set_it, 0, 8);
	tcase_add_test(c, a_little_is_no_step);
	tcase_add_test(c, a_stamp_beyond_all_time_stays_there);
	tcase_add_loop_test(c, what_was_stamped_before_a_step_keeps_its_place, 0, 6);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(clock_suite());
}
