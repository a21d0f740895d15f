#include "http/http_request.h"

#include "base/mem.h"
#include "support/suite.h"

static const struct http_request with_fields = {
	.fields = STR_INIT("Host: a\r\nLast-Event-ID:  42 \r\nX: one\r\nx: two\r\nEmpty:\r\n"
			   "Accept: text/html;q=0.5, image/*, application/json;q=0\r\n"),
};

static bool equal(struct str a, const char *b)
{
	return str_equal(a, str_from(b));
}

START_TEST(header_is_found_without_regard_to_case)
{
	ck_assert(equal(http_request_header(&with_fields, STR("last-event-id")), "42"));
	ck_assert(equal(http_request_header(&with_fields, STR("HOST")), "a"));
}
END_TEST

START_TEST(first_of_repeated_headers_is_given)
{
	ck_assert(equal(http_request_header(&with_fields, STR("X")), "one"));
}
END_TEST

START_TEST(empty_header_differs_from_a_missing_one)
{
	ck_assert_ptr_nonnull(http_request_header(&with_fields, STR("empty")).data);
	ck_assert_uint_eq(http_request_header(&with_fields, STR("empty")).size, 0);
	ck_assert_ptr_null(http_request_header(&with_fields, STR("nothing")).data);
	ck_assert_ptr_null(http_request_header(&(struct http_request){0}, STR("host")).data);
}
END_TEST

START_TEST(media_type_ignores_case_parameters_and_blanks)
{
	static const struct {
		struct str type;
		bool matches;
	} cases[] = {
		{STR_INIT("application/json"), true},
		{STR_INIT("Application/JSON ; charset=utf-8"), true},
		{STR_INIT("application/json;charset=utf-8"), true},
		{STR_INIT(" application/json\t"), true},
		{STR_INIT("application/jsonx"), false},
		{STR_INIT("application/json charset"), false},
		{STR_INIT("text/plain; application/json"), false},
		{STR_INIT(""), false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct http_request req = {.content_type = cases[i].type};
		ck_assert_msg(http_request_media_type_is(&req, STR("application/json")) ==
				      cases[i].matches,
			"%.*s", STR_ARG(cases[i].type));
	}
}
END_TEST

START_TEST(accept_knows_ranges_and_weights)
{
	ck_assert(http_request_accepts(&with_fields, STR("text/html")));
	ck_assert(http_request_accepts(&with_fields, STR("image/png")));
	ck_assert(!http_request_accepts(&with_fields, STR("application/json")));
	ck_assert(!http_request_accepts(&with_fields, STR("text/plain")));
	ck_assert(http_request_accepts(&(struct http_request){0}, STR("text/plain")));
	struct http_request any = {.fields = STR("Accept: */*\r\n")};
	ck_assert(http_request_accepts(&any, STR("text/plain")));
}
END_TEST

START_TEST(coding_is_accepted_by_name_alone)
{
	static const struct {
		const char *fields;
		bool accepts;
	} cases[] = {
		{"Accept-Encoding: gzip\r\n", true},
		{"Accept-Encoding: br;q=1, GZip ; q=0.1\r\n", true},
		{"Accept-Encoding: gzip;q=0\r\n", false},
		{"Accept-Encoding: br, *\r\n", false},
		{"Accept-Encoding:\r\n", false},
		{"", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct http_request req = {.fields = str_from(cases[i].fields)};
		ck_assert_msg(http_request_accepts_coding(&req, STR("gzip")) == cases[i].accepts,
			"%s", cases[i].fields);
	}
}
END_TEST

static bool upgrades(enum http_method method, int minor_version, const char *fields)
{
	const struct http_request req = {
		.method = method, .minor_version = minor_version, .fields = str_from(fields)};
	return http_request_upgrades_to(&req, STR("websocket"));
}

START_TEST(upgrade_is_asked_for_in_two_fields)
{
	ck_assert(upgrades(HTTP_GET, 1, "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
	ck_assert(upgrades(HTTP_GET, 1, "upgrade: h2c, WebSocket\r\nconnection: a,UPGRADE ,b\r\n"));
	ck_assert(upgrades(HTTP_GET, 1,
		"Connection: keep-alive\r\nConnection: Upgrade\r\n"
		"Upgrade: a\r\nUpgrade: websocket\r\n"));
	ck_assert(!upgrades(HTTP_GET, 1, "Upgrade: websocket\r\n"));
	ck_assert(!upgrades(HTTP_GET, 1, "Connection: Upgrade\r\n"));
	ck_assert(!upgrades(HTTP_GET, 1, "Connection: Upgrade\r\nUpgrade: websockets\r\n"));
	ck_assert(!upgrades(HTTP_GET, 1, "Connection: Upgrades\r\nUpgrade: websocket\r\n"));
	ck_assert(!upgrades(HTTP_GET, 1, ""));
	ck_assert(!upgrades(HTTP_GET, 0, "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
	ck_assert(!upgrades(HTTP_HEAD, 1, "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
}
END_TEST

START_TEST(methods_have_names)
{
	ck_assert_str_eq(http_method_name(HTTP_GET), "GET");
	ck_assert_str_eq(http_method_name(HTTP_OPTIONS), "OPTIONS");
	ck_assert_str_eq(http_method_name(HTTP_METHOD_OTHER), "?");
	ck_assert_str_eq(http_method_name(0), "?");
}
END_TEST

static Suite *http_request_suite(void)
{
	Suite *suite = suite_create("http_request");
	TCase *tcase = tcase_create("view");
	tcase_add_test(tcase, header_is_found_without_regard_to_case);
	tcase_add_test(tcase, first_of_repeated_headers_is_given);
	tcase_add_test(tcase, empty_header_differs_from_a_missing_one);
	tcase_add_test(tcase, media_type_ignores_case_parameters_and_blanks);
	tcase_add_test(tcase, accept_knows_ranges_and_weights);
	tcase_add_test(tcase, coding_is_accepted_by_name_alone);
	tcase_add_test(tcase, upgrade_is_asked_for_in_two_fields);
	tcase_add_test(tcase, methods_have_names);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_request_suite());
}
