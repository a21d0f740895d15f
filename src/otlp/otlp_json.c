#include "otlp/otlp_json.h"

#include "base/json_read.h"
#include "otlp/otlp_json_scalar.h"
#include "otlp/otlp_json_value.h"

static bool take_key_value(
	struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	struct otlp_attribute scratch;
	struct otlp_attribute *a = field->store != 0
					   ? otlp_decoder_add(w->d, otlp_decoder_list(w->d, field))
					   : &scratch;
	if (a == NULL) {
		return false;
	}
	*a = (struct otlp_attribute){0};
	return otlp_json_read_key_value(w, t, a, 0);
}

static bool take_any_value(
	struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	struct otlp_value scratch = {0};
	struct otlp_value *value = field->store != 0 ? otlp_decoder_store(w->d, field) : &scratch;
	return otlp_json_read_any_value(w, t, value, 0);
}

static bool take_text(struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	if (t != JSON_STRING) {
		return otlp_json_fail_value(w, t, "a string");
	}
	if (field->type != OTLP_TYPE_STRING) {
		otlp_decoder_store_id(w->d, field, otlp_json_hex(&w->r));
	} else if (field->store != 0) {
		*(struct str *)otlp_decoder_store(w->d, field) = w->r.text;
	}
	return true;
}

static bool take_bool(struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	if (t != JSON_TRUE && t != JSON_FALSE) {
		return otlp_json_fail_value(w, t, "true or false");
	}
	if (field->store != 0) {
		*(bool *)otlp_decoder_store(w->d, field) = t == JSON_TRUE;
	}
	return true;
}

static bool take_double(struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	double value;
	if (!otlp_json_double(&w->r, t, &value)) {
		return otlp_json_fail_value(w, t, "a number");
	}
	if (field->store != 0) {
		otlp_decoder_store_number(w->d, value);
	}
	return true;
}

static bool take_integer(
	struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	uint64_t value;
	if (!otlp_json_integer(&w->r, t, field->type, &value)) {
		return otlp_json_fail_value(w, t, "a whole number in range");
	}
	if (field->store == 0) {
		return true;
	}
	switch (field->type) {
	case OTLP_TYPE_FIXED64: *(uint64_t *)otlp_decoder_store(w->d, field) = value; break;
	case OTLP_TYPE_SFIXED64: otlp_decoder_store_number(w->d, (double)(int64_t)value); break;
	default: *(uint32_t *)otlp_decoder_store(w->d, field) = (uint32_t)value; break; // and enums
	}
	return true;
}

static bool read_message(struct otlp_json_walk *w, enum otlp_message message);

static bool take_one(struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	switch (field->type) {
	case OTLP_TYPE_KEY_VALUE: return take_key_value(w, field, t);
	case OTLP_TYPE_ANY_VALUE: return take_any_value(w, field, t);
	case OTLP_TYPE_STRING:
	case OTLP_TYPE_TRACE_ID:
	case OTLP_TYPE_SPAN_ID: return take_text(w, field, t);
	case OTLP_TYPE_BOOL: return take_bool(w, field, t);
	case OTLP_TYPE_DOUBLE: return take_double(w, field, t);
	case OTLP_TYPE_MESSAGE:
		return t == JSON_OBJECT_BEGIN ? read_message(w, field->message)
					      : otlp_json_fail_value(w, t, "an object");
	default: return take_integer(w, field, t);
	}
}

/* The attributes that look as nearly all do; the next one, if there is one, does not. */
static bool take_usual(struct otlp_json_walk *w, const struct otlp_field *field)
{
	struct otlp_attribute found;
	while (otlp_json_read_usual(w, &found)) {
		struct otlp_attribute *a = field->store != 0
						   ? otlp_decoder_add(
							     w->d, otlp_decoder_list(w->d, field))
						   : &found;
		if (a == NULL) {
			return false;
		}
		*a = found;
	}
	return true;
}

static bool take_array(struct otlp_json_walk *w, const struct otlp_field *field)
{
	for (;;) {
		if (field->type == OTLP_TYPE_KEY_VALUE && !take_usual(w, field)) {
			return false;
		}
		enum json_token t = json_next(&w->r);
		if (t == JSON_ARRAY_END) {
			return true;
		}
		if (t != JSON_NULL && !take_one(w, field, t)) {
			return false;
		}
	}
}

/* The value whose first token is t, other than null. */
static bool take(struct otlp_json_walk *w, const struct otlp_field *field, enum json_token t)
{
	bool ok;
	if (!field->repeated) {
		ok = take_one(w, field, t);
	} else if (t == JSON_ARRAY_BEGIN) {
		ok = take_array(w, field);
	} else {
		ok = otlp_json_fail_value(w, t, "an array");
	}
	return ok || otlp_decoder_fail_in(w->d, field->name.data);
}

/* An object being read. */
struct object {
	const struct otlp_schema *schema;
	uint64_t seen;                    // a bit for each field that had a value
	bool items_taken;                 // its records have been handed out
	const struct otlp_field *pending; // its items were skipped, and are at place; NULL: none
	struct json_mark place;
};

static bool fail_twice(struct otlp_json_walk *w, const struct otlp_field *field)
{
	otlp_decoder_fail(w->d, OTLP_BAD_DATA, json_offset(&w->r),
		"given again after its records have been read");
	return otlp_decoder_fail_in(w->d, field->name.data);
}

/* Items are read at once if everything they need has been seen, else at the end of the object. */
static bool read_items(struct otlp_json_walk *w, struct object *o, const struct otlp_field *field)
{
	struct json_mark place = json_tell(&w->r);
	enum json_token t = json_next(&w->r);
	if (t == JSON_NULL) {
		o->pending = o->pending == field ? NULL : o->pending;
		return true;
	}
	if (o->items_taken) {
		return fail_twice(w, field);
	}
	if ((o->seen & o->schema->awaited) == o->schema->awaited) {
		o->items_taken = true;
		return take(w, field, t);
	}
	if (t != (field->repeated ? JSON_ARRAY_BEGIN : JSON_OBJECT_BEGIN)) {
		return take(w, field, t);
	}
	o->pending = field;
	o->place = place;
	return otlp_json_skip(w, t);
}

static bool read_plain_field(
	struct otlp_json_walk *w, struct object *o, const struct otlp_field *field)
{
	uint64_t bit = (uint64_t)1 << (field - o->schema->fields);
	enum json_token t = json_next(&w->r);
	if (o->items_taken && (o->schema->awaited & bit) != 0) {
		return fail_twice(w, field);
	}
	if ((o->seen & bit) != 0) {
		otlp_decoder_clear_field(w->d, field);
	}
	if (t == JSON_NULL) {
		return true;
	}
	o->seen |= bit;
	return take(w, field, t);
}

static bool read_pending(struct otlp_json_walk *w, struct object *o)
{
	struct json_mark after = json_tell(&w->r);
	if (o->pending == NULL) {
		return true;
	}
	json_seek(&w->r, o->place);
	if (!take(w, o->pending, json_next(&w->r))) {
		return false;
	}
	json_seek(&w->r, after);
	return true;
}

static bool read_member_of(struct otlp_json_walk *w, struct object *o)
{
	const struct otlp_field *field = otlp_schema_find(o->schema, w->r.text);
	if (field == NULL) {
		return otlp_json_skip(w, JSON_NAME);
	}
	return field->items ? read_items(w, o, field) : read_plain_field(w, o, field);
}

/* The rest of an object whose start has been read. */
static bool read_message(struct otlp_json_walk *w, enum otlp_message message)
{
	struct object o = {.schema = &otlp_schema[message]};
	enum json_token t;
	otlp_decoder_begin_item(w->d, o.schema->item);
	while ((t = json_next(&w->r)) == JSON_NAME) {
		if (!read_member_of(w, &o)) {
			return false;
		}
	}
	if (t != JSON_OBJECT_END) {
		return otlp_json_fail_syntax(w);
	}
	return read_pending(w, &o) && otlp_decoder_end_item(w->d, o.schema->item);
}

static bool read_request(struct otlp_json_walk *w, enum otlp_signal signal)
{
	enum json_token t = json_next(&w->r);
	if (t != JSON_OBJECT_BEGIN) {
		return otlp_json_fail_value(w, t, "one JSON object");
	}
	if (!read_message(w, (enum otlp_message)signal)) {
		return false;
	}
	return json_next(&w->r) == JSON_END || otlp_json_fail_syntax(w);
}

void otlp_json_decode(struct otlp_decoder *d, enum otlp_signal signal, char *body, size_t size,
	otlp_on_record *on_record, void *data, struct otlp_result *result)
{
	struct otlp_json_walk w = {.d = d};
	otlp_decoder_begin(d, signal, on_record, data, result);
	json_reader_init(&w.r, body, size, d->limits.json_depth);
	read_request(&w, signal);
	result->repaired += w.r.repaired;
	otlp_decoder_end(d);
}
