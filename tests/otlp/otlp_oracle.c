#include "otlp/otlp_oracle.h"

#include <string.h>

#include "base/mem.h"
#include "collector.pb-c.h"
#include "otlp/otlp_testing.h"

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

const ProtobufCMessageDescriptor *const oracle_descriptors[OTLP_SIGNAL_COUNT] = {
	[OTLP_LOGS] = &otlp__export_logs_service_request__descriptor,
	[OTLP_TRACES] = &otlp__export_trace_service_request__descriptor,
	[OTLP_METRICS] = &otlp__export_metrics_service_request__descriptor,
};

struct expected expectation(enum otlp_signal signal, const ProtobufCMessage *request)
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
