/* One log record, span or data point, as the decoders hand it out: a view that borrows from the
 * request body and is valid only during the call. Both encodings give the same view.
 *
 * Field names as in opentelemetry-proto (logs.proto, trace.proto, metrics.proto, common.proto). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum otlp_signal {
	OTLP_LOGS,
	OTLP_TRACES,
	OTLP_METRICS,
	OTLP_SIGNAL_COUNT,
	OTLP_SIGNAL_UNKNOWN = OTLP_SIGNAL_COUNT, // to be detected from the body
};

enum otlp_value_kind {
	OTLP_VALUE_EMPTY, // absent, null, or an AnyValue with nothing in it
	OTLP_VALUE_STRING,
	OTLP_VALUE_BOOL,
	OTLP_VALUE_INT,
	OTLP_VALUE_DOUBLE,
	OTLP_VALUE_ARRAY,
	OTLP_VALUE_KVLIST,
	OTLP_VALUE_BYTES,
};

struct otlp_value {
	enum otlp_value_kind kind;
	union {
		/* STRING: the text; may contain NUL and, if counted as repaired, invalid UTF-8.
		 * KVLIST, BYTES: not set. */
		struct str string;
		struct str strings[2]; // ARRAY: the first two strings among its items, else empty
		bool boolean;
		int64_t integer;
		double number;
	};
};

/* Its text; empty if it is NULL or not a string. Inline, as it runs many times per record. */
static inline struct str otlp_value_str(const struct otlp_value *value)
{
	bool is_string = value != NULL && value->kind == OTLP_VALUE_STRING;
	return is_string ? value->string : (struct str){0};
}

struct otlp_attribute {
	struct str key;
	struct otlp_value value;
};

/* In the order sent; of duplicate keys the last one counts. */
struct otlp_attributes {
	const struct otlp_attribute *items;
	size_t count;
};

enum otlp_temporality { // metrics.proto AggregationTemporality; other numbers are kept
	OTLP_TEMPORALITY_UNSPECIFIED,
	OTLP_TEMPORALITY_DELTA,
	OTLP_TEMPORALITY_CUMULATIVE,
};

struct otlp_record {
	enum otlp_signal signal;
	unsigned origin;          // differs if resource or scope may have changed; never 0
	unsigned resource_number; // differs if the resource may have changed; never 0
	struct otlp_attributes resource;
	struct str scope_name, scope_version;
	struct otlp_attributes attributes;

	struct str name; // logs: event_name, traces: the span's name, metrics: the metric's name
	struct otlp_value body; // logs only

	uint64_t time_ns;          // time_unix_nano; traces: end_time_unix_nano
	uint64_t observed_time_ns; // logs: observed_time_unix_nano, else 0
	uint64_t start_ns;         // traces, metrics: start_time_unix_nano, else 0

	/* Raw bytes (16, 8, 8); empty if absent or invalid. */
	struct str trace_id, span_id, parent_span_id;

	/* As sent. The low 8 bits are W3C trace flags; bit 0 of a point's is NO_RECORDED_VALUE. */
	uint32_t flags;

	/* metrics: a number data point of a gauge or sum; other kinds of points are only checked */
	enum otlp_temporality temporality;
	bool is_monotonic;
	bool has_value;
	double value;
};

/* Takes one record; the view is valid during the call only. */
typedef void otlp_on_record(const struct otlp_record *record, void *data);
