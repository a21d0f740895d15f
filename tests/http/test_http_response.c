#include "http/http_response.h"

#include <errno.h>

#include "support/suite.h"

static struct http_response res;
static struct buf out;

static void setup(void)
{
	http_response_init(&res);
	buf_init(&out, 1 << 16);
}

static void teardown(void)
{
	http_response_finish(&res);
	buf_finish(&out);
}

static void check_head(int minor, bool keep_alive, const char *expected)
{
	struct http_response_frame frame = {minor, keep_alive, minor > 0};
	buf_clear(&out);
	ck_assert_int_eq(http_response_write_head(&res, &frame, &out), 0);
	ck_assert_msg(str_equal(buf_str(&out), str_from(expected)), "%.*s", STR_ARG(buf_str(&out)));
}

START_TEST(head_has_status_type_length_and_fields)
{
	http_response_status(&res, 404);
	http_response_type(&res, "application/json");
	ck_assert_int_eq(http_response_header(&res, "Allow", STR("GET")), 0);
	(void)buf_append_str(http_response_body(&res), STR("0123456789"));
	check_head(1, true,
		"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"
		"Content-Length: 10\r\nAllow: GET\r\n\r\n");
}
END_TEST

START_TEST(end_of_the_connection_is_announced)
{
	check_head(1, false,
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: "
		"close\r\n\r\n");
	check_head(0, false,
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: "
		"close\r\n\r\n");
	check_head(0, true,
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: "
		"keep-alive\r\n\r\n");
}
END_TEST

START_TEST(statuses_without_body_have_no_length)
{
	http_response_status(&res, 204);
	check_head(1, true, "HTTP/1.1 204 No Content\r\n\r\n");
	http_response_status(&res, 304);
	check_head(1, true, "HTTP/1.1 304 Not Modified\r\n\r\n");
}
END_TEST

START_TEST(status_without_words_is_a_mistake_of_ours)
{
	http_response_status(&res, 299);
	check_head(1, true,
		"HTTP/1.1 500 Internal Server "
		"Error\r\nContent-Length: 0\r\n\r\n");
}
END_TEST

static void opened(struct http_stream *stream, const struct http_request *req, void *data)
{
	(void)req;
	(void)stream;
	(void)data;
}

START_TEST(streams_are_chunked_for_those_who_know_chunks)
{
	http_response_stream(&res, opened, NULL);
	check_head(1, false,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		"chunked\r\nConnection: close\r\n\r\n");
	check_head(0, false,
		"HTTP/1.1 200 OK\r\nConnection: "
		"close\r\n\r\n");
}
END_TEST

START_TEST(upgrade_names_the_protocol)
{
	ck_assert_int_eq(http_response_header(&res, "A", STR("b")), 0);
	http_response_upgrade(&res, "echo", opened, NULL);
	check_head(1, false,
		"HTTP/1.1 101 Switching Protocols\r\nA: b\r\n"
		"Connection: Upgrade\r\nUpgrade: echo\r\n\r\n");
}
END_TEST

START_TEST(header_values_never_break_the_line)
{
	ck_assert_int_eq(http_response_header(&res, "A", STR("x\r\nEvil: y")), -EINVAL);
	ck_assert_int_eq(http_response_header(&res, "A", STR("x\ny")), -EINVAL);
	ck_assert_int_eq(http_response_header(&res, "A", STR("x\0y")), -EINVAL);
	ck_assert_int_eq(http_response_header(&res, "A", STR("x\x7f")), -EINVAL);
	ck_assert_int_eq(http_response_header(&res, "A", STR("t\tab")), 0);
	check_head(1, true,
		"HTTP/1.1 200 "
		"OK\r\nContent-Length: 0\r\nA: "
		"t\tab\r\n\r\n");
}
END_TEST

START_TEST(static_bytes_come_before_the_body)
{
	(void)buf_append_str(http_response_body(&res), STR("body"));
	http_response_static(&res, STR("fixed"));
	ck_assert(str_equal(http_response_bytes(&res), STR("fixed")));
	check_head(1, true,
		"HTTP/1.1 200 "
		"OK\r\nContent-Length: "
		"5\r\n\r\n");
}
END_TEST

START_TEST(body_has_a_ceiling_that_can_be_raised)
{
	static char megabyte[1 << 20];
	struct buf *body = http_response_body(&res);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(buf_append(body, megabyte, sizeof(megabyte)), 0);
	}
	ck_assert_int_eq(buf_append_char(body, 'x'), -ENOBUFS);
	http_response_reset(&res);
	http_response_set_max_bytes(&res, 5 << 20);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(buf_append(body, megabyte, sizeof(megabyte)), 0);
	}
	ck_assert_int_eq(buf_append_char(body, 'x'), -ENOBUFS);
}
END_TEST

START_TEST(reset_forgets_everything_and_keeps_little)
{
	static char megabyte[1 << 20];
	http_response_status(&res, 503);
	http_response_type(&res, "text/"
				 "plain");
	(void)http_response_header(&res, "A", STR("b"));
	(void)buf_append(http_response_body(&res), megabyte, sizeof(megabyte));
	http_response_reset(&res);
	check_head(1, true,
		"HTTP/1.1 "
		"200 "
		"OK\r\nCont"
		"ent-"
		"Length: "
		"0\r\n\r"
		"\n");
	ck_assert_uint_le(res.body.capacity, 64 << 10);
}
END_TEST

static Suite *http_response_suite(void)
{
	Suite *suite = suite_create("ht"
				    "tp"
				    "_r"
				    "es"
				    "po"
				    "ns"
				    "e");
	TCase *tcase = tcase_create("he"
				    "a"
				    "d");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, head_has_status_type_length_and_fields);
	tcase_add_test(tcase, end_of_the_connection_is_announced);
	tcase_add_test(tcase, statuses_without_body_have_no_length);
	tcase_add_test(tcase, status_without_words_is_a_mistake_of_ours);
	tcase_add_test(tcase, streams_are_chunked_for_those_who_know_chunks);
	tcase_add_test(tcase, upgrade_names_the_protocol);
	tcase_add_test(tcase, header_values_never_break_the_line);
	tcase_add_test(tcase, static_bytes_come_before_the_body);
	tcase_add_test(tcase, body_has_a_ceiling_that_can_be_raised);
	tcase_add_test(tcase, reset_forgets_everything_and_keeps_little);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_response_suite());
}
