#include "base/json_bind.h"

#include <string.h>

#include "base/json_number.h"
#include "base/utf8.h"

union scalar {
	struct str text;
	int64_t integer;
	double number;
	bool is_true;
};

const struct json_member *json_bind_find(const struct json_shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->count; i++) {
		if (str_equal(shape->members[i].name, name)) {
			return &shape->members[i];
		}
	}
	return NULL;
}

static bool is_container(enum json_token t)
{
	return t == JSON_OBJECT_BEGIN || t == JSON_ARRAY_BEGIN;
}

static bool in_range(const struct json_member *m, int64_t number)
{
	return (m->min == 0 && m->max == 0) || (number >= m->min && number <= m->max);
}

/* Whether a value whose first token was t can be bound; stores it if it is a scalar. */
static bool fits(const struct json_reader *r, enum json_token t, const struct json_member *m,
	union scalar *ret)
{
	switch (m->kind) {
	case JSON_BIND_TEXT: ret->text = r->text; return t == JSON_STRING;
	case JSON_BIND_CHARS:
		ret->text = r->text;
		return t == JSON_STRING && !str_has_char(r->text, '\0');
	case JSON_BIND_INT:
		return t == JSON_NUMBER && json_to_int64(r->text, &ret->integer) &&
		       in_range(m, ret->integer);
	case JSON_BIND_DOUBLE: return t == JSON_NUMBER && json_to_double(r->text, &ret->number);
	case JSON_BIND_BOOL:
		ret->is_true = t == JSON_TRUE;
		return t == JSON_TRUE || t == JSON_FALSE;
	case JSON_BIND_OBJECT:
	case JSON_BIND_MAP: return t == JSON_OBJECT_BEGIN;
	case JSON_BIND_ARRAY: return t == JSON_ARRAY_BEGIN;
	}
	return false;
}

static void store(const struct json_member *m, const union scalar *value, char *place)
{
	struct str front;
	switch (m->kind) {
	case JSON_BIND_TEXT: memcpy(place, &value->text, sizeof(value->text)); break;
	case JSON_BIND_CHARS:
		front = utf8_prefix(value->text, m->size - 1);
		memcpy(place, front.data, front.size);
		place[front.size] = '\0';
		break;
	case JSON_BIND_INT: memcpy(place, &value->integer, sizeof(value->integer)); break;
	case JSON_BIND_DOUBLE: memcpy(place, &value->number, sizeof(value->number)); break;
	case JSON_BIND_BOOL: memcpy(place, &value->is_true, sizeof(value->is_true)); break;
	case JSON_BIND_OBJECT:
	case JSON_BIND_ARRAY:
	case JSON_BIND_MAP: break;
	}
}

/* Skips a value that is not bound; for null that is no misfit. */
static bool pass(struct json_reader *r, enum json_token t, uint64_t *count)
{
	if (t == JSON_ERROR) {
		return false;
	}
	*count += t != JSON_NULL;
	return !is_container(t) || json_skip(r, t);
}

static bool bind_object(
	struct json_reader *r, const struct json_shape *shape, void *into, struct json_tally *tally)
{
	uint64_t seen = 0;
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		const struct json_member *m = json_bind_find(shape, r->text);
		uint64_t bit = m != NULL ? UINT64_C(1) << (m - shape->members) : 0;
		bool good;
		t = json_next(r);
		if (m == NULL) {
			good = json_skip(r, t);
		} else if ((seen & bit) != 0) {
			good = pass(r, t, &tally->misfits);
		} else {
			good = json_bind_value(r, t, m, into, tally);
		}
		if (!good) {
			return false;
		}
		seen |= bit;
	}
	return t == JSON_OBJECT_END;
}

static bool bind_item(struct json_reader *r, enum json_token t, struct str name,
	const struct json_items *items, void *into, struct json_tally *tally)
{
	union scalar ignored;
	if (!fits(r, t, &items->item, &ignored)) {
		return pass(r, t, &tally->misfits);
	}
	void *place = items->add(into, name);
	return place != NULL ? json_bind_value(r, t, &items->item, place, tally)
			     : pass(r, t, &tally->dropped);
}

static bool bind_items(struct json_reader *r, const struct json_items *items, bool has_names,
	void *into, struct json_tally *tally)
{
	enum json_token end = has_names ? JSON_OBJECT_END : JSON_ARRAY_END, t;
	while ((t = json_next(r)) != end) {
		struct str name = has_names ? r->text : (struct str){0};
		t = has_names && t == JSON_NAME ? json_next(r) : t;
		if (!bind_item(r, t, name, items, into, tally)) {
			return false;
		}
	}
	return true;
}

bool json_bind_value(struct json_reader *r, enum json_token t, const struct json_member *m,
	void *into, struct json_tally *tally)
{
	union scalar value;
	if (!fits(r, t, m, &value)) {
		return pass(r, t, &tally->misfits);
	}
	char *place = (char *)into + m->offset;
	if (m->has != 0) {
		*(bool *)((char *)into + m->has) = true;
	}
	switch (m->kind) {
	case JSON_BIND_OBJECT: return bind_object(r, m->shape, place, tally);
	case JSON_BIND_ARRAY: return bind_items(r, m->items, false, into, tally);
	case JSON_BIND_MAP: return bind_items(r, m->items, true, into, tally);
	default: store(m, &value, place); return true;
	}
}

bool json_bind_text(char *text, size_t size, size_t max_depth, const struct json_shape *shape,
	void *ret, struct json_tally *tally)
{
	struct json_reader r;
	json_reader_init(&r, text, size, max_depth);
	return json_next(&r) == JSON_OBJECT_BEGIN && bind_object(&r, shape, ret, tally) &&
	       json_next(&r) == JSON_END;
}
