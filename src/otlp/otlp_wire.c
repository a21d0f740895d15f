#include "otlp/otlp_wire.h"

#include "otlp/otlp_wire_value.h"
#include "otlp/wire_read.h"

static inline bool take_key_value(
	const struct otlp_wire_walk *w, const struct otlp_field *field, struct str bytes)
{
	struct otlp_attribute scratch;
	struct otlp_attribute *a = field->store != 0
					   ? otlp_decoder_add(w->d, otlp_decoder_list(w->d, field))
					   : &scratch;
	if (a == NULL) {
		return false;
	}
	if (bytes.size < 0x80 && otlp_wire_read_usual(bytes, a)) {
		return true;
	}
	*a = (struct otlp_attribute){0};
	return otlp_wire_read_key_value(w, bytes, a, 0);
}

static bool take_any_value(
	const struct otlp_wire_walk *w, const struct otlp_field *field, struct str bytes)
{
	struct otlp_value scratch = {0};
	struct otlp_value *value = field->store != 0 ? otlp_decoder_store(w->d, field) : &scratch;
	return otlp_wire_read_any_value(w, bytes, value, 0);
}

/* Parts of a message: its own fields, and the records in it. */
enum { WALK_FIELDS = 1, WALK_ITEMS = 2, WALK_ALL = 3 };

static bool walk_message(const struct otlp_wire_walk *w, enum otlp_message message,
	struct str bytes, unsigned parts);

static void store_number(struct otlp_decoder *d, const struct otlp_field *field, uint64_t value)
{
	switch (field->type) {
	case OTLP_TYPE_BOOL: *(bool *)otlp_decoder_store(d, field) = value != 0; break;
	case OTLP_TYPE_FIXED64: *(uint64_t *)otlp_decoder_store(d, field) = value; break;
	case OTLP_TYPE_SFIXED64: otlp_decoder_store_number(d, (double)wire_int64(value)); break;
	case OTLP_TYPE_DOUBLE: otlp_decoder_store_number(d, wire_double(value)); break;
	default: *(uint32_t *)otlp_decoder_store(d, field) = (uint32_t)value; break; // and enums
	}
}

static bool take(
	const struct otlp_wire_walk *w, const struct otlp_field *field, const struct wire_field *f)
{
	switch (field->type) {
	case OTLP_TYPE_KEY_VALUE: return take_key_value(w, field, f->bytes);
	case OTLP_TYPE_ANY_VALUE: return take_any_value(w, field, f->bytes);
	case OTLP_TYPE_MESSAGE: return walk_message(w, field->message, f->bytes, WALK_ALL);
	case OTLP_TYPE_TRACE_ID:
	case OTLP_TYPE_SPAN_ID: otlp_decoder_store_id(w->d, field, f->bytes); return true;
	case OTLP_TYPE_STRING:
		otlp_decoder_check_text(w->d, f->bytes);
		if (field->store != 0) {
			*(struct str *)otlp_decoder_store(w->d, field) = f->bytes;
		}
		return true;
	default:
		if (field->store != 0) {
			store_number(w->d, field, f->plain);
		}
		return true;
	}
}

/* Several numbers in one field; none of ours is stored. */
static bool check_packed(const struct otlp_wire_walk *w, unsigned type, struct str bytes)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {.type = type};
	while (c.at < c.end) {
		if (!wire_read_content(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
	}
	return true;
}

static bool take_checked(const struct otlp_wire_walk *w, const struct wire_cursor *c,
	const struct otlp_field *field, const struct wire_field *f)
{
	unsigned type = otlp_wire_types[field->type];
	bool ok;
	if (f->type == type) {
		ok = take(w, field, f);
	} else if (f->type == WIRE_BYTES && field->repeated) {
		ok = check_packed(w, type, f->bytes);
	} else {
		return otlp_wire_fail_type(w, c, field->name.data);
	}
	return ok || otlp_decoder_fail_in(w->d, field->name.data);
}

/* Attributes follow each other, nearly all of them short: reads those after the current one, with
 * one byte each for tag and length. */
static bool take_short_attributes(const struct otlp_wire_walk *w, struct wire_cursor *c,
	const struct otlp_field *field, uint32_t number)
{
	unsigned tag = number << 3 | WIRE_BYTES;
	const unsigned char *at = c->at, *end = c->end;
	while (end - at >= 2 && at[0] == tag && at[1] < 0x80 && at[1] <= end - at - 2) {
		struct str bytes = {(const char *)at + 2, at[1]};
		at += 2 + bytes.size;
		if (!take_key_value(w, field, bytes)) {
			return otlp_decoder_fail_in(w->d, field->name.data);
		}
	}
	c->at = at;
	return true;
}

/* The fields of a message that hold items, or those that do not. */
static bool walk_fields(const struct otlp_wire_walk *w, const struct otlp_schema *schema,
	struct str bytes, bool items)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end) {
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		const struct otlp_field *field = otlp_schema_field(schema, f.number);
		if (field == NULL || field->items != items) {
			continue;
		}
		if (!take_checked(w, &c, field, &f)) {
			return false;
		}
		if (field->type == OTLP_TYPE_KEY_VALUE &&
			!take_short_attributes(w, &c, field, f.number)) {
			return false;
		}
	}
	return true;
}

/* A oneof whose members contain items. The last member counts, merged with immediate repetitions:
 * which one that is, and where it starts, is known only at the end. */
struct member {
	uint32_t number;
	const unsigned char *from;
};

static bool walk_member(const struct otlp_wire_walk *w, const struct wire_cursor *c,
	const struct otlp_field *field, const struct wire_field *f, unsigned parts)
{
	if (f->type != WIRE_BYTES) {
		return otlp_wire_fail_type(w, c, field->name.data);
	}
	return walk_message(w, field->message, f->bytes, parts) ||
	       otlp_decoder_fail_in(w->d, field->name.data);
}

static void clear_members(const struct otlp_wire_walk *w, const struct otlp_schema *schema)
{
	for (size_t i = 1; i < schema->count; i++) {
		if (schema->fields[i].items) {
			otlp_decoder_clear_field(w->d, &schema->fields[i]);
		}
	}
}

static bool find_member(const struct otlp_wire_walk *w, const struct otlp_schema *schema,
	struct str bytes, struct member *ret)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end) {
		const unsigned char *from = c.at;
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		const struct otlp_field *field = otlp_schema_field(schema, f.number);
		if (field == NULL || !field->items) {
			continue;
		}
		if (f.number != ret->number) {
			*ret = (struct member){f.number, from};
			clear_members(w, schema);
		}
		if (!walk_member(w, &c, field, &f, WALK_FIELDS)) {
			return false;
		}
	}
	return true;
}

static bool walk_oneof(
	const struct otlp_wire_walk *w, const struct otlp_schema *schema, struct str bytes)
{
	struct member member = {0};
	if (!find_member(w, schema, bytes, &member)) {
		return false;
	}
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end) {
		const unsigned char *from = c.at;
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		const struct otlp_field *field = otlp_schema_field(schema, f.number);
		if (field == NULL || !field->items) {
			continue;
		}
		w->d->discarding = f.number != member.number || from < member.from;
		if (!walk_member(w, &c, field, &f, WALK_ITEMS)) {
			return false;
		}
	}
	w->d->discarding = false;
	return true;
}

static bool walk_message(
	const struct otlp_wire_walk *w, enum otlp_message message, struct str bytes, unsigned parts)
{
	const struct otlp_schema *schema = &otlp_schema[message];
	otlp_decoder_begin_item(w->d, schema->item);
	if ((parts & WALK_FIELDS) != 0 && !walk_fields(w, schema, bytes, false)) {
		return false;
	}
	if ((parts & WALK_ITEMS) != 0 && schema->has_items) {
		if (schema->is_oneof ? !walk_oneof(w, schema, bytes)
				     : !walk_fields(w, schema, bytes, true)) {
			return false;
		}
	}
	return otlp_decoder_end_item(w->d, schema->item);
}

void otlp_wire_decode(struct otlp_decoder *d, enum otlp_signal signal, struct str body,
	otlp_on_record *on_record, void *data, struct otlp_result *result)
{
	struct otlp_wire_walk w = {d, (const unsigned char *)body.data};
	otlp_decoder_begin(d, signal, on_record, data, result);
	walk_message(&w, (enum otlp_message)signal, body, WALK_ALL);
	otlp_decoder_end(d);
}
