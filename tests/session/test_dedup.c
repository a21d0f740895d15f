#include <check.h>

#include "session/dedup.h"
#include "support/suite.h"

static struct event numbered(int64_t sequence, int64_t time_ns)
{
	return (struct event){.kind = EVENT_PROMPT,
		.sequence = sequence,
		.time_ns = time_ns,
		.stamp_ns = time_ns};
}

START_TEST(numbers_are_seen_once_in_any_order)
{
	static const int64_t order[] = {3, 1, 2, 40, 39, 0};
	struct dedup s;
	dedup_init(&s);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
			struct event e = numbered(order[i], 1000 + order[i]);
			ck_assert(dedup_is_repeat(&s, &e) == (round == 1));
		}
	}
	dedup_finish(&s);
}
END_TEST

START_TEST(what_has_left_the_window_counts_as_seen)
{
	struct dedup s;
	dedup_init(&s);
	struct event e = numbered(100, 5000);
	ck_assert(!dedup_is_repeat(&s, &e));
	e = numbered(36, 4000);
	ck_assert(dedup_is_repeat(&s, &e));
	e = numbered(37, 4000);
	ck_assert(!dedup_is_repeat(&s, &e));
	e = numbered(1000000, 6000); // far ahead
	ck_assert(!dedup_is_repeat(&s, &e));
	e = numbered(100, 5000);
	ck_assert(dedup_is_repeat(&s, &e));
	dedup_finish(&s);
}
END_TEST

START_TEST(numbers_that_fall_while_time_goes_on_begin_anew)
{
	struct dedup s;
	dedup_init(&s);
	struct event e = numbered(50, 5000);
	ck_assert(!dedup_is_repeat(&s, &e));
	e = numbered(0, 6000);
	ck_assert(!dedup_is_repeat(&s, &e));
	ck_assert(dedup_is_repeat(&s, &e));
	dedup_finish(&s);
}
END_TEST

START_TEST(without_numbers_the_events_themselves_are_remembered)
{
	struct dedup s;
	dedup_init(&s);
	struct event a = numbered(-1, 1000), b = numbered(-1, 1000);
	b.call_id = STR("call");
	ck_assert(!dedup_is_repeat(&s, &a));
	ck_assert(!dedup_is_repeat(&s, &b));
	ck_assert(dedup_is_repeat(&s, &a));
	ck_assert(dedup_is_repeat(&s, &b));
	for (int i = 0; i < DEDUP_RING; i++) {
		struct event other = numbered(-1, 1000);
		other.stamp_ns = 2000 + i; // of what was sent, whatever is made of it later
		ck_assert(!dedup_is_repeat(&s, &other));
	}
	ck_assert(!dedup_is_repeat(&s, &a)); // only the last DEDUP_RING are
	dedup_finish(&s);
}
END_TEST

START_TEST(signs_of_life_and_events_without_time_are_not_remembered)
{
	struct dedup s;
	dedup_init(&s);
	struct event life = numbered(1, 1000), timeless = numbered(-1, 0);
	life.kind = EVENT_SEEN;
	for (int i = 0; i < 2; i++) {
		ck_assert(!dedup_is_repeat(&s, &life));
		ck_assert(!dedup_is_repeat(&s, &timeless));
	}
	ck_assert_ptr_null(s.ring); // no memory until it is needed
	dedup_finish(&s);
}
END_TEST

static Suite *dedup_suite(void)
{
	Suite *suite = suite_create("seen");
	TCase *c = tcase_create("duplicates");
	tcase_add_test(c, numbers_are_seen_once_in_any_order);
	tcase_add_test(c, what_has_left_the_window_counts_as_seen);
	tcase_add_test(c, numbers_that_fall_while_time_goes_on_begin_anew);
	tcase_add_test(c, without_numbers_the_events_themselves_are_remembered);
	tcase_add_test(c, signs_of_life_and_events_without_time_are_not_remembered);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(dedup_suite());
}
