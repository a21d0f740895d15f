#include "otlp/otlp_wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "otlp/otlp_testing.h"
#include "support/suite.h"

#define TRACE_ID STR("0123456789abcdef")
#define SPAN_ID  STR("01234567")

static struct buf work, out;

static void setup(void)
{
	buf_init(&work, 1 << 28);
	buf_init(&out, 1 << 28);
}

static void teardown(void)
{
	buf_finish(&work);
	buf_finish(&out);
}

static void wrap_record(void)
{
	wrap_bytes(&out, (const unsigned[]){2, 2, 1}, 3);
}

static void expect_bad_bytes(struct str bytes, const char *part)
{
	expect_fault(see(OTLP_LOGS, false, bytes), OTLP_BAD_DATA, part);
}

START_TEST(no_bytes_are_an_empty_request)
{
	struct seen seen = see(OTLP_LOGS, false, STR(""));
	ck_assert_int_eq(seen.result.fault, OTLP_OK);
	ck_assert_uint_eq(seen.result.accepted, 0);
	ck_assert_str_eq(seen.result.warning, "");
	seen_finish(&seen);
}
END_TEST

START_TEST(empty_messages_at_every_level_are_fine)
{
	for (size_t levels = 0; levels <= 2; levels++) {
		buf_clear(&out);
		wrap_bytes(&out, (const unsigned[]){2, 1}, levels);
		expect_records(see(OTLP_LOGS, false, buf_str(&out)), "");
	}
	buf_clear(&out);
	expect_records(see_wire_record(OTLP_LOGS, &out), "log empty\n");
	buf_clear(&out);
	put_text(&out, 5, "");
	put_text(&out, 6, "");
	expect_records(see_wire_record(OTLP_LOGS, &out), "log empty attributes{ empty}\n");
	buf_clear(&out);
	expect_records(see_wire_record(OTLP_METRICS, &out), "");
}
END_TEST

static void put_whole_log(struct buf *b)
{
	struct buf any;
	buf_init(&any, 4096);
	put_fixed64(b, 1, 1000);
	put_number(b, 2, 9);
	put_text(b, 3, "INFO");
	put_text(&any, 1, "hello");
	put_message(b, 5, &any);
	put_attribute(b, 6, "k", "v");
	put_number(b, 7, 2);
	put_fixed32(b, 8, 0x1ff);
	put_bytes(b, 9, TRACE_ID);
	put_bytes(b, 10, SPAN_ID);
	put_fixed64(b, 11, 2000);
	put_text(b, 12, "event");
	buf_finish(&any);
}

static const char whole_log[] =
	"log name=5:event string is=5:hello time=1000 observed=2000 trace=16:0123456789abcdef "
	"span=8:01234567 flags=511 attributes{ key=1:k string is=1:v}";

START_TEST(every_field_of_a_log_record_arrives)
{
	char *expected = xasprintf("%s\n", whole_log);
	put_whole_log(&out);
	expect_records(see_wire_record(OTLP_LOGS, &out), expected);
	free(expected);
}
END_TEST

START_TEST(every_field_of_a_span_arrives)
{
	put_bytes(&out, 1, TRACE_ID);
	put_bytes(&out, 2, SPAN_ID);
	put_text(&out, 3, "state");
	put_text(&out, 4, "parent-1");
	put_text(&out, 5, "work");
	put_number(&out, 6, 3);
	put_fixed64(&out, 7, 10);
	put_fixed64(&out, 8, 20);
	put_attribute(&out, 9, "k", "v");
	put_fixed32(&out, 16, 1);
	expect_records(see_wire_record(OTLP_TRACES, &out),
		"span name=4:work time=20 start=10 trace=16:0123456789abcdef span=8:01234567 "
		"parent=8:parent-1 flags=1 attributes{ key=1:k string is=1:v}\n");
}
END_TEST

/* P5: any order. */
START_TEST(resource_and_scope_may_follow_the_records)
{
	put_attribute(&out, 6, "k", "v");
	wrap_bytes(&out, (const unsigned[]){2}, 1);
	put_text(&work, 1, "scope");
	put_text(&work, 2, "1.0");
	put_message(&out, 1, &work);
	wrap_bytes(&out, (const unsigned[]){2}, 1);
	put_attribute(&work, 1, "r", "late");
	put_message(&out, 1, &work);
	wrap_bytes(&out, (const unsigned[]){1}, 1);
	expect_records(see(OTLP_LOGS, false, buf_str(&out)),
		"log empty attributes{ key=1:k string is=1:v} scope=5:scope version=3:1.0 "
		"resource{ key=1:r string is=4:late}\n");
}
END_TEST

START_TEST(what_belongs_to_one_resource_or_scope_is_not_left_for_the_next)
{
	struct buf request;
	buf_init(&request, 4096);
	put_attribute(&work, 1, "r", "one");
	put_message(&out, 1, &work);
	put_text(&work, 1, "scope");
	struct buf scope_logs;
	buf_init(&scope_logs, 4096);
	put_message(&scope_logs, 1, &work);
	put_attribute(&work, 6, "k", "v");
	put_message(&scope_logs, 2, &work);
	put_message(&out, 2, &scope_logs);
	put_message(&request, 1, &out);
	put_text(&scope_logs, 2, "");
	put_message(&out, 2, &scope_logs);
	put_message(&request, 1, &out);
	expect_records(see(OTLP_LOGS, false, buf_str(&request)),
		"log empty attributes{ key=1:k string is=1:v} scope=5:scope "
		"resource{ key=1:r string is=3:one}\n"
		"log empty\n");
	buf_finish(&request);
	buf_finish(&scope_logs);
}
END_TEST

START_TEST(singular_messages_are_merged)
{
	struct buf any;
	buf_init(&any, 4096);
	put_attribute(&work, 1, "a", "1");
	put_message(&out, 1, &work);
	put_text(&work, 2, ""); // a record
	put_message(&out, 2, &work);
	put_attribute(&work, 1, "b", "2");
	put_message(&out, 1, &work);
	wrap_bytes(&out, (const unsigned[]){1}, 1);
	expect_records(see(OTLP_LOGS, false, buf_str(&out)),
		"log empty resource{ key=1:a string is=1:1 key=1:b string is=1:2}\n");

	buf_clear(&out);
	put_text(&any, 1, "first");
	put_message(&out, 5, &any);
	put_message(&out, 5, &any); // empty: changes nothing
	expect_records(see_wire_record(OTLP_LOGS, &out), "log string is=5:first\n");
	buf_finish(&any);
}
END_TEST

START_TEST(numbers_may_be_longer_than_needed)
{
	/* Three tags and lengths, all with continuation bytes. */
	expect_records(see(OTLP_LOGS, false,
			       STR("\x8a\x80\x00\x8b\x80\x00"
				   "\x92\x00\x86\x80\x00"
				   "\x92\x80\x80\x00\x80\x00")),
		"log empty\n");
}
END_TEST

START_TEST(unknown_fields_are_skipped)
{
	put_number(&out, 100, UINT64_MAX);
	put_fixed64(&out, 101, 1);
	put_text(&out, 102, "\xff");
	put_fixed32(&out, 103, 1);
	put_number(&out, 536870911, 1); // the largest number there is
	put_number(&out, 4, 1);         // a number that is free
	put_tag(&out, 104, 3);
	put_tag(&out, 105, 3);
	put_number(&out, 1, 1);
	put_tag(&out, 105, 4);
	put_tag(&out, 104, 4);
	put_fixed64(&out, 1, 5);
	struct seen seen = see_wire_record(OTLP_LOGS, &out);
	ck_assert_uint_eq(seen.result.repaired, 0);
	expect_records(seen, "log empty time=5\n");
}
END_TEST

START_TEST(groups_must_be_balanced_and_not_too_deep)
{
	expect_bad_bytes(STR("\x0c"), "a group ends that did not begin");
	expect_bad_bytes(STR("\x13"), "a group has no end");
	expect_bad_bytes(STR("\x13\x1c"), "a group ends that did not begin");
	expect_bad_bytes(STR("\x13\x0a\x05\x14"), "runs past the end");
	for (size_t i = 0; i < 100000; i++) {
		put_tag(&out, 9, 3);
	}
	expect_bad_bytes(buf_str(&out), "groups are nested too deeply");
}
END_TEST

START_TEST(broken_bytes_are_refused)
{
	expect_bad_bytes(STR("\x00"), "impossible number");
	expect_bad_bytes(STR("\x02\x00"), "impossible number");
	expect_bad_bytes(STR("\x80\x00"), "impossible number");
	expect_bad_bytes(STR("\x82\x80\x80\x00\x00"), "impossible number");
	expect_bad_bytes(STR("\xfa\xff\xff\xff\x7f\x00"), "impossible number");
	expect_bad_bytes(STR("\x0e"), "impossible wire type");
	expect_bad_bytes(STR("\x0f"), "impossible wire type");
	expect_bad_bytes(STR("\x10"), "ends inside a number");
	expect_bad_bytes(STR("\x10\x80"), "ends inside a number");
	expect_bad_bytes(STR("\x11\x01\x02"), "ends inside a number");
	expect_bad_bytes(STR("\x15\x01\x02"), "ends inside a number");
	expect_bad_bytes(
		STR("\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), "longer than ten");
	expect_bad_bytes(STR("\x0a"), "ends inside a number");
	expect_bad_bytes(STR("\x0a\x01"), "runs past the end");
	expect_bad_bytes(STR("\x0a\x02\x12\x01"), "runs past the end");
}
END_TEST

START_TEST(huge_lengths_do_not_wrap)
{
	static const uint64_t lengths[] = {UINT32_MAX, (uint64_t)UINT32_MAX + 2, INT64_MAX,
		(uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX};
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		buf_clear(&out);
		put_tag(&out, 1, 2);
		put_varint(&out, lengths[i]);
		buf_append(&out, "xxxxxxxx", 8);
		expect_bad_bytes(buf_str(&out), "runs past the end");
	}
}
END_TEST

START_TEST(a_request_cut_anywhere_is_refused)
{
	put_whole_log(&out);
	wrap_record();
	for (size_t size = 1; size < out.size; size++) {
		struct seen seen = see(OTLP_LOGS, false, (struct str){out.data, size});
		ck_assert_int_eq(seen.result.fault, OTLP_BAD_DATA);
		seen_finish(&seen);
	}
}
END_TEST

START_TEST(a_cut_inside_is_refused_with_its_place)
{
	put_attribute(&out, 6, "key", "value");
	wrap_record();
	out.data[out.size - 7] = 100; // the length of the value's text
	expect_bad_bytes(buf_str(&out), "resourceLogs.scopeLogs.logRecords.attributes.value: ");
	expect_bad_bytes(buf_str(&out), "byte 16: ");
}
END_TEST

START_TEST(a_known_field_of_another_wire_type_is_refused)
{
	put_text(&out, 1, "late");
	expect_fault(see_wire_record(OTLP_LOGS, &out), OTLP_BAD_DATA,
		"resourceLogs.scopeLogs.logRecords.timeUnixNano: ");
	buf_clear(&out);
	put_number(&out, 6, 1);
	expect_fault(see_wire_record(OTLP_LOGS, &out), OTLP_BAD_DATA, "attributes: ");
	expect_bad_bytes(STR("\x08\x01"), "resourceLogs: ");
	expect_bad_bytes(STR("\x0a\x08\x12\x06\x12\x04\x2a\x02\x08\x01"), "wrong wire type");
	expect_bad_bytes(STR("\x0a\x08\x12\x06\x12\x04\x32\x02\x08\x01"), "wrong wire type");
	expect_bad_bytes(STR("\x0a\x0a\x12\x08\x12\x06\x2a\x04\x2a\x02\x08\x01"), "values: ");
}
END_TEST

START_TEST(invalid_ids_of_a_log_record_are_left_out)
{
	put_bytes(&out, 9, STR("short"));
	put_bytes(&out, 10, STR("\0\0\0\0\0\0\0\0"));
	wrap_record();
	struct seen seen = see(OTLP_LOGS, false, buf_str(&out));
	ck_assert_uint_eq(seen.result.accepted, 1);
	ck_assert_str_eq(seen.result.warning, "1 invalid trace or span id was ignored");
	expect_records(seen, "log empty\n");
}
END_TEST

START_TEST(spans_without_both_ids_are_rejected_and_counted)
{
	struct buf scope_spans;
	buf_init(&scope_spans, 4096);
	for (unsigned i = 0; i < 5; i++) {
		buf_clear(&work);
		put_bytes(&work, 1, i == 1 ? STR("too short") : i == 2 ? STR("") : TRACE_ID);
		put_bytes(&work, 2, i == 3 ? STR("\0\0\0\0\0\0\0\0") : SPAN_ID);
		put_message(&scope_spans, 2, &work);
	}
	put_message(&out, 2, &scope_spans);
	wrap_bytes(&out, (const unsigned[]){1}, 1);
	struct seen seen = see(OTLP_TRACES, false, buf_str(&out));
	ck_assert_uint_eq(seen.result.accepted, 2);
	ck_assert_uint_eq(seen.result.rejected, 3);
	ck_assert_ptr_nonnull(strstr(seen.result.warning, "3 spans rejected: "));
	seen_finish(&seen);
	buf_finish(&scope_spans);
}
END_TEST

/* A Sum with one point of that value; the point first. */
static void put_sum(struct buf *b, unsigned field, double value, unsigned temporality)
{
	struct buf sum, point;
	buf_init(&sum, 4096);
	buf_init(&point, 4096);
	put_double(&point, 4, value);
	put_fixed64(&point, 3, 7);
	put_message(&sum, 1, &point);
	if (temporality != 0) {
		put_number(&sum, 2, temporality);
		put_number(&sum, 3, 1);
	}
	put_message(b, field, &sum);
	buf_finish(&sum);
	buf_finish(&point);
}

START_TEST(points_know_their_metric_whatever_the_order)
{
	put_sum(&out, 7, 1.5, 2);
	put_text(&out, 1, "tokens");
	expect_records(see_wire_record(OTLP_METRICS, &out),
		"point name=6:tokens time=7 temporality=2 monotonic=1 value=1.5\n");
	buf_clear(&out);
	put_text(&out, 1, "gauge");
	put_sum(&out, 5, 2, 0);
	expect_records(see_wire_record(OTLP_METRICS, &out), "point name=5:gauge time=7 value=2\n");
}
END_TEST

START_TEST(the_last_kind_of_metric_counts_and_goes_on_where_it_is_repeated)
{
	put_sum(&out, 7, 1, 1);
	put_sum(&out, 5, 2, 0);
	put_sum(&out, 7, 3, 0);
	put_sum(&out, 7, 4, 2);
	struct seen seen = see_wire_record(OTLP_METRICS, &out);
	ck_assert_uint_eq(seen.result.accepted, 2);
	expect_records(seen, "point time=7 temporality=2 monotonic=1 value=3\n"
			     "point time=7 temporality=2 monotonic=1 value=4\n");
	buf_clear(&out);
	put_sum(&out, 7, 1, 1);
	put_sum(&out, 5, 2, 0);
	expect_records(see_wire_record(OTLP_METRICS, &out), "point time=7 value=2\n");
}
END_TEST

START_TEST(points_without_a_value_are_no_error)
{
	struct buf gauge;
	buf_init(&gauge, 4096);
	put_fixed64(&work, 2, 1);
	put_message(&gauge, 1, &work);
	put_fixed64(&work, 6, (uint64_t)-3); // as_int
	put_message(&gauge, 1, &work);
	put_double(&work, 4, 9);
	put_number(&work, 8, 1); // NO_RECORDED_VALUE
	put_message(&gauge, 1, &work);
	put_message(&out, 5, &gauge);
	expect_records(see_wire_record(OTLP_METRICS, &out),
		"point start=1\npoint value=-3\npoint flags=1\n");
	buf_finish(&gauge);
}
END_TEST

static void put_histogram_point(struct buf *b, bool packed)
{
	put_fixed64(b, 4, 3);
	put_double(b, 5, 1.5);
	if (packed) {
		put_bytes(b, 6, STR("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"));
		put_bytes(b, 7, STR("\0\0\0\0\0\0\0\0"));
	} else {
		put_fixed64(b, 6, 1);
		put_fixed64(b, 6, 2);
		put_double(b, 7, 0);
	}
}

START_TEST(other_points_are_checked_and_counted_packed_or_not)
{
	for (int packed = 0; packed < 2; packed++) {
		struct buf histogram;
		buf_init(&histogram, 4096);
		buf_clear(&out);
		put_histogram_point(&work, packed);
		put_message(&histogram, 1, &work);
		put_message(&out, 9, &histogram);
		struct seen seen = see_wire_record(OTLP_METRICS, &out);
		ck_assert_uint_eq(seen.result.accepted, 1);
		expect_records(seen, "");
		buf_finish(&histogram);
	}
	buf_clear(&out);
	put_bytes(&out, 6, STR("\1\0\0")); // a third of a number
	wrap_bytes(&out, (const unsigned[]){1, 9}, 2);
	expect_fault(
		see_wire_record(OTLP_METRICS, &out), OTLP_BAD_DATA, "dataPoints.bucketCounts: ");
}
END_TEST

START_TEST(limits_on_number_and_memory_hold)
{
	struct otlp_limits limits = {.attributes = 100};
	for (size_t i = 0; i < 101; i++) {
		put_text(&out, 6, "");
	}
	wrap_record();
	expect_fault(see_limited(&limits, OTLP_LOGS, false, buf_str(&out)), OTLP_TOO_LARGE,
		"more than 100 attributes");
	limits = (struct otlp_limits){.attributes = 101};
	struct seen seen = see_limited(&limits, OTLP_LOGS, false, buf_str(&out));
	ck_assert_int_eq(seen.result.fault, OTLP_OK);
	seen_finish(&seen);
	limits = (struct otlp_limits){.memory_bytes = 100 * sizeof(struct otlp_attribute)};
	expect_fault(see_limited(&limits, OTLP_LOGS, false, buf_str(&out)), OTLP_TOO_LARGE,
		"bytes of memory");
	buf_clear(&out);
	put_text(&out, 2, "");
	put_text(&out, 2, "");
	wrap_bytes(&out, (const unsigned[]){2, 1}, 2);
	limits = (struct otlp_limits){.records = 1};
	expect_fault(see_limited(&limits, OTLP_LOGS, false, buf_str(&out)), OTLP_TOO_LARGE,
		"more than 1 items");
}
END_TEST

static void ignore(const struct otlp_record *record, void *data)
{
	(void)record;
	(void)data;
}

START_TEST(a_decoder_works_again_after_anything_and_gives_memory_back)
{
	struct otlp_decoder d;
	struct otlp_result result;
	otlp_decoder_init(&d, NULL);
	otlp_wire_decode(&d, OTLP_LOGS, STR("\x0a\x05"), ignore, NULL, &result);
	ck_assert_int_eq(result.fault, OTLP_BAD_DATA);
	for (size_t i = 0; i < 5000; i++) {
		put_text(&out, 6, "");
	}
	wrap_record();
	otlp_wire_decode(&d, OTLP_LOGS, buf_str(&out), ignore, NULL, &result);
	ck_assert_int_eq(result.fault, OTLP_OK);
	ck_assert_uint_eq(result.accepted, 1);
	ck_assert_uint_le(d.attributes.capacity, 1024);
	ck_assert_str_eq(result.message, "");
	otlp_decoder_finish(&d);
}
END_TEST

/* Whatever is done to a byte: no crash, and nothing handed out that lies outside (for the
 * sanitizer). */
START_TEST(changed_bytes_never_lead_outside)
{
	put_whole_log(&out);
	wrap_record();
	for (size_t i = 0; i < out.size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			out.data[i] ^= (char)(1 << bit);
			for (unsigned signal = 0; signal < OTLP_SIGNAL_COUNT; signal++) {
				struct seen seen = see(
					(enum otlp_signal)signal, false, buf_str(&out));
				ck_assert((seen.result.fault == OTLP_OK) ==
					  (seen.result.message[0] == '\0'));
				seen_finish(&seen);
			}
			out.data[i] ^= (char)(1 << bit);
		}
	}
}
END_TEST

static Suite *otlp_wire_suite(void)
{
	Suite *suite = suite_create("otlp_wire");
	TCase *tcase = tcase_create("wire");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, no_bytes_are_an_empty_request);
	tcase_add_test(tcase, empty_messages_at_every_level_are_fine);
	tcase_add_test(tcase, every_field_of_a_log_record_arrives);
	tcase_add_test(tcase, every_field_of_a_span_arrives);
	tcase_add_test(tcase, resource_and_scope_may_follow_the_records);
	tcase_add_test(tcase, what_belongs_to_one_resource_or_scope_is_not_left_for_the_next);
	tcase_add_test(tcase, singular_messages_are_merged);
	tcase_add_test(tcase, numbers_may_be_longer_than_needed);
	tcase_add_test(tcase, unknown_fields_are_skipped);
	tcase_add_test(tcase, groups_must_be_balanced_and_not_too_deep);
	tcase_add_test(tcase, broken_bytes_are_refused);
	tcase_add_test(tcase, huge_lengths_do_not_wrap);
	tcase_add_test(tcase, a_request_cut_anywhere_is_refused);
	tcase_add_test(tcase, a_cut_inside_is_refused_with_its_place);
	tcase_add_test(tcase, a_known_field_of_another_wire_type_is_refused);
	tcase_add_test(tcase, invalid_ids_of_a_log_record_are_left_out);
	tcase_add_test(tcase, spans_without_both_ids_are_rejected_and_counted);
	tcase_add_test(tcase, points_know_their_metric_whatever_the_order);
	tcase_add_test(tcase, the_last_kind_of_metric_counts_and_goes_on_where_it_is_repeated);
	tcase_add_test(tcase, points_without_a_value_are_no_error);
	tcase_add_test(tcase, other_points_are_checked_and_counted_packed_or_not);
	tcase_add_test(tcase, limits_on_number_and_memory_hold);
	tcase_add_test(tcase, a_decoder_works_again_after_anything_and_gives_memory_back);
	tcase_add_test(tcase, changed_bytes_never_lead_outside);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_wire_suite());
}
