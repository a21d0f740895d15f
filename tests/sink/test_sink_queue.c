#include "sink/sink_queue.h"

#include "support/suite.h"

static struct sink_queue q;

static void setup(void)
{
	sink_queue_init(&q, 10);
}

static void teardown(void)
{
	sink_queue_finish(&q);
}

static void assert_pending(const char *expected)
{
	struct str pending = sink_queue_pending(&q);
	ck_assert_msg(str_equal(pending, str_from(expected)), "\"%.*s\" is not \"%s\"",
		STR_ARG(pending), expected);
}

START_TEST(lines_come_out_as_they_went_in)
{
	ck_assert(sink_queue_push(&q, STR("abc\n")));
	ck_assert(sink_queue_push(&q, STR("de\n")));
	assert_pending("abc\nde\n");
	sink_queue_sent(&q, 5);
	assert_pending("e\n");
	sink_queue_sent(&q, 2);
	assert_pending("");
	ck_assert(!sink_queue_wants_list(&q));
}
END_TEST

START_TEST(too_much_drops_the_backlog_and_asks_for_a_list)
{
	sink_queue_push(&q, STR("abc\n"));
	sink_queue_push(&q, STR("def\n"));
	ck_assert(!sink_queue_push(&q, STR("ghi\n")));
	assert_pending("");
	ck_assert(sink_queue_wants_list(&q));
	ck_assert(!sink_queue_push(&q, STR("x\n")));
	sink_queue_restart(&q, STR("list\n"));
	ck_assert(sink_queue_push(&q, STR("y\n")));
	assert_pending("list\ny\n");
}
END_TEST

START_TEST(line_that_was_begun_is_never_cut)
{
	sink_queue_push(&q, STR("abcd\n"));
	sink_queue_push(&q, STR("efgh\n"));
	sink_queue_sent(&q, 2);
	ck_assert(!sink_queue_push(&q, STR("ijk\n")));
	assert_pending("cd\n");
	ck_assert(!sink_queue_wants_list(&q));
	sink_queue_sent(&q, 1);
	assert_pending("d\n");
	sink_queue_sent(&q, 2);
	ck_assert(sink_queue_wants_list(&q));
}
END_TEST

START_TEST(drop_at_a_line_border_drops_all)
{
	sink_queue_push(&q, STR("abcd\n"));
	sink_queue_push(&q, STR("efgh\n"));
	sink_queue_sent(&q, 5);
	ck_assert(!sink_queue_push(&q, STR("ijklmn\n")));
	assert_pending("");
	ck_assert(sink_queue_wants_list(&q));
}
END_TEST

START_TEST(empty_queue_takes_any_line)
{
	ck_assert(sink_queue_push(&q, STR("longer than the limit\n")));
	assert_pending("longer than the limit\n");
	ck_assert(!sink_queue_push(&q, STR("x\n")));
}
END_TEST

START_TEST(oldest_lines_make_room_but_not_the_begun_one)
{
	sink_queue_push(&q, STR("ab\n"));
	sink_queue_push(&q, STR("cd\n"));
	sink_queue_push(&q, STR("ef\n"));
	sink_queue_sent(&q, 1);
	sink_queue_push_over_oldest(&q, STR("gh\n"));
	assert_pending("b\nef\ngh\n");
	sink_queue_push_over_oldest(&q, STR("longer than all\n"));
	assert_pending("b\nlonger than all\n");
}
END_TEST

START_TEST(cleared_queue_begins_anew)
{
	sink_queue_push(&q, STR("abc\n"));
	sink_queue_sent(&q, 1);
	sink_queue_clear(&q);
	ck_assert(sink_queue_push(&q, STR("de\n")));
	assert_pending("de\n");
}
END_TEST

static Suite *sink_queue_suite(void)
{
	Suite *suite = suite_create("sink_queue");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lines_come_out_as_they_went_in);
	tcase_add_test(tc, too_much_drops_the_backlog_and_asks_for_a_list);
	tcase_add_test(tc, line_that_was_begun_is_never_cut);
	tcase_add_test(tc, drop_at_a_line_border_drops_all);
	tcase_add_test(tc, empty_queue_takes_any_line);
	tcase_add_test(tc, oldest_lines_make_room_but_not_the_begun_one);
	tcase_add_test(tc, cleared_queue_begins_anew);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(sink_queue_suite());
}
