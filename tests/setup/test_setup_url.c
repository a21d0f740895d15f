#include "setup/setup_url.h"

#include "base/mem.h"
#include "support/suite.h"

START_TEST(every_spelling_of_loopback_is_here)
{
	static const char *const urls[] = {"http://127.0.0.1:4318", "http://localhost:4318/",
		"HTTP://LOCALHOST:4318", "http://[::1]:4318", "http://[0:0:0:0:0:0:0:1]:4318//",
		"http://127.1:4318", "http://localhost.:4318", " http://127.0.0.1:4318 ",
		"http://127.0.0.1:04318", "http://[::ffff:127.0.0.1]:4318"};
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++) {
		ck_assert_msg(setup_url_is_local(str_from(urls[i]), 4318, STR("")), "%s", urls[i]);
	}
	ck_assert(setup_url_is_local(STR("http://localhost"), 80, STR("")));
	ck_assert(setup_url_is_local(STR("http://[::1]:4318/v1/logs"), 4318, STR("/v1/logs")));
}
END_TEST

START_TEST(everything_else_is_elsewhere)
{
	static const char *const urls[] = {"", "http://", "http://127.0.0.1:4319",
		"https://127.0.0.1:4318", "http://127.0.0.1.example:4318", "http://127.0.0.2:4318",
		"http://localhost.example:4318", "http://[::1:4318", "http://[]:4318", "http://[",
		"http://localhost:4318/v1/logs", "http://localhost:4318x", "http://localhost:-4318",
		"http://localhost:70000", "http://u@localhost:4318", "http://localhost:4318?x",
		"http://127.0.0.1 x:4318", "localhost:4318", "grpc://localhost:4318",
		"http://[::1]x:4318", "http://[::ffff:1.2.3.4]:4318", "http:///localhost:4318"};
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++) {
		ck_assert_msg(!setup_url_is_local(str_from(urls[i]), 4318, STR("")), "%s", urls[i]);
	}
	ck_assert(!setup_url_is_local(STR("http://localhost:4318"), 4318, STR("/v1/logs")));
}
END_TEST

START_TEST(the_port_is_told)
{
	int port = 0;
	ck_assert(setup_url_is_loopback(STR("http://localhost:4319/"), STR(""), &port));
	ck_assert_int_eq(port, 4319);
}
END_TEST

static Suite *setup_url_suite(void)
{
	Suite *suite = suite_create("setup_url");
	TCase *tcase = tcase_create("setup_url");
	tcase_add_test(tcase, every_spelling_of_loopback_is_here);
	tcase_add_test(tcase, everything_else_is_elsewhere);
	tcase_add_test(tcase, the_port_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_url_suite());
}
