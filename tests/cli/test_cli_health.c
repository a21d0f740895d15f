#include "cli/cli_health.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

static struct cli_health health;

static int read_health(const char *json)
{
	cleanup_free char *text = xstrdup(json);
	return cli_health_read(text, strlen(text), &health);
}

START_TEST(the_daemons_answer_is_read)
{
	ck_assert_int_eq(
		read_health("{\"status\":\"ok\",\"version\":\"0.1.0\",\"uptime_s\":7,"
			    "\"received\":{\"logs\":1,\"traces\":2,\"metrics\":3,\"hooks\":4},"
			    "\"age_ms\":{\"logs\":5,\"traces\":null},"
			    "\"rejected\":{\"requests\":6,\"records\":9,\"http\":7,\"http2\":8},"
			    "\"clock_ahead_ms\":-9,\"not_understood\":["
			    "{\"service\":\"x\",\"logs\":1,\"traces\":0,\"metrics\":2}]}"),
		0);
	ck_assert_str_eq(health.version, "0.1.0");
	ck_assert_int_eq(health.uptime_s, 7);
	ck_assert_int_eq(health.received[CLI_LOGS], 1);
	ck_assert_int_eq(health.received[CLI_HOOKS], 4);
	ck_assert_int_eq(health.age_ms[CLI_LOGS], 5);
	ck_assert_int_eq(health.age_ms[CLI_TRACES], -1);
	ck_assert_int_eq(health.age_ms[CLI_HOOKS], -1);
	ck_assert_int_eq(health.rejected_requests, 6);
	ck_assert_int_eq(health.rejected_http2, 8);
	ck_assert(health.has_clock);
	ck_assert_int_eq(health.clock_ahead_ms, -9);
	ck_assert_uint_eq(health.not_understood_count, 1);
	ck_assert_str_eq(health.not_understood[0].name, "x");
	ck_assert_int_eq(health.not_understood[0].received[CLI_METRICS], 2);
}
END_TEST

START_TEST(more_services_than_fit_are_left_out)
{
	ck_assert_int_eq(read_health("{\"version\":\"1\",\"uptime_s\":0,\"clock_ahead_ms\":null,"
				     "\"not_understood\":[{},{},{},{},{},{},{},{},{},{}]}"),
		0);
	ck_assert_uint_eq(health.not_understood_count, CLI_HEALTH_SERVICES);
	ck_assert(!health.has_clock);
}
END_TEST

START_TEST(what_the_daemon_would_not_say_is_no_health)
{
	static const char *const others[] = {"", "{}", "[]", "ok", "{\"version\":\"1\"}",
		"{\"version\":1,\"uptime_s\":1}", "{\"version\":\"\",\"uptime_s\":1}",
		"{\"version\":\"1\",\"uptime_s\":\"1\"}", "{\"version\":\"1\",\"uptime_s\":1"};
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		ck_assert_msg(read_health(others[i]) == -EPROTO, "%s", others[i]);
	}
}
END_TEST

static Suite *cli_health_suite(void)
{
	Suite *suite = suite_create("cli_health");
	TCase *tcase = tcase_create("cli_health");
	tcase_add_test(tcase, the_daemons_answer_is_read);
	tcase_add_test(tcase, more_services_than_fit_are_left_out);
	tcase_add_test(tcase, what_the_daemon_would_not_say_is_no_health);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(cli_health_suite());
}
