#include "otlp/otlp_testing.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void seen_finish(struct seen *seen)
{
	buf_finish(&seen->text);
}

void dump_str(struct buf *out, const char *label, struct str s)
{
	if (s.size > 0) {
		buf_printf(out, " %s=%zu:", label, s.size);
		buf_append_str(out, s);
	}
}

void dump_number(struct buf *out, const char *label, uint64_t value)
{
	if (value != 0) {
		buf_printf(out, " %s=%llu", label, (unsigned long long)value);
	}
}

void dump_double(struct buf *out, const char *label, double value)
{
	/* what sign a NaN has depends on where it is from */
	buf_printf(out, " %s=%.17g", label, isnan(value) ? (double)NAN : value);
}

static void dump_value(struct buf *out, const struct otlp_value *value)
{
	switch (value->kind) {
	case OTLP_VALUE_EMPTY: buf_append_str(out, STR(" empty")); break;
	case OTLP_VALUE_STRING:
		buf_append_str(out, STR(" string"));
		dump_str(out, "is", value->string);
		break;
	case OTLP_VALUE_BOOL: buf_printf(out, " bool=%d", value->boolean); break;
	case OTLP_VALUE_INT: buf_printf(out, " int=%lld", (long long)value->integer); break;
	case OTLP_VALUE_DOUBLE: dump_double(out, "double", value->number); break;
	case OTLP_VALUE_ARRAY:
		buf_append_str(out, STR(" array"));
		dump_str(out, "first", value->strings[0]);
		dump_str(out, "second", value->strings[1]);
		break;
	case OTLP_VALUE_KVLIST: buf_append_str(out, STR(" kvlist")); break;
	case OTLP_VALUE_BYTES: buf_append_str(out, STR(" bytes")); break;
	}
}

static void dump_attributes(struct buf *out, const char *label, const struct otlp_attributes *list)
{
	if (list->count == 0) {
		return;
	}
	buf_printf(out, " %s{", label);
	for (size_t i = 0; i < list->count; i++) {
		dump_str(out, "key", list->items[i].key);
		dump_value(out, &list->items[i].value);
	}
	buf_append_char(out, '}');
}

void dump_record(struct buf *out, const struct otlp_record *r)
{
	static const char *const names[] = {"log", "span", "point"};
	buf_append_str(out, str_from(names[r->signal]));
	dump_str(out, "name", r->name);
	if (r->signal == OTLP_LOGS) {
		dump_value(out, &r->body);
	}
	dump_number(out, "time", r->time_ns);
	dump_number(out, "observed", r->observed_time_ns);
	dump_number(out, "start", r->start_ns);
	dump_str(out, "trace", r->trace_id);
	dump_str(out, "span", r->span_id);
	dump_str(out, "parent", r->parent_span_id);
	dump_number(out, "flags", r->flags);
	dump_number(out, "temporality", r->temporality);
	dump_number(out, "monotonic", r->is_monotonic);
	if (r->has_value) {
		dump_double(out, "value", r->value);
	}
	dump_attributes(out, "attributes", &r->attributes);
	dump_str(out, "scope", r->scope_name);
	dump_str(out, "version", r->scope_version);
	dump_attributes(out, "resource", &r->resource);
	buf_append_char(out, '\n');
}

static void on_record(const struct otlp_record *record, void *data)
{
	dump_record(data, record);
}

struct seen see_limited(
	const struct otlp_limits *limits, enum otlp_signal signal, bool json, struct str body)
{
	struct seen seen;
	struct otlp_receiver receiver;
	char *copy = xmalloc(body.size);
	memcpy(copy, body.size > 0 ? body.data : "", body.size);
	buf_init(&seen.text, SIZE_MAX / 2);
	otlp_receiver_init(&receiver, limits);
	otlp_receive(&receiver, signal, json, copy, body.size, on_record, &seen.text, &seen.result);
	otlp_receiver_finish(&receiver);
	free(copy);
	buf_append_char(&seen.text, '\0');
	return seen;
}

struct seen see(enum otlp_signal signal, bool json, struct str body)
{
	return see_limited(NULL, signal, json, body);
}

void put_varint(struct buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7) {
		buf_append_char(out, (char)(value | 0x80));
	}
	buf_append_char(out, (char)value);
}

void put_tag(struct buf *out, unsigned field, unsigned wire_type)
{
	put_varint(out, (uint64_t)field << 3 | wire_type);
}

void put_number(struct buf *out, unsigned field, uint64_t value)
{
	put_tag(out, field, 0);
	put_varint(out, value);
}

static void put_little_endian(struct buf *out, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		buf_append_char(out, (char)(value >> (8 * i)));
	}
}

void put_fixed64(struct buf *out, unsigned field, uint64_t value)
{
	put_tag(out, field, 1);
	put_little_endian(out, value, 8);
}

void put_fixed32(struct buf *out, unsigned field, uint32_t value)
{
	put_tag(out, field, 5);
	put_little_endian(out, value, 4);
}

void put_double(struct buf *out, unsigned field, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	put_fixed64(out, field, bits);
}

void put_bytes(struct buf *out, unsigned field, struct str bytes)
{
	put_tag(out, field, 2);
	put_varint(out, bytes.size);
	buf_append_str(out, bytes);
}

void put_text(struct buf *out, unsigned field, const char *text)
{
	put_bytes(out, field, str_from(text));
}

void put_message(struct buf *out, unsigned field, struct buf *inner)
{
	put_bytes(out, field, buf_str(inner));
	buf_clear(inner);
}

void put_attribute(struct buf *out, unsigned field, const char *key, const char *value)
{
	char bytes[1024], inner_bytes[512];
	struct buf pair = {.data = bytes, .capacity = sizeof(bytes), .max_bytes = sizeof(bytes)};
	struct buf any = {.data = inner_bytes,
		.capacity = sizeof(inner_bytes),
		.max_bytes = sizeof(inner_bytes)};
	put_text(&any, 1, value);
	put_text(&pair, 1, key);
	put_message(&pair, 2, &any);
	put_message(out, field, &pair);
}

void wrap_bytes(struct buf *b, const unsigned *fields, size_t levels)
{
	for (size_t i = 0; i < levels; i++) {
		struct buf inner = *b;
		buf_init(b, inner.max_bytes);
		put_message(b, fields[i], &inner);
		buf_finish(&inner);
	}
}

struct seen see_wire_record(enum otlp_signal signal, struct buf *b)
{
	wrap_bytes(b, (const unsigned[]){2, 2, 1}, 3); // into scope, resource and request
	return see(signal, false, buf_str(b));
}

struct seen see_json_record(enum otlp_signal signal, const char *record)
{
	static const char *const names[][3] = {
		{"resourceLogs", "scopeLogs", "logRecords"},
		{"resourceSpans", "scopeSpans", "spans"},
		{"resourceMetrics", "scopeMetrics", "metrics"},
	};
	struct buf b;
	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; i < 3; i++) {
		buf_printf(&b, "{\"%s\":[", names[signal][i]);
	}
	buf_append_str(&b, str_from(record));
	buf_append_str(&b, STR("]}]}]}"));
	struct seen seen = see(signal, true, buf_str(&b));
	buf_finish(&b);
	return seen;
}

struct seen see_json_body(const char *value)
{
	char *record = xasprintf("{\"body\":%s}", value);
	struct seen seen = see_json_record(OTLP_LOGS, record);
	free(record);
	return seen;
}

void expect_records(struct seen seen, const char *text)
{
	ck_assert_str_eq(seen.result.message, "");
	ck_assert_int_eq(seen.result.fault, OTLP_OK);
	ck_assert_str_eq(seen.text.data, text);
	seen_finish(&seen);
}

void expect_fault(struct seen seen, enum otlp_fault fault, const char *part)
{
	ck_assert_int_eq(seen.result.fault, fault);
	ck_assert_msg(strstr(seen.result.message, part) != NULL, "'%s' not in '%s'", part,
		seen.result.message);
	ck_assert_str_eq(seen.result.warning, "");
	seen_finish(&seen);
}
