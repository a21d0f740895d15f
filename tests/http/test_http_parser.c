/* Every kind of message, cut at every place. */
#include "http/http_parser.h"

#include "http_parser_testing.h"
#include "support/suite.h"

START_TEST(plain_requests_are_read)
{
	check("GET /a?b=c HTTP/1.1\r\nHost: h:1\r\n\r\n", "GET /a b=c h:1 1.1 1 [] []\n");
	check("GET / HTTP/1.0\r\n\r\n", "GET /   1.0 0 [] []\n");
	check("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /   1.0 1 [] []\n");
	check("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", "GET /  h 1.1 0 [] []\n");
	check("POST / HTTP/1.1\r\n" HOST
	      "content-TYPE: \t a/b; c \r\nContent-Length: 5\r\n\r\nhello",
		"POST /  h 1.1 1 [a/b; c] [hello]\n");
	check("PROPFIND / HTTP/1.1\r\n" HOST "\r\n", "? /  h 1.1 1 [] []\n");
}
END_TEST

START_TEST(length_zero_and_no_length_are_an_empty_body)
{
	check("POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "POST /  h 1.1 1 [] []\n");
	check("POST / HTTP/1.1\r\n" HOST "\r\n", "POST /  h 1.1 1 [] []\n");
	check("POST / HTTP/1.1\r\n" HOST "Content-Length: 00003\r\n\r\nabc",
		"POST /  h 1.1 1 [] [abc]\n");
}
END_TEST

START_TEST(chunks_are_joined)
{
	check("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
	      "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n",
		"POST /  h 1.1 1 [] [abc0123456789]\n");
	check("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	      "1;a=\"b\"\r\nx\r\n0\r\nTrail: er\r\n\r\n",
		"POST /  h 1.1 1 [] [x]\n");
	check("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /  h 1.1 1 [] []\n");
}
END_TEST

START_TEST(chunk_extensions_are_dropped)
{
	static const char *const extensions[] = {
		";a",
		";a=b",
		";a=\"b c\"",
		";a=\"b;c\"",
		";a=b;c=d",
		" ;a=b",
		"\t;\ta\t=\tb",
		";a = b",
		";a=\"\\\"\"",
		";ext=1;q=\"a b\"",
		";\xff",
	};
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		char input[256];
		(void)snprintf(input, sizeof(input),
			"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
			"2%s\r\nok\r\n0%s\r\n\r\nGET /2 HTTP/1.1\r\n" HOST "\r\n",
			extensions[i], extensions[i]);
		check(input, "POST /  h 1.1 1 [] [ok]\nGET /2  h 1.1 1 [] []\n");
	}
}
END_TEST

START_TEST(pipelined_requests_come_one_after_another)
{
	check("POST /1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n" HOST
	      "\r\n\r\n\r\n"
	      "POST /3 HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n"
	      "GET /4 HTTP/1.1\r\n" HOST "\r\n",
		"POST /1  h 1.1 1 [] [abc]\nGET /2  h 1.1 1 [] []\n"
		"POST /3  h 1.1 1 [] [z]\nGET /4  h 1.1 1 [] []\n");
}
END_TEST

START_TEST(empty_lines_before_a_request_are_skipped)
{
	check("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", "GET /  h 1.1 1 [] []\n");
}
END_TEST

START_TEST(upgrades_are_ignored)
{
	check("GET / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
	      "GET /b HTTP/1.1\r\n" HOST "\r\n",
		"GET /  h 1.1 1 [] []\nGET /b  h 1.1 1 [] []\n");
	check("POST / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: x\r\n"
	      "Content-Length: 2\r\n\r\nab",
		"POST /  h 1.1 1 [] [ab]\n");
}
END_TEST

START_TEST(absolute_targets_replace_the_host)
{
	check("GET http://o:8/p?q HTTP/1.1\r\n" HOST "\r\n", "GET /p q o:8 1.1 1 [] []\n");
	check("GET HTTP://o HTTP/1.1\r\n" HOST "\r\n", "GET /  o 1.1 1 [] []\n");
	check("GET http://o?q HTTP/1.1\r\n" HOST "\r\n", "GET / q o 1.1 1 [] []\n");
	check("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS *  h 1.1 1 [] []\n");
	check_fault("GET http://u@o/ HTTP/1.1\r\n" HOST "\r\n", HTTP_FAULT_TARGET);
	check_fault("GET ftp://o/ HTTP/1.1\r\n" HOST "\r\n", HTTP_FAULT_TARGET);
	check_fault("GET /a#b HTTP/1.1\r\n" HOST "\r\n", HTTP_FAULT_TARGET);
}
END_TEST

/* Refused, by whatever name: llhttp's versions differ in which. */
static void check_refused(const char *input)
{
	size_t steps[] = {1, 2, 3, 7, strlen(input)};
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct outcome o;
		run(str_from(input), steps[i], &small, &o);
		ck_assert_msg(o.fault != HTTP_FAULT_NONE && o.requests == 0,
			"accepted in steps of %zu: %s", steps[i], input);
		ck_assert_int_ge(http_fault_info(o.fault)->status, 400);
		ck_assert(http_fault_info(o.fault)->closes);
		buf_finish(&o.text);
	}
}

START_TEST(what_is_not_http_is_refused)
{
	check_refused("\x16\x03\x01\x02\x01\xfc\x03");
	check_refused("SSH-2.0-OpenSSH_9.2\r\n");
	check_refused("GET\r\n\r\n");
	check_refused("GET /\r\n\r\n");
	check_refused("get / HTTP/1.1\r\n" HOST "\r\n");
	check_refused("BREW / HTTP/1.1\r\n" HOST "\r\n");
	check_refused("GET  / HTTP/1.1\r\n" HOST "\r\n");
	check_refused("GET / x HTTP/1.1\r\n" HOST "\r\n");
	check_refused("GET / HTTP/1.1 \r\n" HOST "\r\n");
	check_refused("GET / RTSP/1.0\r\n" HOST "\r\n");
	check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}
END_TEST

START_TEST(other_versions_are_refused)
{
	check_fault("GET / HTTP/2.0\r\n" HOST "\r\n", HTTP_FAULT_VERSION);
	check_fault("GET / HTTP/0.9\r\n" HOST "\r\n", HTTP_FAULT_VERSION);
	check_fault("GET / HTTP/1.2\r\n" HOST "\r\n", HTTP_FAULT_VERSION);
	check_fault("GET / HTTP/3.0\r\n" HOST "\r\n", HTTP_FAULT_VERSION);
}
END_TEST

START_TEST(broken_fields_are_refused)
{
	check_refused("GET / HTTP/1.1\r\nHost : h\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a b: x\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a(: x\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a: b\rc\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a: b\x01\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a: b\r\n c\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "a: b\r\n\tc\r\n\r\n");
	check_refused("GET / HTTP/1.1\r\n Host: h\r\n\r\n");
	check_refused("GET / HTTP/1.1\n" HOST "\r\n");
	check_refused("GET / HTTP/1.1\r\nHost: h\n\r\n");
	check_refused("GET / HTTP/1.1\r\n" HOST "\n");
}
END_TEST

START_TEST(nul_in_a_field_is_refused)
{
	static const char input[] = "GET / HTTP/1.1\r\n" HOST "a: b\0c\r\n\r\n";
	for (size_t step = 1; step < sizeof(input); step++) {
		struct outcome o;
		run((struct str){input, sizeof(input) - 1}, step, &small, &o);
		ck_assert(o.fault != HTTP_FAULT_NONE);
		buf_finish(&o.text);
	}
}
END_TEST

START_TEST(host_must_be_there_once_and_well_formed)
{
	check_fault("GET / HTTP/1.1\r\n\r\n", HTTP_FAULT_HOST_MISSING);
	check_fault("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", HTTP_FAULT_HOST_REPEATED);
	check_fault("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check_fault("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check_fault("GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check_fault("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check_fault("GET / HTTP/1.1\r\nHost: []:1\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check_fault("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", HTTP_FAULT_HOST_MALFORMED);
	check("GET / HTTP/1.1\r\nHost: [::1]:4318\r\n\r\n", "GET /  [::1]:4318 1.1 1 [] []\n");
	check("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /   1.1 1 [] []\n");
}
END_TEST

START_TEST(length_in_doubt_is_refused)
{
	static const char *const fields[] = {
		"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
		"Content-Length: 3\r\nContent-Length: 4\r\n",
		"Content-Length: 3\r\nContent-Length: 3\r\n",
		"Content-Length: 3, 3\r\n",
		"Content-Length: 3x\r\n",
		"Content-Length: +3\r\n",
		"Content-Length: -3\r\n",
		"Content-Length: 0x3\r\n",
		"Content-Length: 1 2\r\n",
		"Content-Length:\r\n",
		"Content-Length: 9223372036854775808\r\n",
		"Content-Length: 18446744073709551616\r\n",
		"Transfer-Encoding: gzip\r\n",
		"Transfer-Encoding: gzip, chunked\r\n",
		"Transfer-Encoding: chunked, gzip\r\n",
		"Transfer-Encoding: chunked, chunked\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: xchunked\r\n",
		"Transfer-Encoding: identity\r\n",
		"Transfer-Encoding:\r\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		char input[256];
		(void)snprintf(
			input, sizeof(input), "POST / HTTP/1.1\r\n" HOST "%s\r\nabc", fields[i]);
		check_refused(input);
	}
	check_refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}
END_TEST

START_TEST(broken_chunks_are_refused)
{
	static const char *const bodies[] = {
		"x\r\n",
		"\r\n",
		"-1\r\n",
		"0x1\r\na\r\n0\r\n\r\n",
		"1\r\nab\r\n0\r\n\r\n",
		"1\na\r\n0\r\n\r\n",
		"1\r\na\n0\r\n\r\n",
		"1 \r\na\r\n0\r\n\r\n",
		"11111111111111111\r\n",
		"ffffffffffffffffff\r\n",
		"1\r\na0\r\n\r\n",
		"0\r\nbad trailer\r\n\r\n",
		"0\r\n: x\r\n\r\n",
		"0\r\nT: a\r\n b\r\n\r\n",
		"0\r\nT: a\rb\r\n\r\n",
		"0\r\nT: a\n\r\n",
		"0\r\nT : a\r\n\r\n",
		"1;a\x01\r\na\r\n0\r\n\r\n",
		"1;a\na\r\n0\r\n\r\n",
		"1;a=\"b\r\na\r\n0\r\n\r\n",
		"1 ;\ra\r\n0\r\n\r\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		char input[256];
		(void)snprintf(input, sizeof(input),
			"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n%s",
			bodies[i]);
		check_refused(input);
	}
}
END_TEST

START_TEST(declared_size_is_told_before_the_body)
{
	static const struct {
		const char *field;
		uint64_t declared;
	} cases[] = {
		{"", 0},
		{"Content-Length: 0\r\n", 0},
		{"Content-Length: 9223372036854775807\r\n", INT64_MAX},
		{"Transfer-Encoding: chunked\r\n", UINT64_MAX},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct http_memory memory;
		struct http_parser p;
		char input[128];
		size_t used;
		http_memory_init(&memory, SIZE_MAX);
		http_parser_init(&p, &small, &memory);
		int size = snprintf(
			input, sizeof(input), "POST / HTTP/1.1\r\n" HOST "%s\r\n", cases[i].field);
		ck_assert_int_eq(
			http_parser_push(&p, input, (size_t)size, &used), HTTP_PARSER_HEAD);
		ck_assert_uint_eq(used, (size_t)size);
		ck_assert_uint_eq(http_parser_declared_bytes(&p), cases[i].declared);
		http_parser_finish(&p);
	}
}
END_TEST

START_TEST(whole_request_in_one_slice_is_borrowed)
{
	char input[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc";
	struct http_memory memory;
	struct http_parser p;
	struct http_request req;
	size_t used, first;
	http_memory_init(&memory,
		0); // not one byte may be copied
	http_parser_init(&p, &small, &memory);
	ck_assert_int_eq(http_parser_push(&p, input, strlen(input), &first), HTTP_PARSER_HEAD);
	http_parser_set_body(&p, BODY_LIMIT, true);
	ck_assert_int_eq(http_parser_push(&p, input + first, strlen(input) - first, &used),
		HTTP_PARSER_COMPLETE);
	http_parser_view(&p, &req);
	ck_assert(req.complete);
	ck_assert_ptr_eq(req.body_data, input + strlen(input) - 3);
	ck_assert_ptr_null(p.held.data);
	http_parser_finish(&p);
}
END_TEST

START_TEST(discarded_body_takes_no_memory)
{
	char head[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 900\r\n\r\n", body[450] = {0};
	struct http_memory memory;
	struct http_parser p;
	struct http_request req;
	size_t used;
	http_memory_init(&memory, 0);
	http_parser_init(&p, &small, &memory);
	ck_assert_int_eq(http_parser_push(&p, head, strlen(head), &used), HTTP_PARSER_HEAD);
	http_parser_set_body(&p, BODY_LIMIT, false);
	ck_assert_int_eq(http_parser_push(&p, body, sizeof(body), &used), HTTP_PARSER_MORE);
	ck_assert_int_eq(http_parser_push(&p, body, sizeof(body), &used), HTTP_PARSER_COMPLETE);
	http_parser_view(&p, &req);
	ck_assert_uint_eq(req.wire_bytes, 900);
	ck_assert_uint_eq(req.body.size, 0);
	http_parser_finish(&p);
}
END_TEST

START_TEST(partial_request_can_be_viewed)
{
	char input[] = "POST /v1/logs?x HTTP/1.1\r\n" HOST "Content-Type: a/b\r\nBad Field";
	struct http_memory memory;
	struct http_parser p;
	struct http_request req;
	size_t used;
	http_memory_init(&memory, SIZE_MAX);
	http_parser_init(&p, &small, &memory);
	http_parser_view(&p, &req);
	ck_assert_int_eq(req.method, 0);
	ck_assert_uint_eq(req.path.size, 0);
	ck_assert_int_eq(http_parser_push(&p, input, strlen(input), &used), HTTP_PARSER_REJECTED);
	http_parser_view(&p, &req);
	ck_assert(!req.complete);
	ck_assert_int_eq(req.method, HTTP_POST);
	ck_assert(str_equal(req.path, STR("/v1/logs")));
	ck_assert(str_equal(req.content_type, STR("a/b")));
	ck_assert(str_equal(req.fields, STR(HOST "Content-Type: a/b\r\n")));
	http_parser_finish(&p);
}
END_TEST

START_TEST(repeated_fields_are_noticed)
{
	check_fault("GET / HTTP/1.1\r\n" HOST "Origin: a\r\nOrigin: a\r\n\r\n",
		HTTP_FAULT_REPEATED_FIELD);
	check_fault("GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nAuthorization: a\r\n\r\n",
		HTTP_FAULT_REPEATED_FIELD);
}
END_TEST

static Suite *http_parser_suite(void)
{
	Suite *suite = suite_create("http_parser");
	TCase *good = tcase_create("good"), *bad = tcase_create("bad");
	tcase_add_test(good, plain_requests_are_read);
	tcase_add_test(good, length_zero_and_no_length_are_an_empty_body);
	tcase_add_test(good, chunks_are_joined);
	tcase_add_test(good, chunk_extensions_are_dropped);
	tcase_add_test(good, pipelined_requests_come_one_after_another);
	tcase_add_test(good, empty_lines_before_a_request_are_skipped);
	tcase_add_test(good, upgrades_are_ignored);
	tcase_add_test(good, absolute_targets_replace_the_host);
	tcase_add_test(good, declared_size_is_told_before_the_body);
	tcase_add_test(good, whole_request_in_one_slice_is_borrowed);
	tcase_add_test(good, discarded_body_takes_no_memory);
	tcase_add_test(good, partial_request_can_be_viewed);
	tcase_add_test(bad, what_is_not_http_is_refused);
	tcase_add_test(bad, other_versions_are_refused);
	tcase_add_test(bad, broken_fields_are_refused);
	tcase_add_test(bad, nul_in_a_field_is_refused);
	tcase_add_test(bad, host_must_be_there_once_and_well_formed);
	tcase_add_test(bad, repeated_fields_are_noticed);
	tcase_add_test(bad, length_in_doubt_is_refused);
	tcase_add_test(bad, broken_chunks_are_refused);
	suite_add_tcase(suite, good);
	suite_add_tcase(suite, bad);
	return suite;
}

int main(void)
{
	return suite_run(http_parser_suite());
}
