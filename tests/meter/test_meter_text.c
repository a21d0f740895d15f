#include <check.h>

#include "meter/meter.h"
#include "meter/meter_text.h"
#include "support/suite.h"

static void check_text(bool is_openmetrics, const char *expected)
{
	struct buf out;
	struct meter m;
	buf_init(&out, 1 << 16);
	meter_init(&m);
	const struct meter_text t = {&out, is_openmetrics};
	meter_text_gauge(&t, "cost_today_usd", "Cost.");
	meter_text_sample(&t, "cost_today_usd", STR(""), -1500000000, 1000000000);
	meter_text_sample(&t, "cost_today_usd", STR("a=\"b\""), 1, 1000000000);
	const struct str values[] = {STR("codex"), STR("gpt"), STR("reported")};
	meter_add(&m, METER_COST, values, 12340000000, 2500);
	meter_text_write(&t, &m);
	meter_text_end(&t);
	buf_append_char(&out, '\0');
	ck_assert_str_eq(out.data, expected);
	meter_finish(&m);
	buf_finish(&out);
}

START_TEST(counters_are_named_as_each_format_wants)
{
	check_text(false,
		"# HELP otel_ai_cost_today_usd Cost.\n# TYPE otel_ai_cost_today_usd gauge\n"
		"otel_ai_cost_today_usd -1.5\notel_ai_cost_today_usd{a=\"b\"} 0.000000001\n"
		"# HELP otel_ai_cost_usd_total Cost in US dollars, by where the figure is from.\n"
		"# TYPE otel_ai_cost_usd_total counter\n"
		"otel_ai_cost_usd_total{tool=\"codex\",model=\"gpt\",source=\"reported\"} 12.34\n");
	check_text(true,
		"# HELP otel_ai_cost_today_usd Cost.\n# TYPE otel_ai_cost_today_usd gauge\n"
		"otel_ai_cost_today_usd -1.5\notel_ai_cost_today_usd{a=\"b\"} 0.000000001\n"
		"# HELP otel_ai_cost_usd Cost in US dollars, by where the figure is from.\n"
		"# TYPE otel_ai_cost_usd counter\n"
		"otel_ai_cost_usd_total{tool=\"codex\",model=\"gpt\",source=\"reported\"} 12.34\n"
		"otel_ai_cost_usd_created{tool=\"codex\",model=\"gpt\",source=\"reported\"} 2.5\n"
		"# EOF\n");
}
END_TEST

START_TEST(a_histogram_is_cumulative)
{
	struct buf out;
	struct meter m;
	buf_init(&out, 1 << 16);
	meter_init(&m);
	const struct meter_text t = {&out, false};
	const struct str values[] = {STR("codex")};
	meter_observe(&m, METER_TOOL_CALL_DURATION, values, 100, 1);
	meter_observe(&m, METER_TOOL_CALL_DURATION, values, 101, 1);
	meter_observe(&m, METER_TOOL_CALL_DURATION, values, 9999999, 1);
	meter_text_write(&t, &m);
	buf_append_char(&out, '\0');
	ck_assert(str_contains(buf_str(&out), STR("_bucket{tool=\"codex\",le=\"0.1\"} 1\n")));
	ck_assert(str_contains(buf_str(&out), STR("_bucket{tool=\"codex\",le=\"0.5\"} 2\n")));
	ck_assert(str_contains(buf_str(&out), STR("_bucket{tool=\"codex\",le=\"1800.0\"} 2\n")));
	ck_assert(str_contains(buf_str(&out), STR("_bucket{tool=\"codex\",le=\"+Inf\"} 3\n")));
	ck_assert(str_contains(buf_str(&out), STR("_seconds_count{tool=\"codex\"} 3\n")));
	ck_assert(str_contains(buf_str(&out), STR("_seconds_sum{tool=\"codex\"} 10000.2\n")));
	meter_finish(&m);
	buf_finish(&out);
}
END_TEST

START_TEST(openmetrics_is_for_who_asks)
{
	ck_assert(meter_text_wants_openmetrics(
		STR("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")));
	ck_assert(!meter_text_wants_openmetrics(STR("text/plain;version=0.0.4")));
	ck_assert(!meter_text_wants_openmetrics(STR("*/*")));
	ck_assert(!meter_text_wants_openmetrics(STR("")));
}
END_TEST

static Suite *meter_text_suite(void)
{
	Suite *suite = suite_create("meter_text");
	TCase *tcase = tcase_create("meter_text");
	tcase_add_test(tcase, counters_are_named_as_each_format_wants);
	tcase_add_test(tcase, a_histogram_is_cumulative);
	tcase_add_test(tcase, openmetrics_is_for_who_asks);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(meter_text_suite());
}
