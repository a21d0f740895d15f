#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "otlp/otlp_receiver.h"
#include "otlp/otlp_testing.h"
#include "support/suite.h"

static struct buf work, out;

static void setup(void)
{
	buf_init(&work, 1 << 20);
	buf_init(&out, 1 << 20);
}

static void teardown(void)
{
	buf_finish(&work);
	buf_finish(&out);
}

/* out as the only record of a request, after an empty resource and an empty scope. */
static void wrap_record(void)
{
	struct buf scope;
	buf_init(&scope, 1 << 20);
	put_text(&scope, 1, "");
	put_message(&scope, 2, &out);
	put_text(&work, 2, "");
	put_message(&work, 2, &scope);
	put_text(&out, 1, "");
	put_message(&out, 1, &work);
	buf_finish(&scope);
}

static void expect_signal(enum otlp_signal signal, bool json, struct str body)
{
	struct seen seen = see(OTLP_SIGNAL_UNKNOWN, json, body);
	ck_assert_str_eq(seen.result.message, "");
	ck_assert_int_eq(seen.result.signal, signal);
	ck_assert_uint_eq(seen.result.accepted, body.size > 20);
	seen_finish(&seen);
}

static void expect_wire_signal(enum otlp_signal signal)
{
	wrap_record();
	expect_signal(signal, false, buf_str(&out));
	buf_clear(&out);
}

static void put_span(struct buf *b)
{
	put_text(b, 1, "0123456789abcdef");
	put_text(b, 2, "01234567");
	put_text(b, 5, "name");
}

static void put_gauge(struct buf *b)
{
	put_text(&work, 1, "");
	put_message(b, 5, &work);
}

START_TEST(the_signal_of_protobuf_is_found_by_the_first_record)
{
	put_fixed64(&out, 1, 5);
	put_text(&out, 99, "unknown");
	expect_wire_signal(OTLP_LOGS);
	put_attribute(&out, 6, "event.name", "x");
	expect_wire_signal(OTLP_LOGS);
	put_text(&out, 12, "event, and nothing else");
	expect_wire_signal(OTLP_LOGS);
	put_span(&out);
	put_fixed64(&out, 7, 1);
	put_fixed64(&out, 8, 1);
	expect_wire_signal(OTLP_TRACES);
	put_span(&out);
	expect_wire_signal(OTLP_TRACES);
	put_text(&out, 1, "tokens");
	put_text(&out, 2, "how many tokens");
	put_text(&out, 3, "1");
	put_gauge(&out);
	expect_wire_signal(OTLP_METRICS);
	put_text(&out, 1, "sixteen.letters!"); // as long as a trace id
	put_gauge(&out);
	expect_wire_signal(OTLP_METRICS);
}
END_TEST

START_TEST(the_signal_of_json_is_found_by_name)
{
	expect_signal(OTLP_LOGS, true,
		STR("{\"x\":{\"resourceSpans\":[]},\"resourceLogs\":[{\"scopeLogs\":[{"
		    "\"logRecords\":[{}]}]}]}"));
	expect_signal(OTLP_TRACES, true,
		STR("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":"
		    "\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"0102030405060708\"}]}]}]}"));
	expect_signal(OTLP_METRICS, true,
		STR("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\","
		    "\"gauge\":"
		    "{\"dataPoints\":[{}]}}]}]}]}"));
	expect_signal(OTLP_LOGS, true, STR("{}"));
	expect_signal(OTLP_LOGS, false, STR(""));
}
END_TEST

static void expect_message(enum otlp_signal signal, bool json, struct str body, const char *part)
{
	struct seen seen = see(signal, json, body);
	ck_assert_int_eq(seen.result.fault, OTLP_BAD_DATA);
	ck_assert_msg(strstr(seen.result.message, part) != NULL, "'%s' not in '%s'", part,
		seen.result.message);
	seen_finish(&seen);
}

START_TEST(a_label_that_does_not_fit_gets_a_hint)
{
	expect_message(OTLP_LOGS, false, STR("{\"resourceLogs\":[]}"), "looks like JSON");
	expect_message(OTLP_LOGS, false, STR("\x1f\x8b\x08\0\0\0"), "looks like gzip");
	expect_message(OTLP_LOGS, true, STR("\x1f\x8b\x08\0\0\0"), "looks like gzip");
	expect_message(OTLP_LOGS, true, STR("\x0a\x08\x12\x06\x12\x04"), "may be protobuf");
	expect_message(OTLP_SIGNAL_UNKNOWN, false, STR("{\"resourceLogs\":[]}"), "looks like JSON");
}
END_TEST

START_TEST(a_body_for_another_signal_is_refused_or_rejected)
{
	put_fixed64(&out, 1, 5);
	wrap_record();
	expect_message(OTLP_TRACES, false, buf_str(&out), "spans.traceId: ");
	expect_message(OTLP_METRICS, false, buf_str(&out), "metrics.name: ");
	buf_clear(&out);
	put_span(&out);
	wrap_record();
	expect_message(OTLP_LOGS, false, buf_str(&out), "logRecords.timeUnixNano: ");
}
END_TEST

struct counter {
	size_t count;
};

static void on_record(const struct otlp_record *record, void *data)
{
	struct counter *counter = data;
	ck_assert_int_eq(record->signal, OTLP_LOGS);
	counter->count++;
}

START_TEST(one_receiver_serves_any_mix_of_requests)
{
	struct otlp_receiver receiver;
	struct otlp_result result;
	struct counter counter = {0};
	otlp_receiver_init(&receiver, NULL);
	for (size_t i = 0; i < 3; i++) {
		char json[] =
			"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{\"body\":7}]}]}]}";
		ck_assert_int_eq(otlp_receive(&receiver, OTLP_LOGS, true, json, sizeof(json) - 1,
					 on_record, &counter, &result),
			OTLP_BAD_DATA);
		ck_assert_uint_eq(
			counter.count, 2 * i + 1); // handed out before the fault was found
		char wire[] = "\x0a\x04\x12\x02\x12\x00";
		ck_assert_int_eq(otlp_receive(&receiver, OTLP_LOGS, false, wire, sizeof(wire) - 1,
					 on_record, &counter, &result),
			OTLP_OK);
		ck_assert_uint_eq(result.accepted, 1);
		ck_assert_str_eq(result.message, "");
	}
	otlp_receiver_finish(&receiver);
}
END_TEST

static Suite *otlp_receiver_suite(void)
{
	Suite *suite = suite_create("otlp_receiver");
	TCase *tcase = tcase_create("receiver");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_signal_of_protobuf_is_found_by_the_first_record);
	tcase_add_test(tcase, the_signal_of_json_is_found_by_name);
	tcase_add_test(tcase, a_label_that_does_not_fit_gets_a_hint);
	tcase_add_test(tcase, a_body_for_another_signal_is_refused_or_rejected);
	tcase_add_test(tcase, one_receiver_serves_any_mix_of_requests);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_receiver_suite());
}
