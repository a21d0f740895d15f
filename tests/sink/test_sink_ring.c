#include "sink/sink_ring.h"

#include "support/suite.h"

START_TEST(lines_are_found_by_number)
{
	struct sink_ring r;
	sink_ring_init(&r, 3, 1000, 99);
	sink_ring_add(&r, SINK_EVENT, "event", STR("a\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("b\n"));
	ck_assert_uint_eq(r.last_id, 101);
	ck_assert(sink_ring_has_all_after(&r, 99));
	ck_assert(sink_ring_has_all_after(&r, 101));
	ck_assert(!sink_ring_has_all_after(&r, 98));
	ck_assert(!sink_ring_has_all_after(&r, 102));
	ck_assert(str_equal(sink_ring_line(&r, 100)->line, STR("a\n")));
	ck_assert(str_equal(sink_ring_line(&r, 101)->line, STR("b\n")));
	sink_ring_finish(&r);
}
END_TEST

START_TEST(oldest_go_when_there_are_too_many)
{
	struct sink_ring r;
	sink_ring_init(&r, 2, 1000, 0);
	sink_ring_add(&r, SINK_EVENT, "event", STR("a\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("b\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("c\n"));
	ck_assert(!sink_ring_has_all_after(&r, 0));
	ck_assert(sink_ring_has_all_after(&r, 1));
	ck_assert(str_equal(sink_ring_line(&r, 2)->line, STR("b\n")));
	ck_assert(str_equal(sink_ring_line(&r, 3)->line, STR("c\n")));
	sink_ring_finish(&r);
}
END_TEST

START_TEST(oldest_go_when_there_are_too_many_bytes)
{
	struct sink_ring r;
	sink_ring_init(&r, 10, 8, 0);
	sink_ring_add(&r, SINK_EVENT, "event", STR("abc\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("def\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("g\n"));
	ck_assert(!sink_ring_has_all_after(&r, 0));
	ck_assert(sink_ring_has_all_after(&r, 1));
	ck_assert_uint_eq(r.bytes, 6);
	sink_ring_finish(&r);
}
END_TEST

START_TEST(nobody_resumes_across_a_line_that_was_too_long)
{
	struct sink_ring r;
	sink_ring_init(&r, 10, 8, 0);
	sink_ring_add(&r, SINK_EVENT, "event", STR("abc\n"));
	sink_ring_add(&r, SINK_EVENT, "event", STR("longer than all\n"));
	ck_assert_uint_eq(r.last_id, 2);
	ck_assert(!sink_ring_has_all_after(&r, 0));
	ck_assert(!sink_ring_has_all_after(&r, 1));
	ck_assert(sink_ring_has_all_after(&r, 2));
	sink_ring_add(&r, SINK_EVENT, "event", STR("d\n"));
	ck_assert(sink_ring_has_all_after(&r, 2));
	ck_assert(str_equal(sink_ring_line(&r, 3)->line, STR("d\n")));
	sink_ring_finish(&r);
}
END_TEST

static Suite *sink_ring_suite(void)
{
	Suite *suite = suite_create("sink_ring");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, lines_are_found_by_number);
	tcase_add_test(tc, oldest_go_when_there_are_too_many);
	tcase_add_test(tc, oldest_go_when_there_are_too_many_bytes);
	tcase_add_test(tc, nobody_resumes_across_a_line_that_was_too_long);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_ring_suite());
}
