#include "cli/cli_sse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"

static struct cli_sse sse;
static char seen[1024];
static int result;

static int on_event(struct str type, struct str event_data, void *data)
{
	(void)data;
	size_t used = strlen(seen);
	snprintf(seen + used, sizeof(seen) - used, "[%.*s|%.*s]", STR_ARG(type),
		STR_ARG(event_data));
	return result;
}

static void setup(void)
{
	cli_sse_init(&sse, 64, on_event, NULL);
	seen[0] = '\0';
	result = 0;
}

static void teardown(void)
{
	cli_sse_finish(&sse);
}

static int feed(const char *text)
{
	return cli_sse_feed(&sse, str_from(text));
}

START_TEST(events_come_with_type_and_data)
{
	ck_assert_int_eq(feed("event: a\nid: 7\ndata: one\n\ndata:two\n\n"), 0);
	ck_assert_str_eq(seen, "[a|one][message|two]");
}
END_TEST

START_TEST(pieces_may_be_cut_anywhere)
{
	const char *text = "event: a\r\ndata: one\r\ndata: two\r\n\r\n";
	for (const char *at = text; *at != '\0'; at++) {
		ck_assert_int_eq(cli_sse_feed(&sse, (struct str){at, 1}), 0);
	}
	ck_assert_str_eq(seen, "[a|one\ntwo]");
}
END_TEST

START_TEST(comments_and_events_without_data_are_nothing)
{
	ck_assert_int_eq(feed(": keep-alive\n\nevent: a\n\nretry\n\ndata: x\n\n"), 0);
	ck_assert_str_eq(seen, "[message|x]");
}
END_TEST

START_TEST(too_long_lines_and_events_are_errors)
{
	char text[100];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(feed(text), -EMSGSIZE);
	cli_sse_reset(&sse);
	int r = 0;
	for (int i = 0; i < 10 && r == 0; i++) {
		r = feed("data: 0123456789\n");
	}
	ck_assert_int_eq(r, -EMSGSIZE);
	cli_sse_reset(&sse);
	ck_assert_int_eq(feed("data: x\n\n"), 0);
	ck_assert_str_eq(seen, "[message|x]");
}
END_TEST

START_TEST(callee_may_end_the_reading)
{
	result = -EPIPE;
	ck_assert_int_eq(feed("data: x\n\ndata: y\n\n"), -EPIPE);
	ck_assert_str_eq(seen, "[message|x]");
}
END_TEST

static Suite *cli_sse_suite(void)
{
	Suite *suite = suite_create("cli_sse");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, events_come_with_type_and_data);
	tcase_add_test(tc, pieces_may_be_cut_anywhere);
	tcase_add_test(tc, comments_and_events_without_data_are_nothing);
	tcase_add_test(tc, too_long_lines_and_events_are_errors);
	tcase_add_test(tc, callee_may_end_the_reading);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_sse_suite());
}
