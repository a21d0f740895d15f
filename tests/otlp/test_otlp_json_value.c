#include "otlp/otlp_json_value.h"

#include <stdlib.h>

#include "base/mem.h"
#include "otlp/otlp_testing.h"
#include "support/suite.h"

/* J5 */
START_TEST(integers_are_numbers_or_decimal_strings)
{
	static const struct {
		const char *text;
		long long value;
	} good[] = {
		{"0", 0},
		{"-0", 0},
		{"\"0\"", 0},
		{"9223372036854775807", INT64_MAX},
		{"\"9223372036854775807\"", INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
		{"9007199254740993", 9007199254740993}, // not in a double
		{"1e3", 1000},
		{"1.0", 1},
		{"12.50e1", 125},
		{"\"1e3\"", 1000},
		{"1000e-3", 1},
	};
	static const char *const bad[] = {"9223372036854775808", "-9223372036854775809", "1.5",
		"1e-1", "1e19", "1e99999999999999999999", "\"\"", "\"x\"", "\" 1\"", "\"1 \"",
		"\"0x1\"", "\"01\"", "true", "{}", "[]", "\"+1\"", "\"-\""};
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		char *value = xasprintf("{\"intValue\":%s}", good[i].text);
		char *expected = xasprintf("log int=%lld\n", good[i].value);
		expect_records(see_json_body(value), expected);
		free(value);
		free(expected);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char *value = xasprintf("{\"intValue\":%s}", bad[i]);
		expect_fault(see_json_body(value), OTLP_BAD_DATA, "body.intValue: ");
		free(value);
	}
}
END_TEST

START_TEST(integers_have_the_range_of_their_field)
{
	static const struct {
		const char *record;
		bool ok;
	} cases[] = {
		{"{\"timeUnixNano\":\"18446744073709551615\"}", true},
		{"{\"timeUnixNano\":\"18446744073709551616\"}", false},
		{"{\"timeUnixNano\":-1}", false},
		{"{\"flags\":4294967295}", true},
		{"{\"flags\":4294967296}", false},
		{"{\"severityNumber\":2147483647}", true},
		{"{\"severityNumber\":-2147483648}", true},
		{"{\"severityNumber\":2147483648}", false},
		{"{\"droppedAttributesCount\":-1}", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct seen seen = see_json_record(OTLP_LOGS, cases[i].record);
		ck_assert_msg((seen.result.fault == OTLP_OK) == cases[i].ok, "%s", cases[i].record);
		seen_finish(&seen);
	}
}
END_TEST

/* J6 */
START_TEST(doubles_are_numbers_strings_or_names)
{
	static const char *const good[][2] = {{"0.5", "0.5"}, {"-1e-2", "-0.01"},
		{"\"2.5\"", "2.5"}, {"3", "3"}, {"\"NaN\"", "nan"}, {"\"Infinity\"", "inf"},
		{"\"-Infinity\"", "-inf"}, {"1e-400", "0"},
		{"0.1000000000000000055511151231257827021181583404541015625",
			"0.10000000000000001"}};
	static const char *const bad[] = {"1e400", "-1e400", "\"nan\"", "\"\"", "\"1,5\"", "true",
		"\"0x1p3\"", "[]", "\"inf\""};
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		char *value = xasprintf("{\"doubleValue\":%s}", good[i][0]);
		char *expected = xasprintf("log double=%s\n", good[i][1]);
		expect_records(see_json_body(value), expected);
		free(value);
		free(expected);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char *value = xasprintf("{\"doubleValue\":%s}", bad[i]);
		expect_fault(see_json_body(value), OTLP_BAD_DATA, "body.doubleValue: ");
		free(value);
	}
	expect_fault(
		see_json_body("{\"doubleValue\":NaN}"), OTLP_BAD_DATA, "a value is expected here");
}
END_TEST

/* J7 */
START_TEST(ids_are_hex_and_other_bytes_base64)
{
	expect_records(
		see_json_record(OTLP_LOGS, "{\"traceId\":\"\",\"spanId\":\"616263646566676A\"}"),
		"log empty span=8:abcdefgj\n");
	static const char *const bad[] = {"\"abc\"", "\"zz\"", "\"4bf92f3577b34da6a3ce929d0e0e47\"",
		"\"S/kvNXezTaajzpKdDg5HNg==\"", "\"4bf92f3577b34da6a3ce929d0e0e473g\""};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char *record = xasprintf("{\"traceId\":%s}", bad[i]);
		struct seen seen = see_json_record(OTLP_LOGS, record);
		ck_assert_str_eq(seen.result.warning, "1 invalid trace or span id was ignored");
		expect_records(seen, "log empty\n");
		free(record);
	}
	expect_fault(
		see_json_record(OTLP_LOGS, "{\"spanId\":7}"), OTLP_BAD_DATA, "spanId: a string");
	static const char *const base64[] = {"\"\"", "\"AQ==\"", "\"AQ\"", "\"_-8\"", "\"+/8=\""};
	for (size_t i = 0; i < ARRAY_SIZE(base64); i++) {
		char *value = xasprintf("{\"bytesValue\":%s}", base64[i]);
		expect_records(see_json_body(value), "log bytes\n");
		free(value);
	}
	static const char *const not_base64[] = {
		"\"A\"", "\"AQ=\"", "\"A===\"", "\"AQ==AQ==\"", "\"!\"", "1", "\"AQ= =\""};
	for (size_t i = 0; i < ARRAY_SIZE(not_base64); i++) {
		char *value = xasprintf("{\"bytesValue\":%s}", not_base64[i]);
		expect_fault(see_json_body(value), OTLP_BAD_DATA, "body.bytesValue: base64");
		free(value);
	}
}
END_TEST

/* J8 */
START_TEST(enums_are_numbers_and_names_are_read)
{
	static const char *const values[][2] = {{"1", "temporality=1"}, {"\"2\"", "temporality=2"},
		{"77", "temporality=77"}, {"\"AGGREGATION_TEMPORALITY_DELTA\"", "temporality=1"},
		{"\"AGGREGATION_TEMPORALITY_CUMULATIVE\"", "temporality=2"}};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		char *metric = xasprintf(
			"{\"name\":\"m\",\"sum\":{\"aggregationTemporality\":%s,"
			"\"isMonotonic\":true,\"dataPoints\":[{\"asInt\":\"3\"}]}}",
			values[i][0]);
		char *expected = xasprintf("point name=1:m %s monotonic=1 value=3\n", values[i][1]);
		expect_records(see_json_record(OTLP_METRICS, metric), expected);
		free(metric);
		free(expected);
	}
	expect_records(see_json_record(OTLP_LOGS, "{\"severityNumber\":\"SEVERITY_NUMBER_INFO\"}"),
		"log empty\n");
	expect_fault(see_json_record(OTLP_LOGS, "{\"severityNumber\":\"loud\"}"), OTLP_BAD_DATA,
		"resourceLogs.scopeLogs.logRecords.severityNumber: ");
}
END_TEST

/* J9 */
START_TEST(every_kind_of_value_arrives)
{
	expect_records(see_json_body("{}"), "log empty\n");
	expect_records(see_json_body("{\"stringValue\":\"\"}"), "log string\n");
	expect_records(see_json_body("{\"boolValue\":true}"), "log bool=1\n");
	expect_records(see_json_body("{\"boolValue\":false}"), "log bool=0\n");
	expect_records(see_json_body("{\"arrayValue\":{}}"), "log array\n");
	expect_records(
		see_json_body(
			"{\"arrayValue\":{\"values\":[{\"intValue\":1},{\"stringValue\":\"a\"},"
			"{\"stringValue\":\"b\"}]}}"),
		"log array first=1:a second=1:b\n");
	expect_records(
		see_json_body(
			"{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"arrayValue\":{}}"
			"}]}}"),
		"log kvlist\n");
}
END_TEST

/* Attributes in their usual shape are read by other code than those with blanks in between. */
START_TEST(blanks_change_no_attribute)
{
	static const char *const values[] = {"{\"stringValue\":\"\"}",
		"{\"stringValue\":\"some longer text, more than a word\"}",
		"{\"stringValue\":\"a\\n\"}", "{\"stringValue\":\"\xc3\xa4\"}",
		"{\"stringValue\":\"x\",\"other\":1}", "{\"stringValue\":\"x\n\"}",
		"{\"intValue\":0}", "{\"intValue\":\"0\"}", "{\"intValue\":7}",
		"{\"intValue\":\"7\"}", "{\"intValue\":-7}", "{\"intValue\":007}",
		"{\"intValue\":1e3}", "{\"intValue\":\"7}", "{\"intValue\":7\"}", "{\"intValue\":}",
		"{\"intValue\":123456789012345678}", "{\"intValue\":9223372036854775807}",
		"{\"intValue\":9223372036854775808}", "{\"intValue\":null}", "{\"boolValue\":true}",
		"{}", "null"};
	static const char *const blanks[] = {"", " "};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct seen seen[2];
		for (size_t k = 0; k < 2; k++) {
			char *record = xasprintf(
				"{\"attributes\":[{%s\"key\":\"k\",\"value\":%s},%s{\"key\":\"l\",\"value\":%s}]}",
				blanks[k], values[i], blanks[k], values[i]);
			seen[k] = see_json_record(OTLP_LOGS, record);
			free(record);
		}
		ck_assert_int_eq(seen[0].result.fault, seen[1].result.fault);
		ck_assert_msg(
			str_equal(buf_str(&seen[0].text), buf_str(&seen[1].text)), "%s", values[i]);
		seen_finish(&seen[0]);
		seen_finish(&seen[1]);
	}
}
END_TEST

START_TEST(lone_surrogates_become_the_replacement_character)
{
	static const char *const texts[][2] = {
		{"\\ud800", "3:\xef\xbf\xbd"},
		{"\\udc00x", "4:\xef\xbf\xbdx"},
		{"\\ud800\\ud83d\\ude00", "7:\xef\xbf\xbd\xf0\x9f\x98\x80"},
		{"\\ud800\\u0041", "4:\xef\xbf\xbd"
				   "A"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *record = xasprintf("{\"eventName\":\"%s\"}", texts[i][0]);
		char *expected = xasprintf("log name=%s empty\n", texts[i][1]);
		struct seen seen = see_json_record(OTLP_LOGS, record);
		ck_assert_uint_eq(seen.result.repaired, 1);
		ck_assert_str_eq(
			seen.result.warning, "1 string was not valid UTF-8 and has been repaired");
		expect_records(seen, expected);
		free(record);
		free(expected);
	}
}
END_TEST

/* D5 */
START_TEST(string_indexes_are_read_as_empty_with_a_warning)
{
	struct seen seen = see_json_record(OTLP_LOGS,
		"{\"body\":{\"stringValueStrindex\":3},\"attributes\":"
		"[{\"keyStrindex\":\"4\",\"value\":{\"intValue\":1}}]}");
	ck_assert_str_eq(
		seen.result.warning, "2 string indexes outside profiles were read as empty");
	expect_records(seen, "log empty attributes{ int=1}\n");
}
END_TEST

static struct seen see_nested(
	const char *before, const char *inner, const char *after, size_t depth)
{
	struct buf b;
	buf_init(&b, 1 << 28);
	buf_append_str(&b, STR("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":"));
	for (size_t i = 0; i < depth; i++) {
		buf_append_str(&b, str_from(before));
	}
	buf_append_str(&b, str_from(inner));
	for (size_t i = 0; i < depth; i++) {
		buf_append_str(&b, str_from(after));
	}
	buf_append_str(&b, STR("}]}]}]}"));
	struct seen seen = see(OTLP_LOGS, true, buf_str(&b));
	buf_finish(&b);
	return seen;
}

START_TEST(values_may_be_nested_a_hundred_deep)
{
	static const char array[] = "{\"arrayValue\":{\"values\":[", array_end[] = "]}}";
	static const char map[] = "{\"kvlistValue\":{\"values\":[{\"value\":", map_end[] = "}]}}";
	expect_records(see_nested(array, "{}", array_end, 64), "log array\n");
	expect_records(see_nested(array, "{}", array_end, 100), "log array\n");
	expect_records(see_nested(map, "{}", map_end, 100), "log kvlist\n");
	expect_fault(
		see_nested(array, "{}", array_end, 101), OTLP_BAD_DATA, "deeper than 100 levels");
	expect_fault(see_nested(map, "{}", map_end, 101), OTLP_BAD_DATA, "deeper than 100 levels");
	expect_fault(see_nested(array, "", "", 100000), OTLP_BAD_DATA, "nested too deeply");
}
END_TEST

START_TEST(unknown_values_may_be_nested_as_deep_as_all_json)
{
	expect_records(see_nested("{\"x\":[", "1", "]}", 252), "log empty\n");
	expect_fault(see_nested("{\"x\":[", "1", "]}", 260), OTLP_BAD_DATA, "nested too deeply");
	expect_fault(see_nested("{\"x\":", "", "", 100000), OTLP_BAD_DATA, "nested too deeply");
	expect_fault(see_nested("[", "", "", 1000000), OTLP_BAD_DATA, "nested too deeply");
}
END_TEST

/* J14: what would take minutes in quadratic time. */
START_TEST(long_bodies_take_linear_time)
{
	struct buf b;
	buf_init(&b, 1 << 28);
	buf_append_str(&b, STR("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{"
			       "\"intValue\":"));
	for (size_t i = 0; i < 1000000; i++) {
		buf_append_char(&b, '9');
	}
	buf_append_str(&b, STR("}}]}]}]}"));
	expect_fault(see(OTLP_LOGS, true, buf_str(&b)), OTLP_BAD_DATA, "body.intValue: ");
	buf_clear(&b);
	buf_append_str(&b, STR("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{"));
	for (size_t i = 0; i < 300000; i++) {
		buf_append_str(&b, STR("\"eventName\":\"x\",\"y\":1,"));
	}
	buf_append_str(&b, STR("\"body\":{}}]}]}]}"));
	expect_records(see(OTLP_LOGS, true, buf_str(&b)), "log name=1:x empty\n");
	buf_finish(&b);
}
END_TEST

static Suite *otlp_json_value_suite(void)
{
	Suite *suite = suite_create("otlp_json_value");
	TCase *tcase = tcase_create("json_value");
	tcase_add_test(tcase, integers_are_numbers_or_decimal_strings);
	tcase_add_test(tcase, integers_have_the_range_of_their_field);
	tcase_add_test(tcase, doubles_are_numbers_strings_or_names);
	tcase_add_test(tcase, ids_are_hex_and_other_bytes_base64);
	tcase_add_test(tcase, enums_are_numbers_and_names_are_read);
	tcase_add_test(tcase, every_kind_of_value_arrives);
	tcase_add_test(tcase, blanks_change_no_attribute);
	tcase_add_test(tcase, lone_surrogates_become_the_replacement_character);
	tcase_add_test(tcase, string_indexes_are_read_as_empty_with_a_warning);
	tcase_add_test(tcase, values_may_be_nested_a_hundred_deep);
	tcase_add_test(tcase, unknown_values_may_be_nested_as_deep_as_all_json);
	tcase_add_test(tcase, long_bodies_take_linear_time);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_json_value_suite());
}
