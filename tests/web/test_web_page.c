/* The page's files, asked for without a server. */
#include <stdio.h>

#include "base/mem.h"
#include "page/page_files.h"
#include "support/handlers.h"
#include "support/suite.h"
#include "web/web_page.h"

static struct web_page page;
static struct http_route_group routes;
static struct route_call call;

static void setup(void)
{
	web_page_init(&page);
	routes = web_page_routes(&page);
	call_init(&call);
}

static void teardown(void)
{
	call_finish(&call);
	web_page_finish(&page);
}

static int get(const char *path, const char *fields)
{
	call.req.fields = str_from(fields);
	int status = call_routes(&call, &routes, HTTP_GET, path, NULL, "");
	call.req.fields = (struct str){0};
	return status;
}

static bool has_field(const char *line)
{
	return str_contains(buf_str(&call.res.fields), str_from(line));
}

START_TEST(page_is_served_with_a_policy_that_lets_nothing_in)
{
	ck_assert_int_eq(get("/", ""), 200);
	ck_assert_str_eq(call.res.type, "text/html; charset=utf-8");
	ck_assert(has_field("Content-Security-Policy: default-src 'none'; script-src 'self'; "));
	ck_assert(has_field("require-trusted-types-for 'script'\r\n"));
	ck_assert(has_field("X-Content-Type-Options: nosniff\r\n"));
	ck_assert(has_field("Referrer-Policy: no-referrer\r\n"));
	ck_assert(has_field("Cross-Origin-Opener-Policy: same-origin\r\n"));
	ck_assert(has_field("Cross-Origin-Resource-Policy: same-origin\r\n"));
	ck_assert(has_field("Cache-Control: no-cache\r\n"));
	ck_assert(call_answer_has(&call, "<meta name=\"build\" content=\""));
	ck_assert(call_answer_has(&call, page_build));
	ck_assert(!call_answer_has(&call, "@BUILD@"));
	ck_assert(
		call_answer_has(&call, "<link rel=\"modulepreload\" href=\"page/core/dom.js\">\n"));
}
END_TEST

START_TEST(every_file_is_served_as_it_is)
{
	for (size_t i = 0; i < page_file_count; i++) {
		ck_assert_int_eq(get(page_files[i].path, ""), 200);
		ck_assert_str_eq(call.res.type, page_files[i].type);
		ck_assert(str_equal(http_response_bytes(&call.res), page_files[i].bytes));
		ck_assert(!has_field("Content-Encoding"));
		ck_assert((call.match.route->flags & HTTP_ROUTE_PUBLIC) != 0);
	}
}
END_TEST

START_TEST(gzip_copy_is_for_those_who_take_it)
{
	ck_assert_int_eq(get("/page/app.js", "Accept-Encoding: br, GZip;q=0.5\r\n"), 200);
	ck_assert(has_field("Content-Encoding: gzip\r\n"));
	ck_assert(has_field("Vary: Accept-Encoding\r\n"));
	ck_assert(str_starts_with(http_response_bytes(&call.res), STR("\x1f\x8b")));
	ck_assert_int_eq(get("/page/app.js", "Accept-Encoding: gzip;q=0\r\n"), 200);
	ck_assert(!has_field("Content-Encoding"));
}
END_TEST

/* The field that the last answer's ETag makes, behind something before it. */
static const char *condition(const char *before)
{
	static char fields[256];
	static const char name[] = "ETag: ";
	struct str rest = buf_str(&call.res.fields);
	while (!str_starts_with(rest, str_from(name))) {
		(void)str_cut(&rest, '\n');
		ck_assert_uint_gt(rest.size, 0);
	}
	struct str etag = str_skip(str_cut(&rest, '\r'), sizeof(name) - 1);
	(void)snprintf(fields, sizeof(fields), "If-None-Match: %s%.*s\r\n", before, STR_ARG(etag));
	return fields;
}

START_TEST(what_is_known_is_not_sent_again)
{
	static const char *const before[] = {"", "\"other\", ", "W/"};
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		(void)get("/", "");
		ck_assert_int_eq(get("/", condition(before[i])), 304);
		ck_assert_uint_eq(http_response_bytes(&call.res).size, 0);
		ck_assert(has_field("ETag: \""));
	}
	ck_assert_int_eq(get("/", "If-None-Match: *\r\n"), 304);
	ck_assert_int_eq(get("/", "If-None-Match: \"other\"\r\n"), 200);
}
END_TEST

START_TEST(gzip_copy_has_an_etag_of_its_own)
{
	char fields[320];
	(void)get("/", "");
	(void)snprintf(fields, sizeof(fields), "%sAccept-Encoding: gzip\r\n", condition(""));
	ck_assert_int_eq(get("/", fields), 200);
}
END_TEST

START_TEST(old_addresses_lead_to_the_page)
{
	ck_assert_int_eq(get("/dashboard", ""), 302);
	ck_assert(has_field("Location: /#/\r\n"));
	ck_assert_int_eq(get("/tasks", ""), 302);
	ck_assert(has_field("Location: /#/tasks\r\n"));
	ck_assert_int_eq(get("/kanban", ""), 302);
	ck_assert(has_field("Location: /#/tasks\r\n"));
}
END_TEST

/* What page_embed.c leaves out must not be missed. */
START_TEST(scripts_have_their_lines_but_no_comments)
{
	ck_assert_int_eq(get("/page/core/dom.js", ""), 200);
	ck_assert(call_answer_has(&call, "\nexport function el(tag,props,...children){"));
	ck_assert(call_answer_has(&call, "{(e).style.setProperty("));
	ck_assert(!call_answer_has(&call, "\n//"));
	ck_assert(!call_answer_has(&call, "/*"));
	ck_assert(!call_answer_has(&call, "\t"));
}
END_TEST

static Suite *web_page_suite(void)
{
	Suite *suite = suite_create("web_page");
	TCase *tcase = tcase_create("page");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, page_is_served_with_a_policy_that_lets_nothing_in);
	tcase_add_test(tcase, every_file_is_served_as_it_is);
	tcase_add_test(tcase, gzip_copy_is_for_those_who_take_it);
	tcase_add_test(tcase, what_is_known_is_not_sent_again);
	tcase_add_test(tcase, gzip_copy_has_an_etag_of_its_own);
	tcase_add_test(tcase, old_addresses_lead_to_the_page);
	tcase_add_test(tcase, scripts_have_their_lines_but_no_comments);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(web_page_suite());
}
