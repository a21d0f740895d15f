#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "otlp/otlp_answer.h"
#include "support/suite.h"

static struct buf out;

static void setup(void)
{
	buf_init(&out, 4096);
}

static void teardown(void)
{
	buf_finish(&out);
}

static void expect(struct str expected)
{
	ck_assert_msg(str_equal(buf_str(&out), expected), "got '%.*s'", STR_ARG(buf_str(&out)));
	ck_assert(!out.overflowed);
	buf_clear(&out);
}

START_TEST(full_success_says_nothing)
{
	for (unsigned signal = 0; signal < OTLP_SIGNAL_COUNT; signal++) {
		otlp_answer_success(&out, false, (enum otlp_signal)signal, 0, STR(""));
		expect(STR(""));
		otlp_answer_success(&out, true, (enum otlp_signal)signal, 0, STR(""));
		expect(STR("{}"));
	}
}
END_TEST

START_TEST(partial_success_names_the_count_by_signal)
{
	otlp_answer_success(&out, true, OTLP_LOGS, 1, STR("why"));
	expect(STR("{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"why\"}}"));
	otlp_answer_success(&out, true, OTLP_TRACES, 9007199254740993, STR("why"));
	expect(STR("{\"partialSuccess\":{\"rejectedSpans\":\"9007199254740993\",\"errorMessage\":"
		   "\"why\"}}"));
	otlp_answer_success(&out, true, OTLP_METRICS, 3, STR("why"));
	expect(STR("{\"partialSuccess\":{\"rejectedDataPoints\":\"3\",\"errorMessage\":\"why\"}}"));
	otlp_answer_success(&out, false, OTLP_LOGS, 300, STR("why"));
	expect(STR("\x0a\x08\x08\xac\x02\x12\x03why"));
}
END_TEST

START_TEST(a_warning_rejects_nothing)
{
	otlp_answer_success(&out, true, OTLP_LOGS, 0, STR("careful"));
	expect(STR("{\"partialSuccess\":{\"errorMessage\":\"careful\"}}"));
	otlp_answer_success(&out, false, OTLP_LOGS, 0, STR("careful"));
	expect(STR("\x0a\x09\x12\x07"
		   "careful"));
}
END_TEST

START_TEST(a_status_has_code_and_message)
{
	static const unsigned codes[][2] = {{400, 3}, {401, 16}, {403, 7}, {404, 5}, {405, 12},
		{408, 4}, {413, 8}, {414, 3}, {415, 3}, {417, 9}, {421, 7}, {429, 8}, {431, 3},
		{500, 13}, {501, 12}, {503, 14}, {505, 12}, {599, 2}};
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char expected[64];
		int size = snprintf(expected, sizeof(expected), "{\"code\":%u,\"message\":\"no\"}",
			codes[i][1]);
		otlp_answer_status(&out, true, codes[i][0], STR("no"));
		expect((struct str){expected, (size_t)size});
		size = snprintf(expected, sizeof(expected), "\x08%c\x12\x02no", (char)codes[i][1]);
		otlp_answer_status(&out, false, codes[i][0], STR("no"));
		expect((struct str){expected, (size_t)size});
	}
}
END_TEST

START_TEST(messages_become_one_line_of_valid_utf8)
{
	otlp_answer_status(
		&out, true, 400, STR("a\nb\r\tc\0d\x7f\xc2\x85\xe2\x80\xa8\xff\"\\\xc3\xa4"));
	expect(STR("{\"code\":3,\"message\":\"a b  c d   \xef\xbf\xbd\\\"\\\\\xc3\xa4\"}"));
	otlp_answer_status(&out, false, 400, STR("\x1b[31m\xc3"));
	expect(STR("\x08\x03\x12\x08 [31m\xef\xbf\xbd"));
}
END_TEST

START_TEST(long_messages_are_cut_between_characters)
{
	char text[4000];
	for (size_t i = 0; i < sizeof(text); i += 2) {
		memcpy(text + i, "\xc3\xa4", 2);
	}
	text[0] = 'x';
	text[1] = 'y';
	text[2] = 'z'; // and an invalid byte, which becomes three
	otlp_answer_status(&out, false, 400, (struct str){text, sizeof(text)});
	struct str message = str_skip(buf_str(&out), 5);
	ck_assert_uint_le(message.size, OTLP_ANSWER_MESSAGE_BYTES);
	ck_assert_uint_gt(message.size, OTLP_ANSWER_MESSAGE_BYTES - 4);
	ck_assert(utf8_is_valid(message));
	ck_assert(str_starts_with(message, STR("xyz\xef\xbf\xbd\xc3\xa4")));
}
END_TEST

START_TEST(a_full_buffer_shows)
{
	struct buf small;
	buf_init(&small, 4);
	otlp_answer_status(&small, true, 400, STR("message"));
	ck_assert(small.overflowed);
	buf_finish(&small);
}
END_TEST

static Suite *otlp_answer_suite(void)
{
	Suite *suite = suite_create("otlp_answer");
	TCase *tcase = tcase_create("answer");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, full_success_says_nothing);
	tcase_add_test(tcase, partial_success_names_the_count_by_signal);
	tcase_add_test(tcase, a_warning_rejects_nothing);
	tcase_add_test(tcase, a_status_has_code_and_message);
	tcase_add_test(tcase, messages_become_one_line_of_valid_utf8);
	tcase_add_test(tcase, long_messages_are_cut_between_characters);
	tcase_add_test(tcase, a_full_buffer_shows);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_answer_suite());
}
