/* The messages of OTLP: a table of fields by message, shared by both decoders. Names and numbers as
 * published in opentelemetry-proto (collector, logs, trace, metrics, common, resource). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum otlp_type {
	OTLP_TYPE_NONE, // no such field
	OTLP_TYPE_BOOL,
	OTLP_TYPE_ENUM,
	OTLP_TYPE_UINT32,
	OTLP_TYPE_UINT64,
	OTLP_TYPE_SINT32,
	OTLP_TYPE_FIXED32,
	OTLP_TYPE_FIXED64,
	OTLP_TYPE_SFIXED64,
	OTLP_TYPE_DOUBLE,
	OTLP_TYPE_STRING,
	OTLP_TYPE_TRACE_ID, // bytes, hex in JSON
	OTLP_TYPE_SPAN_ID,  // the same
	OTLP_TYPE_KEY_VALUE,
	OTLP_TYPE_ANY_VALUE,
	OTLP_TYPE_MESSAGE, // any other message: otlp_field::message
	OTLP_TYPE_COUNT,
};

enum otlp_message {
	OTLP_MESSAGE_LOGS, // the three requests have the numbers of their signals
	OTLP_MESSAGE_TRACES,
	OTLP_MESSAGE_METRICS,
	OTLP_MESSAGE_RESOURCE_LOGS,
	OTLP_MESSAGE_RESOURCE_SPANS,
	OTLP_MESSAGE_RESOURCE_METRICS,
	OTLP_MESSAGE_SCOPE_LOGS,
	OTLP_MESSAGE_SCOPE_SPANS,
	OTLP_MESSAGE_SCOPE_METRICS,
	OTLP_MESSAGE_RESOURCE,
	OTLP_MESSAGE_ENTITY_REF,
	OTLP_MESSAGE_SCOPE,
	OTLP_MESSAGE_LOG_RECORD,
	OTLP_MESSAGE_SPAN,
	OTLP_MESSAGE_EVENT,
	OTLP_MESSAGE_LINK,
	OTLP_MESSAGE_STATUS,
	OTLP_MESSAGE_METRIC,
	OTLP_MESSAGE_GAUGE,
	OTLP_MESSAGE_SUM,
	OTLP_MESSAGE_HISTOGRAM,
	OTLP_MESSAGE_EXPONENTIAL_HISTOGRAM,
	OTLP_MESSAGE_SUMMARY,
	OTLP_MESSAGE_NUMBER_POINT,
	OTLP_MESSAGE_HISTOGRAM_POINT,
	OTLP_MESSAGE_EXPONENTIAL_POINT,
	OTLP_MESSAGE_BUCKETS,
	OTLP_MESSAGE_SUMMARY_POINT,
	OTLP_MESSAGE_QUANTILE,
	OTLP_MESSAGE_EXEMPLAR,
	OTLP_MESSAGE_COUNT,
};

enum otlp_item { // the role of a message when counting and handing out
	OTLP_ITEM_NONE,
	OTLP_ITEM_RESOURCE, // everything from one resource
	OTLP_ITEM_SCOPE,    // everything from one scope
	OTLP_ITEM_METRIC,
	OTLP_ITEM_LOG,
	OTLP_ITEM_SPAN,
	OTLP_ITEM_NUMBER_POINT,
	OTLP_ITEM_OTHER_POINT, // checked and counted, but not handed out
};

struct otlp_field {
	struct str name; // in JSON
	uint8_t type;    // enum otlp_type
	uint8_t message; // enum otlp_message, of OTLP_TYPE_MESSAGE
	bool repeated;
	bool items;     // contains records, so it is read after the fields around it
	uint16_t store; // offset of the value in struct otlp_record; 0: only checked
};

struct otlp_schema {
	const struct otlp_field *fields; // by field number
	size_t count;
	enum otlp_item item;
	bool has_items;   // one of the fields is otlp_field::items
	bool is_oneof;    // the fields with items exclude each other: the last one counts
	uint64_t awaited; // a bit for each field that must be read before the items
};

extern const struct otlp_schema otlp_schema[OTLP_MESSAGE_COUNT];

/* The wire type that a single value of each type has. */
extern const uint8_t otlp_wire_types[OTLP_TYPE_COUNT];

/* The field of that number or name; NULL if there is none. */
static inline const struct otlp_field *otlp_schema_field(
	const struct otlp_schema *schema, uint32_t number)
{
	const struct otlp_field *field = number < schema->count ? &schema->fields[number] : NULL;
	return field != NULL && field->type != OTLP_TYPE_NONE ? field : NULL;
}
const struct otlp_field *otlp_schema_find(const struct otlp_schema *schema, struct str name);
