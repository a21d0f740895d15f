/* Every limit of a message: at it, and one beyond. */
#include "http/http_parser.h"

#include "http_parser_testing.h"
#include "support/suite.h"

/* format holds one %s for a run of n letters. */
static void check_run(const char *format, size_t n, enum http_fault fault)
{
	char letters[2048], input[4096];
	ck_assert_uint_lt(n, sizeof(letters));
	memset(letters, 'a', n);
	letters[n] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	int size = snprintf(input, sizeof(input), format, letters);
#pragma GCC diagnostic pop
	check_limits((struct str){input, (size_t)size}, &small,
		fault == HTTP_FAULT_NONE ? NULL : "", fault);
}

START_TEST(target_limit_is_exact)
{
	check_run("GET /%s HTTP/1.1\r\n" HOST "\r\n", 19, HTTP_FAULT_NONE);
	check_run("GET /%s HTTP/1.1\r\n" HOST "\r\n", 20, HTTP_FAULT_TARGET_TOO_LONG);
	check_run("GET /%s", 2000, HTTP_FAULT_TARGET_TOO_LONG);
	check_run("GET /%s\r\n" HOST "\r\n", 19, HTTP_FAULT_VERSION); // the CR does not count
	check_run("GET /%s\r\n" HOST "\r\n", 20, HTTP_FAULT_TARGET_TOO_LONG);
	check_run("GET /%s\n" HOST "\r\n", 20, HTTP_FAULT_TARGET_TOO_LONG);
}
END_TEST

START_TEST(head_limit_is_exact)
{
	size_t rest = strlen(HOST "A: \r\n\r\n");
	check_run("GET / HTTP/1.1\r\n" HOST "A: %s\r\n\r\n", 200 - rest, HTTP_FAULT_NONE);
	check_run("GET / HTTP/1.1\r\n" HOST "A: %s\r\n\r\n", 201 - rest, HTTP_FAULT_HEAD_TOO_LARGE);
	check_run("GET / HTTP/1.1\r\n" HOST "A: %s\n\r\n", 205 - rest, HTTP_FAULT_HEAD_TOO_LARGE);
	check_run("GET / HTTP/1.1\r\n" HOST "A: %s", 2000, HTTP_FAULT_HEAD_TOO_LARGE);
	check_run("GET / HTTP/1.1\r\n" HOST "%s", 2000, HTTP_FAULT_HEAD_TOO_LARGE);
}
END_TEST

START_TEST(field_limit_is_exact)
{
	check("GET / HTTP/1.1\r\n" HOST "a:1\r\na:2\r\na:3\r\na:4\r\na:5\r\n\r\n",
		"GET /  h 1.1 1 [] []\n");
	check_fault("GET / HTTP/1.1\r\n" HOST "a:1\r\na:2\r\na:3\r\na:4\r\na:5\r\na:6\r\n\r\n",
		HTTP_FAULT_TOO_MANY_FIELDS);
}
END_TEST

#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

START_TEST(chunk_extra_limit_is_exact)
{
	check_run(CHUNKED "1;%s\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 29, HTTP_FAULT_NONE);
	check_run(CHUNKED "1;%s\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 30, HTTP_FAULT_CHUNK_EXTRA);
	check_run(CHUNKED "1;%s\r\nx\r\n0\r\n\r\n", 2000, HTTP_FAULT_CHUNK_EXTRA);
	check_run(CHUNKED "1\r\nx\r\n0\r\nT: %s\r\n\r\n", 25, HTTP_FAULT_NONE);
	check_run(CHUNKED "1\r\nx\r\n0\r\nT: %s\r\n\r\n", 26, HTTP_FAULT_CHUNK_EXTRA);
	check_run(CHUNKED "1\r\nx\r\n0\r\nT: %s", 2000, HTTP_FAULT_CHUNK_EXTRA);
}
END_TEST

START_TEST(leading_zeros_count_as_extra)
{
	char input[512];
	(void)snprintf(input, sizeof(input), CHUNKED "%0*d\r\nx\r\n0\r\n\r\n", 31, 1);
	check(input, "POST /  h 1.1 1 [] [x]\n");
	(void)snprintf(input, sizeof(input), CHUNKED "%0*d\r\nx\r\n0\r\n\r\n", 32, 1);
	check_fault(input, HTTP_FAULT_CHUNK_EXTRA);
}
END_TEST

START_TEST(many_small_chunks_are_no_extra)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	(void)buf_append_str(&b, STR(CHUNKED));
	for (size_t i = 0; i < BODY_LIMIT; i++) {
		(void)buf_append_str(&b, STR("1\r\nx\r\n"));
	}
	(void)buf_append_str(&b, STR("0\r\n\r\n"));
	check_limits(buf_str(&b), &small, NULL, HTTP_FAULT_NONE);
	buf_finish(&b);
}
END_TEST

START_TEST(body_limit_is_exact)
{
	check_run("POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n%s", BODY_LIMIT,
		HTTP_FAULT_NONE);
	check_run("POST / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n%s", BODY_LIMIT + 1,
		HTTP_FAULT_BODY_TOO_LARGE);
	check_run(CHUNKED "3e8\r\n%s\r\n0\r\n\r\n", BODY_LIMIT, HTTP_FAULT_NONE);
	check_run(CHUNKED "3e9\r\n%s\r\n0\r\n\r\n", BODY_LIMIT + 1, HTTP_FAULT_BODY_TOO_LARGE);
}
END_TEST

START_TEST(common_memory_limit_refuses_a_body_in_pieces)
{
	char head[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 900\r\n\r\n", body[600] = {0};
	struct http_memory memory;
	struct http_parser p;
	size_t used;
	http_memory_init(&memory, 500);
	http_parser_init(&p, &small, &memory);
	ck_assert_int_eq(http_parser_push(&p, head, strlen(head), &used), HTTP_PARSER_HEAD);
	http_parser_set_body(&p, BODY_LIMIT, true);
	ck_assert_int_eq(http_parser_push(&p, body, sizeof(body), &used), HTTP_PARSER_REJECTED);
	ck_assert_int_eq(p.fault, HTTP_FAULT_MEMORY);
	http_parser_finish(&p);
	ck_assert_uint_eq(memory.used_bytes, 0);
}
END_TEST

static Suite *http_parser_limits_suite(void)
{
	Suite *suite = suite_create("http_parser_limits");
	TCase *tcase = tcase_create("limits");
	tcase_add_test(tcase, target_limit_is_exact);
	tcase_add_test(tcase, head_limit_is_exact);
	tcase_add_test(tcase, field_limit_is_exact);
	tcase_add_test(tcase, chunk_extra_limit_is_exact);
	tcase_add_test(tcase, leading_zeros_count_as_extra);
	tcase_add_test(tcase, many_small_chunks_are_no_extra);
	tcase_add_test(tcase, body_limit_is_exact);
	tcase_add_test(tcase, common_memory_limit_refuses_a_body_in_pieces);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_parser_limits_suite());
}
