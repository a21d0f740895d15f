#include "sink/tray_line.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

static bool read_text(const char *text, struct tray_request *ret)
{
	static char line[512];
	snprintf(line, sizeof(line), "%s", text);
	return tray_line_read(line, strlen(line), ret);
}

START_TEST(what_is_written_is_read_the_same)
{
	static const struct tray_request requests[] = {
		{TRAY_ACTION_FOCUS, STR_INIT("a \"b\"\n"), STR_INIT("token")},
		{TRAY_ACTION_FOCUS, STR_INIT("id"), STR_INIT("")},
		{.action = TRAY_ACTION_SEEN},
		{.action = TRAY_ACTION_PAUSE},
		{.action = TRAY_ACTION_RESUME},
	};
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct buf line;
		struct tray_request read;
		buf_init(&line, 512);
		tray_line_write(&line, &requests[i]);
		ck_assert_int_eq(line.data[line.size - 1], '\n');
		ck_assert(tray_line_read(line.data, line.size - 1, &read));
		ck_assert_int_eq(read.action, requests[i].action);
		ck_assert(str_equal(read.id, requests[i].id));
		ck_assert(str_equal(read.token, requests[i].token));
		buf_finish(&line);
	}
}
END_TEST

START_TEST(members_of_newer_programs_are_skipped)
{
	struct tray_request read;
	ck_assert(read_text("{\"new\":[{}],\"n\":1,\"action\":\"seen\"}", &read));
	ck_assert_int_eq(read.action, TRAY_ACTION_SEEN);
}
END_TEST

START_TEST(what_makes_no_sense_is_rejected)
{
	static const char *const lines[] = {"", "[]", "{}", "{\"action\":\"focus\"}",
		"{\"action\":\"dance\"}", "{\"action\":1}", "{\"action\":\"seen\"",
		"{\"action\":\"seen\"}{}", "{\"action\":\"seen\",\"x\":[[[[[1]]]]]}"};
	struct tray_request read = {.action = TRAY_ACTION_NONE};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_msg(!read_text(lines[i], &read), "%s", lines[i]);
		ck_assert_int_eq(read.action, TRAY_ACTION_NONE);
	}
}
END_TEST

static Suite *tray_line_suite(void)
{
	Suite *suite = suite_create("tray_line");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, what_is_written_is_read_the_same);
	tcase_add_test(tc, members_of_newer_programs_are_skipped);
	tcase_add_test(tc, what_makes_no_sense_is_rejected);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(tray_line_suite());
}
