#include "otlp/otlp_decoder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"

enum { KEPT_ATTRIBUTES = 1024, FIRST_ATTRIBUTES = 64 };

const struct otlp_limits otlp_limits_default = {
	.value_depth = 100,
	.json_depth = 512,
	.attributes = 1024 * 1024,
	.records = 1024 * 1024,
	.memory_bytes = 256 * 1024 * 1024,
};

static size_t limit_or(size_t given, size_t otherwise)
{
	return given > 0 ? given : otherwise;
}

void otlp_decoder_init(struct otlp_decoder *d, const struct otlp_limits *limits)
{
	const struct otlp_limits *usual = &otlp_limits_default;
	const struct otlp_limits *l = limits != NULL ? limits : usual;
	*d = (struct otlp_decoder){
		.limits =
			{
				.value_depth = limit_or(l->value_depth, usual->value_depth),
				.json_depth = limit_or(l->json_depth, usual->json_depth),
				.attributes = limit_or(l->attributes, usual->attributes),
				.records = limit_or(l->records, usual->records),
				.memory_bytes = limit_or(l->memory_bytes, usual->memory_bytes),
			},
	};
}

static void list_trim(struct otlp_attribute_list *list, size_t keep)
{
	if (list->capacity > keep) {
		free(list->items);
		*list = (struct otlp_attribute_list){0};
	}
	list->count = 0;
}

void otlp_decoder_finish(struct otlp_decoder *d)
{
	list_trim(&d->resource, 0);
	list_trim(&d->attributes, 0);
}

void otlp_decoder_begin(struct otlp_decoder *d, enum otlp_signal signal, otlp_on_record *on_record,
	void *data, struct otlp_result *result)
{
	d->record = (struct otlp_record){.signal = signal};
	d->result = result;
	d->on_record = on_record;
	d->data = data;
	d->discarding = false;
	d->invalid_ids = d->string_indexes = 0;
	d->path_length = 0;
	result->fault = OTLP_OK;
	result->signal = signal;
	result->accepted = result->rejected = result->repaired = 0;
	result->message[0] = result->warning[0] = '\0';
}

static void append_path(const struct otlp_decoder *d, struct buf *b)
{
	for (size_t i = d->path_length; i > 0; i--) {
		buf_printf(b, "%s%s", d->path[i - 1], i > 1 ? "." : ": ");
	}
}

static void write_message(struct otlp_decoder *d)
{
	char *text = d->result->message;
	struct buf b = {.data = text, .capacity = sizeof(d->result->message) - 1};
	b.max_bytes = b.capacity;
	if (d->offset != OTLP_NO_OFFSET) {
		buf_printf(&b, "byte %zu: ", d->offset);
	}
	append_path(d, &b);
	buf_append_str(&b, str_from(d->detail));
	text[b.size] = '\0';
}

static void append_count(struct buf *b, uint64_t count, const char *one, const char *many)
{
	if (count > 0) {
		buf_printf(b, "%s%llu %s", b->size > 0 ? "; " : "", (unsigned long long)count,
			count == 1 ? one : many);
	}
}

static void write_warning(struct otlp_decoder *d)
{
	const struct otlp_result *result = d->result;
	char *text = d->result->warning;
	struct buf b = {.data = text, .capacity = sizeof(d->result->warning) - 1};
	b.max_bytes = b.capacity;
	append_count(&b, result->rejected, "span rejected: a valid traceId and spanId are needed",
		"spans rejected: a valid traceId and spanId are needed");
	append_count(&b, result->repaired, "string was not valid UTF-8 and has been repaired",
		"strings were not valid UTF-8 and have been repaired");
	append_count(&b, d->invalid_ids, "invalid trace or span id was ignored",
		"invalid trace or span ids were ignored");
	append_count(&b, d->string_indexes, "string index outside profiles was read as empty",
		"string indexes outside profiles were read as empty");
	text[b.size] = '\0';
}

void otlp_decoder_end(struct otlp_decoder *d)
{
	if (d->result->fault != OTLP_OK) {
		write_message(d);
	} else {
		write_warning(d);
	}
	list_trim(&d->resource, KEPT_ATTRIBUTES);
	list_trim(&d->attributes, KEPT_ATTRIBUTES);
	d->record = (struct otlp_record){0};
	d->result = NULL;
	d->data = NULL;
}

void otlp_decoder_begin_item(struct otlp_decoder *d, enum otlp_item item)
{
	struct otlp_record *r = &d->record;
	switch (item) {
	case OTLP_ITEM_NONE:
	case OTLP_ITEM_OTHER_POINT: return;
	case OTLP_ITEM_RESOURCE:
		d->resource.count = 0;
		r->origin++;
		r->resource_number++;
		return;
	case OTLP_ITEM_SCOPE:
		r->scope_name = r->scope_version = (struct str){0};
		r->origin++;
		return;
	case OTLP_ITEM_METRIC:
		r->name = (struct str){0};
		otlp_decoder_clear(d, OTLP_MESSAGE_SUM);
		return;
	case OTLP_ITEM_LOG:
	case OTLP_ITEM_SPAN: r->name = (struct str){0}; break;
	case OTLP_ITEM_NUMBER_POINT: break;
	}
	d->attributes.count = 0;
	r->body.kind = OTLP_VALUE_EMPTY;
	r->time_ns = r->observed_time_ns = r->start_ns = 0;
	r->trace_id = r->span_id = r->parent_span_id = (struct str){0};
	r->flags = 0;
	r->has_value = false;
	r->value = 0;
}

static void hand_out(struct otlp_decoder *d)
{
	d->record.resource = (struct otlp_attributes){d->resource.items, d->resource.count};
	d->record.attributes = (struct otlp_attributes){d->attributes.items, d->attributes.count};
	d->on_record(&d->record, d->data);
}

static bool is_no_recorded_value(const struct otlp_record *r)
{
	return (r->flags & 1) != 0; // metrics.proto DataPointFlags
}

bool otlp_decoder_end_item(struct otlp_decoder *d, enum otlp_item item)
{
	struct otlp_record *r = &d->record;
	struct otlp_result *result = d->result;
	if (item < OTLP_ITEM_LOG || d->discarding) {
		return true;
	}
	if (result->accepted + result->rejected == d->limits.records) {
		return otlp_decoder_fail(d, OTLP_TOO_LARGE, OTLP_NO_OFFSET,
			"more than %zu items in one request", d->limits.records);
	}
	if (item == OTLP_ITEM_SPAN && (r->trace_id.size == 0 || r->span_id.size == 0)) {
		result->rejected++;
		return true;
	}
	if (item == OTLP_ITEM_NUMBER_POINT && is_no_recorded_value(r)) {
		r->has_value = false;
		r->value = 0;
	}
	result->accepted++;
	if (item != OTLP_ITEM_OTHER_POINT) {
		hand_out(d);
	}
	return true;
}

struct otlp_attribute *otlp_decoder_grow(struct otlp_decoder *d, struct otlp_attribute_list *list)
{
	size_t capacity = list->capacity > 0 ? list->capacity * 2 : FIRST_ATTRIBUTES;
	capacity = min_size(capacity, d->limits.attributes);
	if (capacity == list->capacity) {
		otlp_decoder_fail(
			d, OTLP_TOO_LARGE, OTLP_NO_OFFSET, "more than %zu attributes", capacity);
		return NULL;
	}
	size_t others = d->resource.capacity + d->attributes.capacity - list->capacity;
	if (others + capacity > d->limits.memory_bytes / sizeof(*list->items)) {
		otlp_decoder_fail(d, OTLP_TOO_LARGE, OTLP_NO_OFFSET,
			"the attributes need more than %zu bytes of memory",
			d->limits.memory_bytes);
		return NULL;
	}
	struct otlp_attribute *items = realloc(list->items, capacity * sizeof(*items));
	if (items == NULL) {
		otlp_decoder_fail(
			d, OTLP_NO_MEMORY, OTLP_NO_OFFSET, "no memory for the attributes");
		return NULL;
	}
	list->items = items;
	list->capacity = capacity;
	return &list->items[list->count++];
}

static bool is_zero(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] != 0) {
			return false;
		}
	}
	return true;
}

void otlp_decoder_store_id(struct otlp_decoder *d, const struct otlp_field *field, struct str id)
{
	size_t size = field->type == OTLP_TYPE_TRACE_ID ? 16 : 8;
	if (field->store == 0) {
		return;
	}
	if (id.size != size || is_zero(id)) { // all zero is how some say "none"
		d->invalid_ids += id.size != 0 && id.size != size;
		id = (struct str){0};
	}
	*(struct str *)otlp_decoder_store(d, field) = id;
}

void otlp_decoder_store_number(struct otlp_decoder *d, double value)
{
	d->record.value = value;
	d->record.has_value = true;
}

void otlp_decoder_clear_field(struct otlp_decoder *d, const struct otlp_field *field)
{
	static const size_t sizes[OTLP_TYPE_COUNT] = {
		[OTLP_TYPE_BOOL] = sizeof(bool),
		[OTLP_TYPE_ENUM] = sizeof(enum otlp_temporality),
		[OTLP_TYPE_UINT32] = sizeof(uint32_t),
		[OTLP_TYPE_FIXED32] = sizeof(uint32_t),
		[OTLP_TYPE_FIXED64] = sizeof(uint64_t),
		[OTLP_TYPE_STRING] = sizeof(struct str),
		[OTLP_TYPE_TRACE_ID] = sizeof(struct str),
		[OTLP_TYPE_SPAN_ID] = sizeof(struct str),
		[OTLP_TYPE_ANY_VALUE] = sizeof(struct otlp_value),
	};
	if (field->type == OTLP_TYPE_MESSAGE && !field->repeated) {
		otlp_decoder_clear(d, field->message);
	} else if (field->store != 0 && field->type == OTLP_TYPE_KEY_VALUE) {
		otlp_decoder_list(d, field)->count = 0;
	} else if (field->store != 0) {
		memset(otlp_decoder_store(d, field), 0, sizes[field->type]);
	}
}

void otlp_decoder_clear(struct otlp_decoder *d, enum otlp_message message)
{
	const struct otlp_schema *schema = &otlp_schema[message];
	for (size_t i = 1; i < schema->count; i++) {
		otlp_decoder_clear_field(d, &schema->fields[i]);
	}
}

bool otlp_decoder_fail(
	struct otlp_decoder *d, enum otlp_fault fault, size_t offset, const char *fmt, ...)
{
	if (d->result->fault != OTLP_OK) {
		return false;
	}
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(d->detail, sizeof(d->detail), fmt, args);
	va_end(args);
	d->result->fault = fault;
	d->offset = offset;
	return false;
}

bool otlp_decoder_fail_in(struct otlp_decoder *d, const char *name)
{
	if (d->path_length == OTLP_PATH_LENGTH) {
		memmove(d->path, d->path + 1, sizeof(d->path) - sizeof(d->path[0]));
		d->path_length--;
	}
	d->path[d->path_length++] = name;
	return false;
}

void otlp_decoder_keep_item(struct otlp_value *array, const struct otlp_value *item)
{
	for (unsigned i = 0; i < 2 && item->kind == OTLP_VALUE_STRING; i++) {
		if (array->strings[i].data == NULL) {
			array->strings[i] = item->string;
			return;
		}
	}
}
