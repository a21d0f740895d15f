#include "otlp/otlp_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "otlp/otlp_testing.h"
#include "support/suite.h"

#define TRACE_HEX "0123456789abcdef0123456789ABCDEF"
#define SPAN_HEX  "00f067aa0ba902b7"

static struct seen see_logs(const char *text)
{
	return see(OTLP_LOGS, true, str_from(text));
}

/* J1 */
START_TEST(a_request_is_one_object_and_nothing_else)
{
	expect_records(see_logs("{}"), "");
	expect_records(see_logs(" \r\n\t{ } \n"), "");
	expect_records(see_logs("\xef\xbb\xbf{}"), "");
	expect_records(see_logs("{\"resourceLogs\":[]}"), "");
	expect_fault(see_logs(""), OTLP_BAD_DATA, "byte 0: the text ends");
	expect_fault(see_logs("  "), OTLP_BAD_DATA, "byte 2: the text ends");
	expect_fault(see_logs("[]"), OTLP_BAD_DATA, "one JSON object is expected");
	expect_fault(see_logs("7"), OTLP_BAD_DATA, "one JSON object is expected");
	expect_fault(see_logs("null"), OTLP_BAD_DATA, "one JSON object is expected");
	expect_fault(see_logs("{}{}"), OTLP_BAD_DATA, "byte 2: something follows");
	expect_fault(see_logs("{} x"), OTLP_BAD_DATA, "byte 3: something follows");
	expect_fault(see_logs("{"), OTLP_BAD_DATA, "byte 1: a name");
	expect_fault(see_logs("{'a':1}"), OTLP_BAD_DATA, "byte 1: a name");
	expect_fault(see_logs("{\"a\" 1}"), OTLP_BAD_DATA, "byte 5: a colon");
	expect_fault(see_logs("{\"a\":1,}"), OTLP_BAD_DATA, "byte 7: a name");
}
END_TEST

START_TEST(every_field_of_a_log_record_arrives)
{
	expect_records(
		see_logs("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"r\","
			 "\"value\":"
			 "{\"stringValue\":\"x\"}}],\"droppedAttributesCount\":1},\"scopeLogs\":[{"
			 "\"scope\":"
			 "{\"name\":\"n\",\"version\":\"1\",\"attributes\":[]},\"logRecords\":[{"
			 "\"timeUnixNano\":\"1000\",\"severityNumber\":9,\"severityText\":\"INFO\","
			 "\"body\":{\"stringValue\":\"hello\"},\"attributes\":[{\"key\":\"k\","
			 "\"value\":"
			 "{\"intValue\":\"-5\"}}],\"flags\":511,\"traceId\":\"" TRACE_HEX
			 "\",\"spanId\":\"6162636465666768\",\"observedTimeUnixNano\":2000,"
			 "\"eventName\":\"event\"}],\"schemaUrl\":\"u\"}]}]}"),
		"log name=5:event string is=5:hello time=1000 observed=2000 "
		"trace=16:\x01#Eg\x89\xab\xcd\xef\x01#Eg\x89\xab\xcd\xef span=8:abcdefgh flags=511 "
		"attributes{ key=1:k int=-5} scope=1:n version=1:1 resource{ key=1:r string "
		"is=1:x}\n");
}
END_TEST

START_TEST(every_field_of_a_span_arrives)
{
	expect_records(
		see_json_record(OTLP_TRACES,
			"{\"traceId\":\"30313233343536373839616263646566\",\"spanId\":"
			"\"3031323334353637\","
			"\"parentSpanId\":\"6162636465666768\",\"traceState\":\"s\",\"name\":"
			"\"work\",\"kind\":"
			"\"SPAN_KIND_SERVER\",\"startTimeUnixNano\":\"10\",\"endTimeUnixNano\":20,"
			"\"flags\":1,"
			"\"events\":[{\"timeUnixNano\":\"1\",\"name\":\"e\",\"attributes\":[{"
			"\"key\":\"x\"}]}],"
			"\"links\":[{\"traceId\":\"00\",\"spanId\":\"\"}],\"status\":{\"code\":2}"
			"}"),
		"span name=4:work time=20 start=10 trace=16:0123456789abcdef span=8:01234567 "
		"parent=8:abcdefgh flags=1\n");
}
END_TEST

/* J2, J3 */
START_TEST(other_names_are_unknown_and_ignored)
{
	expect_records(
		see_logs("{\"resource_logs\":[{\"scope_logs\":[{\"log_records\":[{}]}]}]}"), "");
	expect_records(see_json_record(OTLP_LOGS,
			       "{\"time_unix_nano\":\"x\",\"timeunixnano\":true,\"EventName\":[],"
			       "\"x\":{\"y\":[1,{\"z\":null},\"\\ud800\"]},\"\":1,"
			       "\"eventName\":\"n\"}"),
		"log name=1:n empty\n");
	expect_records(
		see_json_body("{\"string_value\":1,\"intValue\":1,\"x\":[]}"), "log int=1\n");
}
END_TEST

/* J4 */
START_TEST(null_is_unset_everywhere)
{
	expect_records(see_logs("{\"resourceLogs\":null}"), "");
	expect_records(
		see_logs(
			"{\"resourceLogs\":[null,{\"resource\":null,\"scopeLogs\":[null,{\"scope\":"
			"null,"
			"\"logRecords\":[null,{\"timeUnixNano\":null,\"body\":null,\"attributes\":"
			"null,"
			"\"traceId\":null,\"flags\":null,\"eventName\":null,\"severityNumber\":"
			"null},"
			"{\"attributes\":[{\"key\":null,\"value\":null},null,{\"key\":\"k\","
			"\"value\":"
			"{\"intValue\":null}}]}]}]}]}"),
		"log empty\nlog empty attributes{ empty key=1:k empty}\n");
	expect_records(
		see_json_body("{\"stringValue\":\"s\",\"intValue\":null}"), "log string is=1:s\n");
	expect_records(
		see_json_body("{\"arrayValue\":{\"values\":[null,{\"stringValue\":\"x\"}]}}"),
		"log array first=1:x\n");
	expect_records(see_json_body("{\"arrayValue\":{\"values\":null}}"), "log array\n");
	expect_records(see_json_record(OTLP_METRICS,
			       "{\"name\":\"m\",\"gauge\":null,\"sum\":{\"dataPoints\":"
			       "[{\"asDouble\":1,\"asInt\":null}]},\"histogram\":null}"),
		"point name=1:m value=1\n");
}
END_TEST

/* J10 */
START_TEST(of_duplicate_names_the_last_one_wins)
{
	expect_records(see_json_record(OTLP_LOGS,
			       "{\"eventName\":\"a\",\"eventName\":\"b\",\"timeUnixNano\":1,"
			       "\"timeUnixNano\":2,\"flags\":1,\"flags\":null}"),
		"log name=1:b empty time=2\n");
	expect_records(see_json_body("{\"stringValue\":\"a\",\"intValue\":2}"), "log int=2\n");
	expect_records(see_json_record(OTLP_LOGS,
			       "{\"attributes\":[{\"key\":\"a\"}],\"attributes\":[{\"key\":\"b\","
			       "\"key\":\"c\",\"value\":{\"intValue\":1},\"value\":{}}]}"),
		"log empty attributes{ key=1:c empty}\n");
	expect_records(see_json_record(OTLP_LOGS, "{\"body\":{\"intValue\":1},\"body\":{}}"),
		"log empty\n");
	expect_records(
		see_logs("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"a\"}]},"
			 "\"resource\":{},\"scopeLogs\":[{\"logRecords\":[{}]}]}]}"),
		"log empty\n");
	expect_records(see_logs("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}],"
				"\"scopeLogs\":[{\"logRecords\":[{},{}]}]}]}"),
		"log empty\nlog empty\n");
	expect_records(
		see_json_record(OTLP_METRICS, "{\"gauge\":{\"dataPoints\":[{\"asInt\":1}]},\"sum\":"
					      "{\"dataPoints\":[{\"asInt\":2}]},\"name\":\"m\"}"),
		"point name=1:m value=2\n");
}
END_TEST

START_TEST(what_comes_too_late_to_win_is_refused)
{
	static const char *const texts[] = {
		"{\"resourceLogs\":[],\"resourceLogs\":[]}",
		"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[],\"scopeLogs\":[]}]}",
		"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[],\"resource\":{}}]}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		expect_fault(see_logs(texts[i]), OTLP_BAD_DATA, "given again");
	}
	expect_fault(see_json_record(OTLP_METRICS, "{\"name\":\"m\",\"gauge\":{},\"sum\":{}}"),
		OTLP_BAD_DATA, "resourceMetrics.scopeMetrics.metrics.sum: given again");
}
END_TEST

/* J11 */
START_TEST(escapes_are_decoded_in_names_and_values)
{
	expect_records(see_logs("{\"resource\\u004cogs\":[{\"scope\\u004Cogs\":[{\"logRecords\":[{"
				"\"event\\u004eame\":\"\\\"\\\\\\/"
				"\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}]}]}]}"),
		"log name=14:\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80 empty\n");
	struct seen seen = see_json_record(OTLP_LOGS, "{\"eventName\":\"a\\u0000b\"}");
	ck_assert_ptr_nonnull(memmem(seen.text.data, seen.text.size, "name=3:a\0b", 10));
	seen_finish(&seen);
	expect_records(
		see_json_record(OTLP_LOGS, "{\"attributes\":[{\"k\\u0065y\":\"\\u006b\",\"value\":"
					   "{\"stringValue\":\"a\\nb\"}}]}"),
		"log empty attributes{ key=1:k string is=3:a\nb}\n");
	static const char *const bad[] = {
		"\\x", "\\u12", "\\u12g4", "\\", "\\U0041", "a\nb", "\x1f"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char *record = xasprintf("{\"eventName\":\"%s\"}", bad[i]);
		struct seen broken = see_json_record(OTLP_LOGS, record);
		ck_assert_int_eq(broken.result.fault, OTLP_BAD_DATA);
		seen_finish(&broken);
		free(record);
	}
}
END_TEST

/* J12 */
START_TEST(invalid_utf8_is_counted_once_wherever_it_is_read)
{
	struct seen seen = see_logs(
		"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"eventName\":"
		"\"\xc3\"}]}],\"resource\":{\"attributes\":[{\"key\":\"\xff\"}]}}]}");
	ck_assert_uint_eq(seen.result.repaired, 2);
	expect_records(seen, "log name=1:\xc3 empty resource{ key=1:\xff empty}\n");
}
END_TEST

/* J13 */
START_TEST(a_known_field_of_the_wrong_type_is_refused_with_its_path)
{
	static const char *const cases[][2] = {
		{"{\"resourceLogs\":{}}", "resourceLogs: an array"},
		{"{\"resourceLogs\":[1]}", "resourceLogs: an object"},
		{"{\"resourceLogs\":[{\"resource\":[]}]}", "resourceLogs.resource: an object"},
		{"{\"resourceLogs\":[{\"scopeLogs\":\"x\"}]}", "resourceLogs.scopeLogs: an array"},
		{"{\"resourceLogs\":[{\"schemaUrl\":1}]}", "resourceLogs.schemaUrl: a string"},
	};
	static const char *const records[][2] = {
		{"{\"timeUnixNano\":true}", "logRecords.timeUnixNano: a whole number"},
		{"{\"severityText\":5}", "logRecords.severityText: a string"},
		{"{\"body\":\"text\"}", "logRecords.body: an object"},
		{"{\"attributes\":{}}", "logRecords.attributes: an array"},
		{"{\"attributes\":[1]}", "logRecords.attributes: an object"},
		{"{\"attributes\":[{\"key\":1}]}", "attributes.key: a string"},
		{"{\"attributes\":[{\"value\":1}]}", "attributes.value: an object"},
		{"{\"body\":{\"stringValue\":1}}", "body.stringValue: a string"},
		{"{\"body\":{\"boolValue\":\"true\"}}", "body.boolValue: true or false"},
		{"{\"body\":{\"arrayValue\":[]}}", "body.arrayValue: an object"},
		{"{\"body\":{\"arrayValue\":{\"values\":{}}}}", "body.arrayValue.values: an array"},
		{"{\"body\":{\"kvlistValue\":{\"values\":[7]}}}",
			"body.kvlistValue.values: an object"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_fault(see_logs(cases[i][0]), OTLP_BAD_DATA, cases[i][1]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		expect_fault(
			see_json_record(OTLP_LOGS, records[i][0]), OTLP_BAD_DATA, records[i][1]);
	}
	expect_fault(see_logs("{\"resourceLogs\":7}"), OTLP_BAD_DATA, "byte 16: ");
}
END_TEST

START_TEST(members_may_come_in_any_order)
{
	expect_records(
		see_logs(
			"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"eventName\":"
			"\"\\u0061\\n\"}],\"scope\":{\"name\":\"s\"}}],\"x\":\"\\\"\","
			"\"resource\":{\"attributes\":[{\"value\":{\"intValue\":1},\"key\":\"r\"}]}"
			"}]}"),
		"log name=2:a\n empty scope=1:s resource{ key=1:r int=1}\n");
	expect_records(see_json_record(OTLP_METRICS,
			       "{\"sum\":{\"dataPoints\":[{\"asDouble\":0.5}],\"isMonotonic\":"
			       "true,\"aggregationTemporality\":2},\"name\":\"m\"}"),
		"point name=1:m temporality=2 monotonic=1 value=0.5\n");
}
END_TEST

START_TEST(what_belongs_to_one_resource_is_not_left_for_the_next)
{
	expect_records(
		see_logs("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"r\"}]},"
			 "\"scopeLogs\":"
			 "[{\"scope\":{\"name\":\"s\"},\"logRecords\":[{\"eventName\":\"a\"},{}]},"
			 "{\"logRecords\":[{}]}]},{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}"),
		"log name=1:a empty scope=1:s resource{ key=1:r empty}\n"
		"log empty scope=1:s resource{ key=1:r empty}\n"
		"log empty resource{ key=1:r empty}\n"
		"log empty\n");
}
END_TEST

START_TEST(other_points_are_checked_and_counted)
{
	struct seen seen = see_json_record(OTLP_METRICS,
		"{\"name\":\"h\",\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{"
		"\"count\":\"3\","
		"\"sum\":1.5,\"bucketCounts\":[\"1\",2],\"explicitBounds\":[0],\"min\":0,"
		"\"exemplars\":"
		"[{\"asInt\":\"1\",\"filteredAttributes\":[{\"key\":\"k\"}]}]},{}]}},{\"name\":"
		"\"e\","
		"\"exponentialHistogram\":{\"dataPoints\":[{\"scale\":-3,\"positive\":{\"offset\":"
		"1,"
		"\"bucketCounts\":[\"5\"]}}]}},{\"summary\":{\"dataPoints\":[{\"quantileValues\":"
		"[{\"quantile\":0.5,\"value\":\"NaN\"}]}]}},{}");
	ck_assert_uint_eq(seen.result.accepted, 4);
	expect_records(seen, "");
	expect_fault(see_json_record(OTLP_METRICS,
			     "{\"name\":\"\",\"histogram\":{\"dataPoints\":[{\"bucketCounts\":"
			     "[\"x\"]}]}}"),
		OTLP_BAD_DATA, "metrics.histogram.dataPoints.bucketCounts: ");
}
END_TEST

/* D4, D9 */
START_TEST(spans_without_ids_are_rejected_and_points_without_value_kept)
{
	struct seen seen = see_json_record(OTLP_TRACES,
		"{\"traceId\":\"" TRACE_HEX "\",\"spanId\":\"" SPAN_HEX "\"},{\"name\":\"x\"},"
		"{\"traceId\":\"" TRACE_HEX "\",\"spanId\":\"0000000000000000\"},"
		"{\"traceId\":\"xyz\",\"spanId\":\"" SPAN_HEX "\"}");
	ck_assert_uint_eq(seen.result.accepted, 1);
	ck_assert_uint_eq(seen.result.rejected, 3);
	ck_assert_ptr_nonnull(strstr(seen.result.warning, "3 spans rejected: "));
	seen_finish(&seen);
	expect_records(see_json_record(OTLP_METRICS,
			       "{\"name\":\"m\",\"gauge\":{\"dataPoints\":[{},{\"asInt\":"
			       "5,\"flags\":1}]}},{\"name\":\"x\"}"),
		"point name=1:m\npoint name=1:m flags=1\n");
}
END_TEST

START_TEST(limits_on_number_and_memory_hold)
{
	struct otlp_limits limits = {.attributes = 2};
	static const char text[] =
		"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"attributes\":"
		"[{},{},{}]},{}]}]}]}";
	expect_fault(see_limited(&limits, OTLP_LOGS, true, str_from(text)), OTLP_TOO_LARGE,
		"attributes: more than 2 attributes");
	limits = (struct otlp_limits){.records = 1};
	expect_fault(see_limited(&limits, OTLP_LOGS, true, str_from(text)), OTLP_TOO_LARGE,
		"more than 1 ");
	limits = (struct otlp_limits){.json_depth = 8};
	expect_fault(
		see_limited(&limits, OTLP_LOGS, true, str_from(text)), OTLP_BAD_DATA, "too deeply");
	limits = (struct otlp_limits){.json_depth = 9};
	struct seen seen = see_limited(&limits, OTLP_LOGS, true, str_from(text));
	ck_assert_int_eq(seen.result.fault, OTLP_OK);
	seen_finish(&seen);
}
END_TEST

static const char whole_request[] =
	"{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"r\",\"value\":{"
	"\"stringValue\":"
	"\"x\\ud83d\\ude00\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"1000\","
	"\"body\":"
	"{\"arrayValue\":{\"values\":[{\"doubleValue\":1.5e3}]}},\"traceId\":\"" TRACE_HEX
	"\",\"attributes\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}},{\"key\":\"b\","
	"\"value\":"
	"{\"bytesValue\":\"AQ==\"}}]}],\"scope\":{\"name\":\"\xc3\xa4\"}}]}]}";

START_TEST(a_request_cut_anywhere_is_refused)
{
	for (size_t size = 0; size < sizeof(whole_request) - 1; size++) {
		struct seen seen = see(OTLP_LOGS, true, (struct str){whole_request, size});
		ck_assert_int_eq(seen.result.fault, OTLP_BAD_DATA);
		ck_assert_uint_gt(strlen(seen.result.message), 0);
		seen_finish(&seen);
	}
}
END_TEST

START_TEST(changed_bytes_never_lead_outside)
{
	static const char bytes[] = "\"\\{}[]:,0e\xff\x80n\n";
	char text[sizeof(whole_request)];
	memcpy(text, whole_request, sizeof(text));
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			text[i] = bytes[k];
			struct seen seen = see(
				OTLP_LOGS, true, (struct str){text, sizeof(text) - 1});
			ck_assert(
				(seen.result.fault == OTLP_OK) == (seen.result.message[0] == '\0'));
			seen_finish(&seen);
		}
		text[i] = whole_request[i];
	}
}
END_TEST

static Suite *otlp_json_suite(void)
{
	Suite *suite = suite_create("otlp_json");
	TCase *tcase = tcase_create("json");
	tcase_add_test(tcase, a_request_is_one_object_and_nothing_else);
	tcase_add_test(tcase, every_field_of_a_log_record_arrives);
	tcase_add_test(tcase, every_field_of_a_span_arrives);
	tcase_add_test(tcase, other_names_are_unknown_and_ignored);
	tcase_add_test(tcase, null_is_unset_everywhere);
	tcase_add_test(tcase, of_duplicate_names_the_last_one_wins);
	tcase_add_test(tcase, what_comes_too_late_to_win_is_refused);
	tcase_add_test(tcase, escapes_are_decoded_in_names_and_values);
	tcase_add_test(tcase, invalid_utf8_is_counted_once_wherever_it_is_read);
	tcase_add_test(tcase, a_known_field_of_the_wrong_type_is_refused_with_its_path);
	tcase_add_test(tcase, members_may_come_in_any_order);
	tcase_add_test(tcase, what_belongs_to_one_resource_is_not_left_for_the_next);
	tcase_add_test(tcase, other_points_are_checked_and_counted);
	tcase_add_test(tcase, spans_without_ids_are_rejected_and_points_without_value_kept);
	tcase_add_test(tcase, limits_on_number_and_memory_hold);
	tcase_add_test(tcase, a_request_cut_anywhere_is_refused);
	tcase_add_test(tcase, changed_bytes_never_lead_outside);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_json_suite());
}
