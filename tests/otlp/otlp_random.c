#include "otlp/otlp_random.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "collector.pb-c.h"

uint64_t random_state;

uint64_t random_below(uint64_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % n;
}

static bool one_in(uint64_t n)
{
	return random_below(n) == 0;
}

static void *pool[100000];
static size_t pool_count;

void *take_memory(size_t count, size_t size)
{
	ck_assert_uint_lt(pool_count, ARRAY_SIZE(pool));
	pool[pool_count] = xcalloc(count, size);
	return pool[pool_count++];
}

void give_memory_back(void)
{
	while (pool_count > 0) {
		free(pool[--pool_count]);
	}
}

#define NEW(type, init)                                                                            \
	__extension__({                                                                            \
		type *fresh = take_memory(1, sizeof(type));                                        \
		init(fresh);                                                                       \
		fresh;                                                                             \
	})

static ProtobufCBinaryData random_bytes(size_t size)
{
	ProtobufCBinaryData data = {size, take_memory(size + 1, 1)};
	for (size_t i = 0; i < size; i++) {
		data.data[i] = (uint8_t)(32 + random_below(95));
	}
	return data;
}

static ProtobufCBinaryData random_text(void)
{
	return random_bytes(one_in(20) ? random_below(400) : random_below(20));
}

static ProtobufCBinaryData random_id(size_t size)
{
	if (one_in(8)) {
		return (ProtobufCBinaryData){size, take_memory(size, 1)}; // all zero
	}
	return random_bytes(one_in(8) ? random_below(20) : size);
}

static Otlp__AnyValue *random_value(unsigned depth);

static Otlp__KeyValue *random_pair(unsigned depth)
{
	Otlp__KeyValue *pair = NEW(Otlp__KeyValue, otlp__key_value__init);
	pair->key = random_text();
	pair->value = one_in(10) ? NULL : random_value(depth);
	return pair;
}

static size_t random_pairs(Otlp__KeyValue ***ret, unsigned depth)
{
	size_t count = one_in(10) ? random_below(200) : random_below(6);
	*ret = take_memory(count + 1, sizeof(**ret));
	for (size_t i = 0; i < count; i++) {
		(*ret)[i] = random_pair(depth);
	}
	return count;
}

static Otlp__ArrayValue *random_array(unsigned depth)
{
	Otlp__ArrayValue *array = NEW(Otlp__ArrayValue, otlp__array_value__init);
	array->n_values = random_below(4);
	array->values = take_memory(array->n_values + 1, sizeof(*array->values));
	for (size_t i = 0; i < array->n_values; i++) {
		array->values[i] = random_value(depth + 1);
	}
	return array;
}

static Otlp__KeyValueList *random_map(unsigned depth)
{
	Otlp__KeyValueList *map = NEW(Otlp__KeyValueList, otlp__key_value_list__init);
	map->n_values = random_below(3);
	map->values = take_memory(map->n_values + 1, sizeof(*map->values));
	for (size_t i = 0; i < map->n_values; i++) {
		map->values[i] = random_pair(depth + 1);
	}
	return map;
}

static Otlp__AnyValue *random_value(unsigned depth)
{
	Otlp__AnyValue *value = NEW(Otlp__AnyValue, otlp__any_value__init);
	value->value_case = (Otlp__AnyValue__ValueCase)random_below(depth < 4 ? 8 : 5);
	switch (value->value_case) {
	case OTLP__ANY_VALUE__VALUE_STRING_VALUE: value->string_value = random_text(); break;
	case OTLP__ANY_VALUE__VALUE_BOOL_VALUE: value->bool_value = one_in(2); break;
	case OTLP__ANY_VALUE__VALUE_INT_VALUE: value->int_value = (int64_t)random_state; break;
	case OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE: value->double_value = (double)random_state; break;
	case OTLP__ANY_VALUE__VALUE_ARRAY_VALUE: value->array_value = random_array(depth); break;
	case OTLP__ANY_VALUE__VALUE_KVLIST_VALUE: value->kvlist_value = random_map(depth); break;
	case OTLP__ANY_VALUE__VALUE_BYTES_VALUE: value->bytes_value = random_text(); break;
	default: break;
	}
	return value;
}

static Otlp__Resource *random_resource(void)
{
	Otlp__Resource *resource = NEW(Otlp__Resource, otlp__resource__init);
	resource->n_attributes = random_pairs(&resource->attributes, 0);
	return one_in(5) ? NULL : resource;
}

static Otlp__InstrumentationScope *random_scope(void)
{
	Otlp__InstrumentationScope *scope = NEW(
		Otlp__InstrumentationScope, otlp__instrumentation_scope__init);
	scope->name = random_text();
	scope->version = random_text();
	scope->n_attributes = random_pairs(&scope->attributes, 0);
	return one_in(5) ? NULL : scope;
}

static Otlp__LogRecord *random_log(void)
{
	Otlp__LogRecord *log = NEW(Otlp__LogRecord, otlp__log_record__init);
	log->time_unix_nano = one_in(4) ? 0 : random_state;
	log->observed_time_unix_nano = one_in(4) ? 0 : random_state;
	log->severity_number = (int32_t)random_below(30);
	log->severity_text = random_text();
	log->body = one_in(3) ? NULL : random_value(0);
	log->n_attributes = random_pairs(&log->attributes, 0);
	log->flags = (uint32_t)random_state;
	log->trace_id = random_id(16);
	log->span_id = random_id(8);
	log->event_name = random_text();
	return log;
}

static Otlp__Span *random_span(void)
{
	Otlp__Span *span = NEW(Otlp__Span, otlp__span__init);
	span->trace_id = random_id(16);
	span->span_id = random_id(8);
	span->parent_span_id = random_id(8);
	span->trace_state = random_text();
	span->name = random_text();
	span->kind = -1; // ten bytes on the wire
	span->start_time_unix_nano = random_state;
	span->end_time_unix_nano = random_state / 2;
	span->n_attributes = random_pairs(&span->attributes, 0);
	span->n_events = 1;
	span->events = take_memory(1, sizeof(*span->events));
	span->events[0] = NEW(Otlp__SpanEvent, otlp__span_event__init);
	span->events[0]->n_attributes = random_pairs(&span->events[0]->attributes, 0);
	span->status = NEW(Otlp__SpanStatus, otlp__span_status__init);
	span->status->message = random_text();
	span->flags = (uint32_t)random_below(3);
	return span;
}

static Otlp__NumberDataPoint *random_point(void)
{
	Otlp__NumberDataPoint *point = NEW(Otlp__NumberDataPoint, otlp__number_data_point__init);
	point->start_time_unix_nano = random_state;
	point->time_unix_nano = random_state / 3;
	point->flags = (uint32_t)random_below(4);
	point->n_attributes = random_pairs(&point->attributes, 0);
	if (one_in(2)) {
		point->value_case = OTLP__NUMBER_DATA_POINT__VALUE_AS_DOUBLE;
		point->as_double = (double)random_state / 7;
	} else if (!one_in(5)) {
		point->value_case = OTLP__NUMBER_DATA_POINT__VALUE_AS_INT;
		point->as_int = (int64_t)random_state;
	}
	return point;
}

static size_t random_points(Otlp__NumberDataPoint ***ret)
{
	size_t count = random_below(3);
	*ret = take_memory(count + 1, sizeof(**ret));
	for (size_t i = 0; i < count; i++) {
		(*ret)[i] = random_point();
	}
	return count;
}

static Otlp__Histogram *random_histogram(void)
{
	Otlp__Histogram *histogram = NEW(Otlp__Histogram, otlp__histogram__init);
	Otlp__HistogramDataPoint *point = NEW(
		Otlp__HistogramDataPoint, otlp__histogram_data_point__init);
	histogram->n_data_points = 1;
	histogram->data_points = take_memory(1, sizeof(*histogram->data_points));
	histogram->data_points[0] = point;
	point->n_bucket_counts = random_below(5);
	point->bucket_counts = take_memory(8, sizeof(*point->bucket_counts));
	point->n_explicit_bounds = random_below(5);
	point->explicit_bounds = take_memory(8, sizeof(*point->explicit_bounds));
	point->n_attributes = random_pairs(&point->attributes, 0);
	return histogram;
}

static Otlp__Metric *random_metric(void)
{
	Otlp__Metric *metric = NEW(Otlp__Metric, otlp__metric__init);
	metric->name = random_text();
	metric->unit = random_text();
	switch (random_below(4)) {
	case 0:
		metric->data_case = OTLP__METRIC__DATA_GAUGE;
		metric->gauge = NEW(Otlp__Gauge, otlp__gauge__init);
		metric->gauge->n_data_points = random_points(&metric->gauge->data_points);
		break;
	case 1:
		metric->data_case = OTLP__METRIC__DATA_SUM;
		metric->sum = NEW(Otlp__Sum, otlp__sum__init);
		metric->sum->aggregation_temporality = (int32_t)random_below(4);
		metric->sum->is_monotonic = one_in(2);
		metric->sum->n_data_points = random_points(&metric->sum->data_points);
		break;
	case 2:
		metric->data_case = OTLP__METRIC__DATA_HISTOGRAM;
		metric->histogram = random_histogram();
		break;
	default: break;
	}
	return metric;
}

/* Random requests of two resources with one scope each. */
ProtobufCMessage *random_logs(void)
{
	Otlp__ExportLogsServiceRequest *request = NEW(
		Otlp__ExportLogsServiceRequest, otlp__export_logs_service_request__init);
	request->n_resource_logs = 2;
	request->resource_logs = take_memory(2, sizeof(*request->resource_logs));
	for (size_t i = 0; i < 2; i++) {
		Otlp__ResourceLogs *r = NEW(Otlp__ResourceLogs, otlp__resource_logs__init);
		Otlp__ScopeLogs *s = NEW(Otlp__ScopeLogs, otlp__scope_logs__init);
		r->resource = random_resource();
		r->n_scope_logs = 1;
		r->scope_logs = take_memory(1, sizeof(*r->scope_logs));
		r->scope_logs[0] = s;
		s->scope = random_scope();
		s->n_log_records = random_below(4);
		s->log_records = take_memory(4, sizeof(*s->log_records));
		for (size_t k = 0; k < s->n_log_records; k++) {
			s->log_records[k] = random_log();
		}
		request->resource_logs[i] = r;
	}
	return &request->base;
}

ProtobufCMessage *random_traces(void)
{
	Otlp__ExportTraceServiceRequest *request = NEW(
		Otlp__ExportTraceServiceRequest, otlp__export_trace_service_request__init);
	request->n_resource_spans = 2;
	request->resource_spans = take_memory(2, sizeof(*request->resource_spans));
	for (size_t i = 0; i < 2; i++) {
		Otlp__ResourceSpans *r = NEW(Otlp__ResourceSpans, otlp__resource_spans__init);
		Otlp__ScopeSpans *s = NEW(Otlp__ScopeSpans, otlp__scope_spans__init);
		r->resource = random_resource();
		r->n_scope_spans = 1;
		r->scope_spans = take_memory(1, sizeof(*r->scope_spans));
		r->scope_spans[0] = s;
		s->scope = random_scope();
		s->n_spans = random_below(4);
		s->spans = take_memory(4, sizeof(*s->spans));
		for (size_t k = 0; k < s->n_spans; k++) {
			s->spans[k] = random_span();
		}
		request->resource_spans[i] = r;
	}
	return &request->base;
}

ProtobufCMessage *random_metrics(void)
{
	Otlp__ExportMetricsServiceRequest *request = NEW(
		Otlp__ExportMetricsServiceRequest, otlp__export_metrics_service_request__init);
	request->n_resource_metrics = 2;
	request->resource_metrics = take_memory(2, sizeof(*request->resource_metrics));
	for (size_t i = 0; i < 2; i++) {
		Otlp__ResourceMetrics *r = NEW(Otlp__ResourceMetrics, otlp__resource_metrics__init);
		Otlp__ScopeMetrics *s = NEW(Otlp__ScopeMetrics, otlp__scope_metrics__init);
		r->resource = random_resource();
		r->n_scope_metrics = 1;
		r->scope_metrics = take_memory(1, sizeof(*r->scope_metrics));
		r->scope_metrics[0] = s;
		s->scope = random_scope();
		s->n_metrics = random_below(4);
		s->metrics = take_memory(4, sizeof(*s->metrics));
		for (size_t k = 0; k < s->n_metrics; k++) {
			s->metrics[k] = random_metric();
		}
		request->resource_metrics[i] = r;
	}
	return &request->base;
}
