#include "http/http_router.h"

#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

static const struct http_route routes[] = {
	{.path = "/v1/logs", .methods = HTTP_POST},
	{.path = "/api/sessions", .methods = HTTP_GET},
	{.path = "/api/sessions/latest", .methods = HTTP_GET},
	{.path = "/api/sessions/*", .methods = HTTP_GET},
	{.path = "/api/sessions/*", .methods = HTTP_DELETE},
	{.path = "/api/sessions/*/ack", .methods = HTTP_POST},
	{.path = "/", .methods = HTTP_GET | HTTP_POST},
	{.path = "/api/sessions/*/turns/*", .methods = HTTP_GET},
};
static const struct http_route_group group = {.routes = routes, .count = ARRAY_SIZE(routes)};
static const struct http_peer peer;
static struct http_router router;
static struct http_match match;

static void setup(void)
{
	http_router_init(&router, &group, 1);
}

static void teardown(void)
{
	http_router_finish(&router);
}

static int find(enum http_method method, const char *path)
{
	const struct http_request req = {.method = method, .path = str_from(path), .peer = &peer};
	http_router_find(&router, &req, &match);
	return match.route == NULL ? -1 : (int)(match.route - routes);
}

START_TEST(paths_are_compared_byte_by_byte)
{
	ck_assert_int_eq(find(HTTP_POST, "/v1/logs"), 0);
	ck_assert(match.method_allowed);
	ck_assert_int_eq(find(HTTP_GET, "/"), 6);
	ck_assert_int_eq(find(HTTP_POST, "/v1/logs/"), -1);
	ck_assert_int_eq(find(HTTP_POST, "//v1/logs"), -1);
	ck_assert_int_eq(find(HTTP_POST, "/V1/logs"), -1);
	ck_assert_int_eq(find(HTTP_POST, "/v1/log"), -1);
	ck_assert_int_eq(find(HTTP_POST, "/v1/%6Cogs"), -1);
	ck_assert_int_eq(find(HTTP_POST, ""), -1);
	ck_assert_int_eq(find(HTTP_POST, "*"), -1);
}
END_TEST

START_TEST(other_methods_are_told_which_are_allowed)
{
	char allow[HTTP_ALLOW_BYTES];
	ck_assert_int_eq(find(HTTP_GET, "/v1/logs"), 0);
	ck_assert(!match.method_allowed);
	ck_assert(str_equal(http_router_allow(match.allowed, allow), STR("POST")));
	ck_assert_int_eq(find(HTTP_PUT, "/api/sessions/x"), 3);
	ck_assert(!match.method_allowed);
	ck_assert(str_equal(http_router_allow(match.allowed, allow), STR("GET, HEAD, DELETE")));
	find(HTTP_METHOD_OTHER, "/");
	ck_assert(!match.method_allowed);
	ck_assert(str_equal(http_router_allow(match.allowed, allow), STR("GET, HEAD, POST")));
}
END_TEST

START_TEST(head_goes_where_get_goes)
{
	ck_assert_int_eq(find(HTTP_HEAD, "/api/sessions"), 1);
	ck_assert(match.method_allowed);
	find(HTTP_HEAD, "/v1/logs");
	ck_assert(!match.method_allowed);
}
END_TEST

START_TEST(one_path_may_have_a_route_per_method)
{
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/x"), 3);
	ck_assert_int_eq(find(HTTP_DELETE, "/api/sessions/x"), 4);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/latest"), 2);
}
END_TEST

static bool parameter_is(struct str s)
{
	return str_equal((struct str){match.parameters[0].bytes, match.parameters[0].size}, s);
}

START_TEST(segment_is_handed_over_decoded)
{
	ck_assert_int_eq(find(HTTP_POST, "/api/sessions/a-1/ack"), 5);
	ck_assert(parameter_is(STR("a-1")));
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/%C3%a4%20%2F"), 3);
	ck_assert(parameter_is(STR("\xc3\xa4 /")));
	ck_assert_int_eq(find(HTTP_POST, "/api/sessions/*/ack"), 5);
	ck_assert(parameter_is(STR("*")));
}
END_TEST

START_TEST(segment_must_be_a_name)
{
	ck_assert_int_eq(find(HTTP_POST, "/api/sessions//ack"), -1);
	ck_assert_int_eq(find(HTTP_POST, "/api/sessions/ack"), 3);
	ck_assert_int_eq(find(HTTP_POST, "/api/sessions/a/b/ack"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/%"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/%4"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/%g0"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a%00b"), -1);
}
END_TEST

START_TEST(segment_has_a_limit)
{
	char path[512] = "/api/sessions/";
	size_t front = strlen(path);
	memset(path + front, 'x', HTTP_PARAMETER_BYTES);
	ck_assert_int_eq(find(HTTP_GET, path), 3);
	ck_assert_uint_eq(match.parameters[0].size, HTTP_PARAMETER_BYTES);
	path[front + HTTP_PARAMETER_BYTES] = 'x';
	ck_assert_int_eq(find(HTTP_GET, path), -1);
}
END_TEST

START_TEST(two_segments_are_handed_over)
{
	struct http_request req = {0};
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a%2Fb/turns/12"), 7);
	ck_assert_uint_eq(match.parameter_count, 2);
	http_router_hand_over(&match, &req);
	ck_assert(str_equal(req.path_parameters[0], STR("a/b")));
	ck_assert(str_equal(req.path_parameters[1], STR("12")));
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a/turns/"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a/turns"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions//turns/1"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a/turns/1/"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a/turns/1/2"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions/a/turns/%zz"), -1);
	ck_assert_int_eq(find(HTTP_GET, "/api/sessions"), 1);
	ck_assert_uint_eq(match.parameter_count, 0);
}
END_TEST

static Suite *http_router_suite(void)
{
	Suite *suite = suite_create("http_router");
	TCase *tcase = tcase_create("find");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, paths_are_compared_byte_by_byte);
	tcase_add_test(tcase, other_methods_are_told_which_are_allowed);
	tcase_add_test(tcase, head_goes_where_get_goes);
	tcase_add_test(tcase, one_path_may_have_a_route_per_method);
	tcase_add_test(tcase, segment_is_handed_over_decoded);
	tcase_add_test(tcase, segment_must_be_a_name);
	tcase_add_test(tcase, segment_has_a_limit);
	tcase_add_test(tcase, two_segments_are_handed_over);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_router_suite());
}
