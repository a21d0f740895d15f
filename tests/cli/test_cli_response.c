#include "cli/cli_response.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

static struct buf body;
static struct cli_response response;

static int on_body(struct str piece, void *data)
{
	return buf_append_str(data, piece) == 0 ? 0 : -EMSGSIZE;
}

static void setup(void)
{
	buf_init(&body, 100);
	cli_response_init(&response, on_body, &body);
}

static void teardown(void)
{
	buf_finish(&body);
}

static int feed(const char *text)
{
	return cli_response_feed(&response, str_from(text));
}

START_TEST(body_with_length_in_any_pieces)
{
	const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	for (const char *at = text; *at != '\0'; at++) {
		ck_assert(!response.complete);
		ck_assert_int_eq(cli_response_feed(&response, (struct str){at, 1}), 0);
	}
	ck_assert(response.complete);
	ck_assert_int_eq(response.status, 200);
	ck_assert(str_equal(buf_str(&body), STR("hello")));
	ck_assert_int_eq(cli_response_end(&response), 0);
}
END_TEST

START_TEST(chunks_are_joined)
{
	ck_assert_int_eq(
		feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), 0);
	ck_assert_int_eq(feed("2\r\nde\r\n0\r\n\r\n"), 0);
	ck_assert(response.complete);
	ck_assert(str_equal(buf_str(&body), STR("abcde")));
}
END_TEST

START_TEST(body_may_end_with_the_connection)
{
	ck_assert_int_eq(feed("HTTP/1.0 404 Not Found\r\n\r\nno"), 0);
	ck_assert(!response.complete);
	ck_assert_int_eq(cli_response_end(&response), 0);
	ck_assert_int_eq(response.status, 404);
	ck_assert(str_equal(buf_str(&body), STR("no")));
}
END_TEST

START_TEST(cut_answers_are_errors)
{
	ck_assert_int_eq(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), 0);
	ck_assert_int_eq(cli_response_end(&response), -EPROTO);
	cli_response_init(&response, on_body, &body);
	ck_assert_int_eq(feed("HTTP/1.1 200"), 0);
	ck_assert_int_eq(cli_response_end(&response), -EPROTO);
}
END_TEST

START_TEST(garbage_is_an_error)
{
	ck_assert_int_eq(feed("SSH-2.0-OpenSSH_9.2\r\n"), -EPROTO);
	ck_assert_int_eq(feed("HTTP/1.1 200 OK\r\n\r\n"), -EPROTO);
}
END_TEST

START_TEST(endless_head_is_an_error)
{
	ck_assert_int_eq(feed("HTTP/1.1 200 OK\r\n"), 0);
	int r = 0;
	for (int i = 0; i < 10000 && r == 0; i++) {
		r = feed("X-Filler: 0123456789012345678901234567890123456789\r\n");
	}
	ck_assert_int_eq(r, -EPROTO);
}
END_TEST

START_TEST(too_long_body_is_an_error)
{
	char text[200];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(feed("HTTP/1.1 200 OK\r\nContent-Length: 199\r\n\r\n"), 0);
	ck_assert_int_eq(feed(text), -EMSGSIZE);
}
END_TEST

static Suite *cli_response_suite(void)
{
	Suite *suite = suite_create("cli_answer");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, body_with_length_in_any_pieces);
	tcase_add_test(tc, chunks_are_joined);
	tcase_add_test(tc, body_may_end_with_the_connection);
	tcase_add_test(tc, cut_answers_are_errors);
	tcase_add_test(tc, garbage_is_an_error);
	tcase_add_test(tc, endless_head_is_an_error);
	tcase_add_test(tc, too_long_body_is_an_error);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(cli_response_suite());
}
