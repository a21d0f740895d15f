/* The decoders and answers against generated code (proto/): random requests are packed by
 * protobuf-c, decoded by ours, and what comes out is compared with what went in. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collector.pb-c.h"
#include "otlp/otlp_answer.h"
#include "otlp/otlp_random.h"
#include "otlp/otlp_testing.h"
#include "status.pb-c.h"
#include "support/suite.h"

/* What is expected, in the words of dump_record(). */
struct expected {
	struct buf text;
	uint64_t accepted, rejected;
};

static struct str str_of(ProtobufCBinaryData data)
{
	return (struct str){(const char *)data.data, data.len};
}

/* Of the right size, and not all zero: otlp-http D3, D4. */
static bool is_valid_id(ProtobufCBinaryData id, size_t size)
{
	static const uint8_t zero[16];
	return id.len == size && memcmp(id.data, zero, size) != 0;
}

static void expect_id(struct buf *out, const char *label, ProtobufCBinaryData id, size_t size)
{
	if (is_valid_id(id, size)) {
		dump_str(out, label, str_of(id));
	}
}

static void expect_array(struct buf *out, const Otlp__ArrayValue *array)
{
	static const char *const labels[] = {"first", "second"};
	size_t found = 0;
	buf_append_str(out, STR(" array"));
	for (size_t i = 0; i < array->n_values && found < ARRAY_SIZE(labels); i++) {
		if (array->values[i]->value_case == OTLP__ANY_VALUE__VALUE_STRING_VALUE) {
			dump_str(out, labels[found++], str_of(array->values[i]->string_value));
		}
	}
}

static void expect_value(struct buf *out, const Otlp__AnyValue *value)
{
	switch (value != NULL ? value->value_case : OTLP__ANY_VALUE__VALUE__NOT_SET) {
	case OTLP__ANY_VALUE__VALUE_STRING_VALUE:
		buf_append_str(out, STR(" string"));
		dump_str(out, "is", str_of(value->string_value));
		break;
	case OTLP__ANY_VALUE__VALUE_BOOL_VALUE:
		buf_printf(out, " bool=%d", value->bool_value);
		break;
	case OTLP__ANY_VALUE__VALUE_INT_VALUE:
		buf_printf(out, " int=%lld", (long long)value->int_value);
		break;
	case OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE:
		dump_double(out, "double", value->double_value);
		break;
	case OTLP__ANY_VALUE__VALUE_ARRAY_VALUE: expect_array(out, value->array_value); break;
	case OTLP__ANY_VALUE__VALUE_KVLIST_VALUE: buf_append_str(out, STR(" kvlist")); break;
	case OTLP__ANY_VALUE__VALUE_BYTES_VALUE: buf_append_str(out, STR(" bytes")); break;
	default: buf_append_str(out, STR(" empty")); break;
	}
}

static void expect_pairs(struct buf *out, const char *label, Otlp__KeyValue **pairs, size_t count)
{
	if (count == 0) {
		return;
	}
	buf_printf(out, " %s{", label);
	for (size_t i = 0; i < count; i++) {
		dump_str(out, "key", str_of(pairs[i]->key));
		expect_value(out, pairs[i]->value);
	}
	buf_append_char(out, '}');
}

static void expect_origin(
	struct buf *out, const Otlp__InstrumentationScope *scope, const Otlp__Resource *resource)
{
	if (scope != NULL) {
		dump_str(out, "scope", str_of(scope->name));
		dump_str(out, "version", str_of(scope->version));
	}
	if (resource != NULL) {
		expect_pairs(out, "resource", resource->attributes, resource->n_attributes);
	}
	buf_append_char(out, '\n');
}

static void expect_log(struct expected *e, const Otlp__LogRecord *log)
{
	buf_append_str(&e->text, STR("log"));
	dump_str(&e->text, "name", str_of(log->event_name));
	expect_value(&e->text, log->body);
	dump_number(&e->text, "time", log->time_unix_nano);
	dump_number(&e->text, "observed", log->observed_time_unix_nano);
	expect_id(&e->text, "trace", log->trace_id, 16);
	expect_id(&e->text, "span", log->span_id, 8);
	dump_number(&e->text, "flags", log->flags);
	expect_pairs(&e->text, "attributes", log->attributes, log->n_attributes);
	e->accepted++;
}

static bool expect_span(struct expected *e, const Otlp__Span *span)
{
	if (!is_valid_id(span->trace_id, 16) || !is_valid_id(span->span_id, 8)) {
		e->rejected++;
		return false;
	}
	buf_append_str(&e->text, STR("span"));
	dump_str(&e->text, "name", str_of(span->name));
	dump_number(&e->text, "time", span->end_time_unix_nano);
	dump_number(&e->text, "start", span->start_time_unix_nano);
	dump_str(&e->text, "trace", str_of(span->trace_id));
	dump_str(&e->text, "span", str_of(span->span_id));
	expect_id(&e->text, "parent", span->parent_span_id, 8);
	dump_number(&e->text, "flags", span->flags);
	expect_pairs(&e->text, "attributes", span->attributes, span->n_attributes);
	e->accepted++;
	return true;
}

static void expect_point(
	struct expected *e, const Otlp__Metric *metric, const Otlp__NumberDataPoint *point)
{
	buf_append_str(&e->text, STR("point"));
	dump_str(&e->text, "name", str_of(metric->name));
	dump_number(&e->text, "time", point->time_unix_nano);
	dump_number(&e->text, "start", point->start_time_unix_nano);
	dump_number(&e->text, "flags", point->flags);
	if (metric->data_case == OTLP__METRIC__DATA_SUM) {
		dump_number(
			&e->text, "temporality", (uint32_t)metric->sum->aggregation_temporality);
		dump_number(&e->text, "monotonic", metric->sum->is_monotonic);
	}
	if ((point->flags & 1) == 0 &&
		point->value_case == OTLP__NUMBER_DATA_POINT__VALUE_AS_DOUBLE) {
		dump_double(&e->text, "value", point->as_double);
	} else if ((point->flags & 1) == 0 &&
		   point->value_case == OTLP__NUMBER_DATA_POINT__VALUE_AS_INT) {
		dump_double(&e->text, "value", (double)point->as_int);
	}
	expect_pairs(&e->text, "attributes", point->attributes, point->n_attributes);
	e->accepted++;
}

static void expect_logs(struct expected *e, const Otlp__ExportLogsServiceRequest *request)
{
	for (size_t i = 0; i < request->n_resource_logs; i++) {
		const Otlp__ResourceLogs *r = request->resource_logs[i];
		for (size_t k = 0; k < r->n_scope_logs; k++) {
			const Otlp__ScopeLogs *s = r->scope_logs[k];
			for (size_t n = 0; n < s->n_log_records; n++) {
				expect_log(e, s->log_records[n]);
				expect_origin(&e->text, s->scope, r->resource);
			}
		}
	}
}

static void expect_traces(struct expected *e, const Otlp__ExportTraceServiceRequest *request)
{
	for (size_t i = 0; i < request->n_resource_spans; i++) {
		const Otlp__ResourceSpans *r = request->resource_spans[i];
		for (size_t k = 0; k < r->n_scope_spans; k++) {
			const Otlp__ScopeSpans *s = r->scope_spans[k];
			for (size_t n = 0; n < s->n_spans; n++) {
				if (expect_span(e, s->spans[n])) {
					expect_origin(&e->text, s->scope, r->resource);
				}
			}
		}
	}
}

static void expect_metric(struct expected *e, const Otlp__Metric *metric,
	const Otlp__ScopeMetrics *s, const Otlp__ResourceMetrics *r)
{
	bool is_sum = metric->data_case == OTLP__METRIC__DATA_SUM;
	if (metric->data_case == OTLP__METRIC__DATA_HISTOGRAM) {
		e->accepted += metric->histogram->n_data_points;
	} else if (is_sum || metric->data_case == OTLP__METRIC__DATA_GAUGE) {
		size_t count = is_sum ? metric->sum->n_data_points : metric->gauge->n_data_points;
		for (size_t i = 0; i < count; i++) {
			expect_point(e, metric,
				is_sum ? metric->sum->data_points[i]
				       : metric->gauge->data_points[i]);
			expect_origin(&e->text, s->scope, r->resource);
		}
	}
}

static void expect_metrics(struct expected *e, const Otlp__ExportMetricsServiceRequest *request)
{
	for (size_t i = 0; i < request->n_resource_metrics; i++) {
		const Otlp__ResourceMetrics *r = request->resource_metrics[i];
		for (size_t k = 0; k < r->n_scope_metrics; k++) {
			const Otlp__ScopeMetrics *s = r->scope_metrics[k];
			for (size_t n = 0; n < s->n_metrics; n++) {
				expect_metric(e, s->metrics[n], s, r);
			}
		}
	}
}

static const struct {
	ProtobufCMessage *(*make)(void);
	const ProtobufCMessageDescriptor *descriptor;
} signals[] = {
	[OTLP_LOGS] = {random_logs, &otlp__export_logs_service_request__descriptor},
	[OTLP_TRACES] = {random_traces, &otlp__export_trace_service_request__descriptor},
	[OTLP_METRICS] = {random_metrics, &otlp__export_metrics_service_request__descriptor},
};

static struct expected expectation(enum otlp_signal signal, const ProtobufCMessage *request)
{
	struct expected e = {0};
	buf_init(&e.text, 1 << 28);
	switch (signal) {
	case OTLP_LOGS: expect_logs(&e, (const Otlp__ExportLogsServiceRequest *)request); break;
	case OTLP_TRACES:
		expect_traces(&e, (const Otlp__ExportTraceServiceRequest *)request);
		break;
	default: expect_metrics(&e, (const Otlp__ExportMetricsServiceRequest *)request); break;
	}
	buf_append_char(&e.text, '\0');
	return e;
}

static struct str pack(const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = take_memory(size + 1, 1);
	protobuf_c_message_pack(message, bytes);
	return (struct str){(const char *)bytes, size};
}

START_TEST(what_was_packed_is_what_is_decoded)
{
	enum otlp_signal signal = (enum otlp_signal)_i;
	random_state = 88172645463325252u;
	for (size_t round = 0; round < 100; round++) {
		ProtobufCMessage *request = signals[signal].make();
		struct expected e = expectation(signal, request);
		struct seen seen = see(signal, false, pack(request));
		ck_assert_str_eq(seen.result.message, "");
		ck_assert_str_eq(seen.text.data, e.text.data);
		ck_assert_uint_eq(seen.result.accepted, e.accepted);
		ck_assert_uint_eq(seen.result.rejected, e.rejected);
		ck_assert_uint_eq(seen.result.repaired, 0);
		seen_finish(&seen);
		buf_finish(&e.text);
		give_memory_back();
	}
}
END_TEST

/* Changed bytes that both sides still take mean the same to both. */
START_TEST(changed_bytes_mean_the_same_to_both_or_are_refused)
{
	enum otlp_signal signal = (enum otlp_signal)_i;
	size_t both = 0;
	random_state = 1234567890123456789u;
	for (size_t round = 0; round < 700; round++) {
		struct str bytes = pack(signals[signal].make());
		char *body = take_memory(bytes.size + 1, 1);
		memcpy(body, bytes.data, bytes.size);
		for (size_t i = 0; i <= random_below(3) && bytes.size > 0; i++) {
			body[random_below(bytes.size)] = (char)random_below(256);
		}
		struct seen seen = see(signal, false, (struct str){body, bytes.size});
		ProtobufCMessage *again = protobuf_c_message_unpack(
			signals[signal].descriptor, NULL, bytes.size, (const uint8_t *)body);
		if (again != NULL && seen.result.fault == OTLP_OK) {
			struct expected e = expectation(signal, again);
			ck_assert_uint_eq(seen.text.size, e.text.size);
			ck_assert_mem_eq(seen.text.data, e.text.data, e.text.size);
			buf_finish(&e.text);
			both++;
		}
		if (again != NULL) {
			protobuf_c_message_free_unpacked(again, NULL);
		}
		seen_finish(&seen);
		give_memory_back();
	}
	ck_assert_uint_gt(both, 200);
}
END_TEST

START_TEST(answers_are_read_back)
{
	struct buf out;
	buf_init(&out, 4096);
	otlp_answer_success(&out, false, OTLP_LOGS, UINT32_MAX, STR("some were bad"));
	Otlp__ExportLogsServiceResponse *logs = otlp__export_logs_service_response__unpack(
		NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(logs);
	ck_assert_int_eq(logs->partial_success->rejected_log_records, UINT32_MAX);
	ck_assert(str_equal(str_of(logs->partial_success->error_message), STR("some were bad")));
	otlp__export_logs_service_response__free_unpacked(logs, NULL);

	buf_clear(&out);
	otlp_answer_success(&out, false, OTLP_TRACES, 0, STR("a warning"));
	Otlp__ExportTraceServiceResponse *traces = otlp__export_trace_service_response__unpack(
		NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(traces);
	ck_assert_int_eq(traces->partial_success->rejected_spans, 0);
	ck_assert(str_equal(str_of(traces->partial_success->error_message), STR("a warning")));
	otlp__export_trace_service_response__free_unpacked(traces, NULL);

	buf_clear(&out);
	otlp_answer_status(&out, false, 503, STR("busy"));
	Otlp__Status *status = otlp__status__unpack(NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(status);
	ck_assert_int_eq(status->code, 14);
	ck_assert(str_equal(str_of(status->message), STR("busy")));
	otlp__status__free_unpacked(status, NULL);
	buf_finish(&out);
}
END_TEST

static Suite *otlp_oracle_suite(void)
{
	Suite *suite = suite_create("otlp_oracle");
	TCase *tcase = tcase_create("oracle");
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, what_was_packed_is_what_is_decoded, 0, OTLP_SIGNAL_COUNT);
	tcase_add_loop_test(
		tcase, changed_bytes_mean_the_same_to_both_or_are_refused, 0, OTLP_SIGNAL_COUNT);
	tcase_add_test(tcase, answers_are_read_back);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_oracle_suite());
}
