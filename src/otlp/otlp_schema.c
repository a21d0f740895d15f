#include "otlp/otlp_schema.h"

#include "base/mem.h"
#include "otlp/otlp_record.h"

#define STORE(member) .store = offsetof(struct otlp_record, member)
#define REPEATED      .repeated = true
#define ITEMS         .repeated = true, .items = true
#define MEMBER        .items = true // of Metric's oneof
#define FIELD(n, t)   .name = STR_INIT(n), .type = OTLP_TYPE_##t
#define NESTED(n, m)  FIELD(n, MESSAGE), .message = OTLP_MESSAGE_##m
#define ATTRIBUTES    FIELD("attributes", KEY_VALUE), REPEATED
#define DROPPED       FIELD("droppedAttributesCount", UINT32)
#define SCHEMA_URL    FIELD("schemaUrl", STRING)
#define TIME          FIELD("timeUnixNano", FIXED64)
#define START_TIME    FIELD("startTimeUnixNano", FIXED64)
#define COUNT         FIELD("count", FIXED64)
#define DOUBLE(name)  FIELD(name, DOUBLE)
#define FLAGS         FIELD("flags", UINT32)
#define EXEMPLARS     NESTED("exemplars", EXEMPLAR), REPEATED
#define TEMPORALITY   FIELD("aggregationTemporality", ENUM)

static const struct otlp_field logs[] = {
	[1] = {NESTED("resourceLogs", RESOURCE_LOGS), ITEMS},
};

static const struct otlp_field traces[] = {
	[1] = {NESTED("resourceSpans", RESOURCE_SPANS), ITEMS},
};

static const struct otlp_field metrics[] = {
	[1] = {NESTED("resourceMetrics", RESOURCE_METRICS), ITEMS},
};

static const struct otlp_field resource_logs[] = {
	[1] = {NESTED("resource", RESOURCE)},
	[2] = {NESTED("scopeLogs", SCOPE_LOGS), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field resource_spans[] = {
	[1] = {NESTED("resource", RESOURCE)},
	[2] = {NESTED("scopeSpans", SCOPE_SPANS), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field resource_metrics[] = {
	[1] = {NESTED("resource", RESOURCE)},
	[2] = {NESTED("scopeMetrics", SCOPE_METRICS), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field scope_logs[] = {
	[1] = {NESTED("scope", SCOPE)},
	[2] = {NESTED("logRecords", LOG_RECORD), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field scope_spans[] = {
	[1] = {NESTED("scope", SCOPE)},
	[2] = {NESTED("spans", SPAN), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field scope_metrics[] = {
	[1] = {NESTED("scope", SCOPE)},
	[2] = {NESTED("metrics", METRIC), ITEMS},
	[3] = {SCHEMA_URL},
};

static const struct otlp_field resource[] = {
	[1] = {ATTRIBUTES, STORE(resource)},
	[2] = {DROPPED},
	[3] = {NESTED("entityRefs", ENTITY_REF), REPEATED},
};

static const struct otlp_field entity_ref[] = {
	[1] = {SCHEMA_URL},
	[2] = {FIELD("type", STRING)},
	[3] = {FIELD("idKeys", STRING), REPEATED},
	[4] = {FIELD("descriptionKeys", STRING), REPEATED},
};

static const struct otlp_field scope[] = {
	[1] = {FIELD("name", STRING), STORE(scope_name)},
	[2] = {FIELD("version", STRING), STORE(scope_version)},
	[3] = {ATTRIBUTES},
	[4] = {DROPPED},
};

static const struct otlp_field log_record[] = {
	[1] = {TIME, STORE(time_ns)},
	[2] = {FIELD("severityNumber", ENUM)},
	[3] = {FIELD("severityText", STRING)},
	[5] = {FIELD("body", ANY_VALUE), STORE(body)},
	[6] = {ATTRIBUTES, STORE(attributes)},
	[7] = {DROPPED},
	[8] = {FIELD("flags", FIXED32), STORE(flags)},
	[9] = {FIELD("traceId", TRACE_ID), STORE(trace_id)},
	[10] = {FIELD("spanId", SPAN_ID), STORE(span_id)},
	[11] = {FIELD("observedTimeUnixNano", FIXED64), STORE(observed_time_ns)},
	[12] = {FIELD("eventName", STRING), STORE(name)},
};

static const struct otlp_field span[] = {
	[1] = {FIELD("traceId", TRACE_ID), STORE(trace_id)},
	[2] = {FIELD("spanId", SPAN_ID), STORE(span_id)},
	[3] = {FIELD("traceState", STRING)},
	[4] = {FIELD("parentSpanId", SPAN_ID), STORE(parent_span_id)},
	[5] = {FIELD("name", STRING), STORE(name)},
	[6] = {FIELD("kind", ENUM)},
	[7] = {START_TIME, STORE(start_ns)},
	[8] = {FIELD("endTimeUnixNano", FIXED64), STORE(time_ns)},
	[9] = {ATTRIBUTES, STORE(attributes)},
	[10] = {DROPPED},
	[11] = {NESTED("events", EVENT), REPEATED},
	[12] = {FIELD("droppedEventsCount", UINT32)},
	[13] = {NESTED("links", LINK), REPEATED},
	[14] = {FIELD("droppedLinksCount", UINT32)},
	[15] = {NESTED("status", STATUS)},
	[16] = {FIELD("flags", FIXED32), STORE(flags)},
};

static const struct otlp_field event[] = {
	[1] = {TIME},
	[2] = {FIELD("name", STRING)},
	[3] = {ATTRIBUTES},
	[4] = {DROPPED},
};

static const struct otlp_field link[] = {
	[1] = {FIELD("traceId", TRACE_ID)},
	[2] = {FIELD("spanId", SPAN_ID)},
	[3] = {FIELD("traceState", STRING)},
	[4] = {ATTRIBUTES},
	[5] = {DROPPED},
	[6] = {FIELD("flags", FIXED32)},
};

static const struct otlp_field status[] = {
	[2] = {FIELD("message", STRING)},
	[3] = {FIELD("code", ENUM)},
};

static const struct otlp_field metric[] = {
	[1] = {FIELD("name", STRING), STORE(name)},
	[2] = {FIELD("description", STRING)},
	[3] = {FIELD("unit", STRING)},
	[5] = {NESTED("gauge", GAUGE), MEMBER},
	[7] = {NESTED("sum", SUM), MEMBER},
	[9] = {NESTED("histogram", HISTOGRAM), MEMBER},
	[10] = {NESTED("exponentialHistogram", EXPONENTIAL_HISTOGRAM), MEMBER},
	[11] = {NESTED("summary", SUMMARY), MEMBER},
	[12] = {FIELD("metadata", KEY_VALUE), REPEATED},
};

static const struct otlp_field gauge[] = {
	[1] = {NESTED("dataPoints", NUMBER_POINT), ITEMS},
};

static const struct otlp_field sum[] = {
	[1] = {NESTED("dataPoints", NUMBER_POINT), ITEMS},
	[2] = {TEMPORALITY, STORE(temporality)},
	[3] = {FIELD("isMonotonic", BOOL), STORE(is_monotonic)},
};

static const struct otlp_field histogram[] = {
	[1] = {NESTED("dataPoints", HISTOGRAM_POINT), ITEMS},
	[2] = {TEMPORALITY},
};

static const struct otlp_field exponential_histogram[] = {
	[1] = {NESTED("dataPoints", EXPONENTIAL_POINT), ITEMS},
	[2] = {TEMPORALITY},
};

static const struct otlp_field summary[] = {
	[1] = {NESTED("dataPoints", SUMMARY_POINT), ITEMS},
};

static const struct otlp_field number_point[] = {
	[2] = {START_TIME, STORE(start_ns)},
	[3] = {TIME, STORE(time_ns)},
	[4] = {DOUBLE("asDouble"), STORE(value)},
	[5] = {EXEMPLARS},
	[6] = {FIELD("asInt", SFIXED64), STORE(value)},
	[7] = {ATTRIBUTES, STORE(attributes)},
	[8] = {FLAGS, STORE(flags)},
};

static const struct otlp_field histogram_point[] = {
	[2] = {START_TIME},
	[3] = {TIME},
	[4] = {COUNT},
	[5] = {DOUBLE("sum")},
	[6] = {FIELD("bucketCounts", FIXED64), REPEATED},
	[7] = {DOUBLE("explicitBounds"), REPEATED},
	[8] = {EXEMPLARS},
	[9] = {ATTRIBUTES},
	[10] = {FLAGS},
	[11] = {DOUBLE("min")},
	[12] = {DOUBLE("max")},
};

static const struct otlp_field exponential_point[] = {
	[1] = {ATTRIBUTES},
	[2] = {START_TIME},
	[3] = {TIME},
	[4] = {COUNT},
	[5] = {DOUBLE("sum")},
	[6] = {FIELD("scale", SINT32)},
	[7] = {FIELD("zeroCount", FIXED64)},
	[8] = {NESTED("positive", BUCKETS)},
	[9] = {NESTED("negative", BUCKETS)},
	[10] = {FLAGS},
	[11] = {EXEMPLARS},
	[12] = {DOUBLE("min")},
	[13] = {DOUBLE("max")},
	[14] = {DOUBLE("zeroThreshold")},
};

static const struct otlp_field buckets[] = {
	[1] = {FIELD("offset", SINT32)},
	[2] = {FIELD("bucketCounts", UINT64), REPEATED},
};

static const struct otlp_field summary_point[] = {
	[2] = {START_TIME},
	[3] = {TIME},
	[4] = {COUNT},
	[5] = {DOUBLE("sum")},
	[6] = {NESTED("quantileValues", QUANTILE), REPEATED},
	[7] = {ATTRIBUTES},
	[8] = {FLAGS},
};

static const struct otlp_field quantile[] = {
	[1] = {DOUBLE("quantile")},
	[2] = {DOUBLE("value")},
};

static const struct otlp_field exemplar[] = {
	[2] = {TIME},
	[3] = {DOUBLE("asDouble")},
	[4] = {FIELD("spanId", SPAN_ID)},
	[5] = {FIELD("traceId", TRACE_ID)},
	[6] = {FIELD("asInt", SFIXED64)},
	[7] = {FIELD("filteredAttributes", KEY_VALUE), REPEATED},
};

#define FIELDS(f)   .fields = f, .count = ARRAY_SIZE(f)
#define HAS_ITEMS   .has_items = true
#define AWAITS(...) .awaited = (__VA_ARGS__)

const struct otlp_schema otlp_schema[OTLP_MESSAGE_COUNT] = {
	[OTLP_MESSAGE_LOGS] = {FIELDS(logs), HAS_ITEMS},
	[OTLP_MESSAGE_TRACES] = {FIELDS(traces), HAS_ITEMS},
	[OTLP_MESSAGE_METRICS] = {FIELDS(metrics), HAS_ITEMS},
	[OTLP_MESSAGE_RESOURCE_LOGS] = {FIELDS(resource_logs), .item = OTLP_ITEM_RESOURCE,
		HAS_ITEMS, AWAITS(1 << 1)},
	[OTLP_MESSAGE_RESOURCE_SPANS] = {FIELDS(resource_spans), .item = OTLP_ITEM_RESOURCE,
		HAS_ITEMS, AWAITS(1 << 1)},
	[OTLP_MESSAGE_RESOURCE_METRICS] = {FIELDS(resource_metrics), .item = OTLP_ITEM_RESOURCE,
		HAS_ITEMS, AWAITS(1 << 1)},
	[OTLP_MESSAGE_SCOPE_LOGS] = {FIELDS(scope_logs), .item = OTLP_ITEM_SCOPE, HAS_ITEMS,
		AWAITS(1 << 1)},
	[OTLP_MESSAGE_SCOPE_SPANS] = {FIELDS(scope_spans), .item = OTLP_ITEM_SCOPE, HAS_ITEMS,
		AWAITS(1 << 1)},
	[OTLP_MESSAGE_SCOPE_METRICS] = {FIELDS(scope_metrics), .item = OTLP_ITEM_SCOPE, HAS_ITEMS,
		AWAITS(1 << 1)},
	[OTLP_MESSAGE_RESOURCE] = {FIELDS(resource)},
	[OTLP_MESSAGE_ENTITY_REF] = {FIELDS(entity_ref)},
	[OTLP_MESSAGE_SCOPE] = {FIELDS(scope)},
	[OTLP_MESSAGE_LOG_RECORD] = {FIELDS(log_record), .item = OTLP_ITEM_LOG},
	[OTLP_MESSAGE_SPAN] = {FIELDS(span), .item = OTLP_ITEM_SPAN},
	[OTLP_MESSAGE_EVENT] = {FIELDS(event)},
	[OTLP_MESSAGE_LINK] = {FIELDS(link)},
	[OTLP_MESSAGE_STATUS] = {FIELDS(status)},
	[OTLP_MESSAGE_METRIC] = {FIELDS(metric), .item = OTLP_ITEM_METRIC, HAS_ITEMS,
		.is_oneof = true, AWAITS(1 << 1)},
	[OTLP_MESSAGE_GAUGE] = {FIELDS(gauge), HAS_ITEMS},
	[OTLP_MESSAGE_SUM] = {FIELDS(sum), HAS_ITEMS, AWAITS(1 << 2 | 1 << 3)},
	[OTLP_MESSAGE_HISTOGRAM] = {FIELDS(histogram), HAS_ITEMS},
	[OTLP_MESSAGE_EXPONENTIAL_HISTOGRAM] = {FIELDS(exponential_histogram), HAS_ITEMS},
	[OTLP_MESSAGE_SUMMARY] = {FIELDS(summary), HAS_ITEMS},
	[OTLP_MESSAGE_NUMBER_POINT] = {FIELDS(number_point), .item = OTLP_ITEM_NUMBER_POINT},
	[OTLP_MESSAGE_HISTOGRAM_POINT] = {FIELDS(histogram_point), .item = OTLP_ITEM_OTHER_POINT},
	[OTLP_MESSAGE_EXPONENTIAL_POINT] = {FIELDS(exponential_point),
		.item = OTLP_ITEM_OTHER_POINT},
	[OTLP_MESSAGE_BUCKETS] = {FIELDS(buckets)},
	[OTLP_MESSAGE_SUMMARY_POINT] = {FIELDS(summary_point), .item = OTLP_ITEM_OTHER_POINT},
	[OTLP_MESSAGE_QUANTILE] = {FIELDS(quantile)},
	[OTLP_MESSAGE_EXEMPLAR] = {FIELDS(exemplar)},
};

const uint8_t otlp_wire_types[OTLP_TYPE_COUNT] = {
	[OTLP_TYPE_BOOL] = 0,
	[OTLP_TYPE_ENUM] = 0,
	[OTLP_TYPE_UINT32] = 0,
	[OTLP_TYPE_UINT64] = 0,
	[OTLP_TYPE_SINT32] = 0,
	[OTLP_TYPE_FIXED32] = 5,
	[OTLP_TYPE_FIXED64] = 1,
	[OTLP_TYPE_SFIXED64] = 1,
	[OTLP_TYPE_DOUBLE] = 1,
	[OTLP_TYPE_STRING] = 2,
	[OTLP_TYPE_TRACE_ID] = 2,
	[OTLP_TYPE_SPAN_ID] = 2,
	[OTLP_TYPE_KEY_VALUE] = 2,
	[OTLP_TYPE_ANY_VALUE] = 2,
	[OTLP_TYPE_MESSAGE] = 2,
};

const struct otlp_field *otlp_schema_find(const struct otlp_schema *schema, struct str name)
{
	for (size_t i = 1; i < schema->count && name.size > 0; i++) {
		if (str_equal(schema->fields[i].name, name)) {
			return &schema->fields[i];
		}
	}
	return NULL;
}
