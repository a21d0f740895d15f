#include "fuzz/fuzz_target.h"

#include <stdlib.h>

#include <string.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { JSON_DEPTH = 128 };

void fuzz_check(bool condition)
{
	if (!condition) {
		abort();
	}
}

bool fuzz_is_for(size_t one, size_t of, size_t size)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION // clang's -fsanitize=fuzzer
	return size % of == one;
#else
	(void)size;
	return one < of;
#endif
}

void fuzz_check_str(const struct fuzz_body *body, struct str s)
{
	volatile char sink = 0;
	if (s.size == 0) {
		return;
	}
	uintptr_t start = (uintptr_t)body->start;
	uintptr_t at = (uintptr_t)s.data;
	fuzz_check(at >= start && at - start <= body->size && s.size <= body->size - (at - start));
	for (size_t i = 0; i < s.size; i++) {
		sink = s.data[i];
	}
	(void)sink;
}

void fuzz_check_line(struct str s)
{
	fuzz_check(utf8_is_valid(s));
	for (size_t i = 0; i < s.size; i++) {
		fuzz_check((unsigned char)s.data[i] >= 0x20);
	}
}

void fuzz_check_json(struct str s)
{
	struct json_reader r;
	cleanup_free char *copy = xmalloc(s.size);
	fuzz_check(s.size > 0 && utf8_is_valid(s));
	memcpy(copy, s.data, s.size);
	json_reader_init(&r, copy, s.size, JSON_DEPTH);
	r.raw = true;
	fuzz_check(json_skip(&r, json_next(&r)) && json_next(&r) == JSON_END);
}

static void check_value(const struct fuzz_body *body, const struct otlp_value *value)
{
	switch (value->kind) {
	case OTLP_VALUE_STRING: fuzz_check_str(body, value->string); break;
	case OTLP_VALUE_ARRAY:
		fuzz_check_str(body, value->strings[0]);
		fuzz_check_str(body, value->strings[1]);
		break;
	default: fuzz_check(value->kind <= OTLP_VALUE_BYTES); break;
	}
}

static void check_attributes(const struct fuzz_body *body, const struct otlp_attributes *list)
{
	for (size_t i = 0; i < list->count; i++) {
		fuzz_check_str(body, list->items[i].key);
		check_value(body, &list->items[i].value);
	}
}

static void check_id(const struct fuzz_body *body, struct str id, size_t size)
{
	fuzz_check(id.size == 0 || id.size == size);
	fuzz_check_str(body, id);
}

void fuzz_check_record(const struct otlp_record *record, void *data)
{
	struct fuzz_body *body = data;
	body->records++;
	check_attributes(body, &record->resource);
	check_attributes(body, &record->attributes);
	check_value(body, &record->body);
	fuzz_check_str(body, record->name);
	fuzz_check_str(body, record->scope_name);
	fuzz_check_str(body, record->scope_version);
	check_id(body, record->trace_id, 16);
	check_id(body, record->span_id, 8);
	check_id(body, record->parent_span_id, 8);
	fuzz_check(record->signal != OTLP_TRACES ||
		   (record->trace_id.size > 0 && record->span_id.size > 0));
	fuzz_check(record->has_value || record->value == 0);
}
