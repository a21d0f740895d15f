/* Price lists, good and bad. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "support/suite.h"

#define ROW          "{\"input\":1,\"output\":2}"
#define MODELS(text) "{\"version\":2,\"models\":[" text "]}"
#define ONE(prices)  MODELS("{\"model\":\"m\",\"prices\":[" prices "]}")

START_TEST(the_list_that_comes_with_the_program_is_good)
{
	const char *error = NULL;
	unsigned line = 0;
	struct price_table *t = price_table_read(price_listed_json, &error, &line);
	ck_assert_msg(t != NULL, "line %u: %s", line, error);
	ck_assert_uint_gt(t->model_count, 90);
	ck_assert_int_gt(t->as_of_day, 20000);
	price_table_destroy(t);
}
END_TEST

START_TEST(bad_lists_are_refused)
{
	static const char *const lists[] = {
		"",
		"[]",
		"{",
		"null",
		"{}",
		"{\"models\":[]}",
		"{\"version\":1,\"models\":[]}",
		"{\"version\":\"2\",\"models\":[]}",
		"{\"version\":2}",
		"{\"version\":2,\"models\":{}}",
		"{\"version\":2,\"models\":[]} x",
		"{\"version\":2,\"version\":2,\"models\":[]}",
		"{\"version\":2,\"unit\":\"EUR\",\"models\":[]}",
		"{\"version\":2,\"as_of\":\"2026-02-29\",\"models\":[]}",
		"{\"version\":2,\"prefixes\":[1],\"models\":[]}",
		MODELS("1"),
		MODELS("{}"),
		MODELS("{\"model\":\"m\"}"),
		MODELS("{\"prices\":[" ROW "]}"),
		MODELS("{\"model\":\"\",\"prices\":[" ROW "]}"),
		MODELS("{\"model\":1,\"prices\":[" ROW "]}"),
		MODELS("{\"model\":\"m\",\"prices\":{}}"),
		MODELS("{\"model\":\"m\",\"aliases\":[\"M\"],\"prices\":[" ROW "]}"),
		MODELS("{\"model\":\"m\",\"prices\":[" ROW "],\"speeds\":{\"fast\":[]}}"),
		ONE(""),
		ONE("{\"input\":1}"),
		ONE("{\"output\":1}"),
		ONE("{\"input\":-1,\"output\":1}"),
		ONE("{\"input\":\"1\",\"output\":1}"),
		ONE("{\"input\":1001,\"output\":1}"),
		ONE("{\"input\":0.0000001,\"output\":1}"),
		ONE("{\"input\":1e99,\"output\":1}"),
		ONE("{\"input\":1e99999999999999999999,\"output\":1}"),
		ONE("{\"from\":\"2026-01-01\",\"input\":1,\"output\":1}"),
		ONE(ROW "," ROW),
		ONE(ROW ",{\"from\":\"2026-1-1\",\"input\":1,\"output\":1}"),
		ONE(ROW ",{\"from\":\"2026-01-02\",\"input\":1,\"output\":1},"
			"{\"from\":\"2026-01-02\",\"input\":1,\"output\":1}"),
		ONE("{\"input\":1,\"output\":1,\"tiers\":[" ROW "]}"),
		ONE("{\"input\":1,\"output\":1,\"tiers\":[{\"above_input_tokens\":5,\"input\":1,"
		    "\"output\":1},{\"above_input_tokens\":5,\"input\":1,\"output\":1}]}"),
		ONE("{\"input\":1,\"output\":1,\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"),
	};
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const char *error = NULL;
		unsigned line = 0;
		struct price_table *t = price_table_read(str_from(lists[i]), &error, &line);
		ck_assert_msg(t == NULL, "%s", lists[i]);
		ck_assert_msg(error != NULL && line == 1, "%s", lists[i]);
	}
}
END_TEST

START_TEST(whatever_is_cut_off_is_refused)
{
	const char *error;
	unsigned line;
	for (size_t size = 0; size + 2 < price_listed_json.size; size += 97) {
		ck_assert_ptr_null(price_table_read(
			(struct str){price_listed_json.data, size}, &error, &line));
	}
}
END_TEST

START_TEST(a_mistake_is_told_with_its_line)
{
	const char *error = NULL;
	unsigned line = 0;
	ck_assert_ptr_null(price_table_read(STR("{\"version\":2,\n\"as_of\":\"2026-01-01\",\n"
						"\"models\":[{\"model\":\"\\n\\n\",\n"
						"\"prices\":[{\"input\":-1}]}]}"),
		&error, &line));
	ck_assert_uint_eq(line, 4);
	ck_assert_ptr_null(price_table_read(
		STR("{\"version\":2,\"models\":[\n{\"model\":\"m\",\"prices\":[" ROW "]},\n"
		    "{\"model\":\"n\",\"aliases\":[\"M\"],\"prices\":[" ROW "]}]}"),
		&error, &line));
	ck_assert_uint_eq(line, 3);
	ck_assert_str_eq(error, "a name stands twice");
}
END_TEST

START_TEST(a_huge_file_is_refused)
{
	size_t size = PRICE_FILE_BYTES + 1;
	char *text = xmalloc(size);
	memset(text, ' ', size);
	const char *error = NULL;
	unsigned line = 0;
	ck_assert_ptr_null(price_table_read((struct str){text, size}, &error, &line));
	ck_assert_str_eq(error, "it is larger than 4 MiB");
	free(text);
}
END_TEST

static const struct {
	const char *list, *error;
} reasons[] = {
	{"{\"version\":2,\"models\":[{\"model\": ", "the text ends where a value is expected"},
	{"[]", "an object is missing"},
	{MODELS("{\"model\":\"m\",\"prices\":[" ROW "],\"speeds\":{\"fast\":[" ROW
		"],\"fast\":[" ROW "]}}"),
		"a speed stands twice"},
};

START_TEST(the_reason_is_the_first_thing_wrong)
{
	const char *error = NULL;
	unsigned line = 0;
	ck_assert_ptr_null(price_table_read(str_from(reasons[_i].list), &error, &line));
	ck_assert_str_eq(error, reasons[_i].error);
}
END_TEST

START_TEST(prices_are_read_exactly)
{
	static const struct {
		const char *text;
		int64_t pico;
	} prices[] = {{"0", 0}, {"0.0125", 12500}, {"0.000001", 1}, {"1000", 1000000000},
		{"1.50", 1500000}, {"2.5e-1", 250000}, {"1E+2", 100000000}, {"0.30000000", 300000}};
	for (size_t i = 0; i < ARRAY_SIZE(prices); i++) {
		cleanup_free char *json = xasprintf(
			ONE("{\"input\":%s,\"output\":1,\"later\":{\"a\":[]}}"), prices[i].text);
		const char *error = NULL;
		unsigned line = 0;
		struct price_table *t = price_table_read(str_from(json), &error, &line);
		ck_assert_msg(t != NULL, "%s: %s", prices[i].text, error);
		ck_assert_int_eq(t->lists[0].of[USAGE_INPUT], prices[i].pico);
		price_table_destroy(t);
	}
}
END_TEST

START_TEST(days_are_counted_from_the_epoch)
{
	static const struct {
		struct str date;
		int64_t day;
	} days[] = {{STR_INIT("2000-01-01"), 10957}, {STR_INIT("2000-02-29"), 11016},
		{STR_INIT("2026-11-27"), 20784}, {STR_INIT("2028-03-01"), 21244}};
	static const struct str bad[] = {STR_INIT(""), STR_INIT("2026-02-29"),
		STR_INIT("2026-13-01"), STR_INIT("2026-00-10"), STR_INIT("2026-01-00"),
		STR_INIT("1999-01-01"), STR_INIT("2026-1-001"), STR_INIT("2026-01-1x"),
		STR_INIT("+026-01-01")};
	int64_t day;
	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		ck_assert(instant_read_date(days[i].date, &day));
		ck_assert_int_eq(day, days[i].day);
		char date[PRICE_DAY_BYTES];
		price_day_format(day, date);
		ck_assert(str_equal(str_from(date), days[i].date));
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert(!instant_read_date(bad[i], &day));
	}
	static const int64_t dateless[] = {INT64_MIN, -1, 0, 47482, INT64_MAX};
	for (size_t i = 0; i < ARRAY_SIZE(dateless); i++) {
		char date[PRICE_DAY_BYTES];
		price_day_format(dateless[i], date);
		ck_assert_str_eq(date, "");
	}
}
END_TEST

static Suite *price_read_suite(void)
{
	Suite *suite = suite_create("price_read");
	TCase *c = tcase_create("lists");
	tcase_add_test(c, the_list_that_comes_with_the_program_is_good);
	tcase_add_test(c, bad_lists_are_refused);
	tcase_add_test(c, whatever_is_cut_off_is_refused);
	tcase_add_test(c, a_mistake_is_told_with_its_line);
	tcase_add_test(c, a_huge_file_is_refused);
	tcase_add_loop_test(c, the_reason_is_the_first_thing_wrong, 0, (int)ARRAY_SIZE(reasons));
	tcase_add_test(c, prices_are_read_exactly);
	tcase_add_test(c, days_are_counted_from_the_epoch);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(price_read_suite());
}
