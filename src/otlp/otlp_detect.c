#include "otlp/otlp_detect.h"

#include "base/json_read.h"
#include "otlp/otlp_decoder.h"
#include "otlp/otlp_schema.h"
#include "otlp/wire_read.h"

/* Calls itself for the first message in field number, for levels of them; true
 * when one was found. */
static bool first_record(struct str bytes, uint32_t number, unsigned levels, struct str *ret)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	if (levels == 0) {
		*ret = bytes;
		return true;
	}
	while (c.at < c.end && wire_read_field(&c, &f)) {
		if (f.number == number && f.type == WIRE_BYTES &&
			first_record(f.bytes, 2, levels - 1, ret)) {
			return true;
		}
	}
	return false;
}

struct record_shape {
	bool possible[OTLP_SIGNAL_COUNT];
	size_t first_bytes, second_bytes; // sizes of fields 1 and 2 where they are bytes
};

static void look_at_record(struct str bytes, struct record_shape *shape)
{
	static const enum otlp_message records[] = {
		[OTLP_LOGS] = OTLP_MESSAGE_LOG_RECORD,
		[OTLP_TRACES] = OTLP_MESSAGE_SPAN,
		[OTLP_METRICS] = OTLP_MESSAGE_METRIC,
	};
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end && wire_read_field(&c, &f)) {
		bool fits[OTLP_SIGNAL_COUNT];
		bool fits_any = false;
		for (size_t i = 0; i < OTLP_SIGNAL_COUNT; i++) {
			const struct otlp_field *field = otlp_schema_field(
				&otlp_schema[records[i]], f.number);
			fits[i] = field != NULL && otlp_wire_types[field->type] == f.type;
			fits_any |= fits[i];
		}
		for (size_t i = 0; i < OTLP_SIGNAL_COUNT && fits_any; i++) {
			shape->possible[i] &= fits[i];
		}
		if (f.type == WIRE_BYTES && f.number <= 2) {
			*(f.number == 1 ? &shape->first_bytes
					: &shape->second_bytes) = f.bytes.size;
		}
	}
}

enum otlp_signal otlp_detect_wire(struct str body)
{
	struct str record;
	struct record_shape shape = {.possible = {true, true, true}};
	if (!first_record(body, 1, 3, &record)) {
		return OTLP_LOGS;
	}
	look_at_record(record, &shape);
	if (shape.possible[OTLP_LOGS]) {
		return OTLP_LOGS;
	}
	bool has_span_ids = shape.first_bytes == 16 && shape.second_bytes == 8; // trace_id, span_id
	if (shape.possible[OTLP_TRACES] && (has_span_ids || !shape.possible[OTLP_METRICS])) {
		return OTLP_TRACES;
	}
	return shape.possible[OTLP_METRICS] ? OTLP_METRICS : OTLP_LOGS;
}
enum otlp_signal otlp_detect_json(char *body, size_t size)
{
	struct json_reader r;
	json_reader_init(&r, body, size, otlp_limits_default.json_depth);
	r.raw = true;
	if (json_next(&r) != JSON_OBJECT_BEGIN) {
		return OTLP_LOGS;
	}
	while (json_next(&r) == JSON_NAME) {
		for (size_t signal = 0; signal < OTLP_SIGNAL_COUNT; signal++) {
			if (otlp_schema_find(&otlp_schema[signal], r.text) != NULL) {
				return (enum otlp_signal)signal;
			}
		}
		if (!json_skip(&r, JSON_NAME)) {
			break;
		}
	}
	return OTLP_LOGS;
}
