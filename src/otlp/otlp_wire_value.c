#include "otlp/otlp_wire_value.h"

bool otlp_wire_fail_at(const struct otlp_wire_walk *w, const unsigned char *at, const char *error)
{
	return otlp_decoder_fail(w->d, OTLP_BAD_DATA, (size_t)(at - w->start), "%s", error);
}

bool otlp_wire_fail_cursor(const struct otlp_wire_walk *w, const struct wire_cursor *c)
{
	return otlp_wire_fail_at(w, c->at, c->error);
}

bool otlp_wire_fail_type(
	const struct otlp_wire_walk *w, const struct wire_cursor *c, const char *name)
{
	otlp_wire_fail_at(w, c->at, "the field before this has the wrong wire type");
	return otlp_decoder_fail_in(w->d, name);
}

static inline unsigned tag_of(const struct wire_field *f)
{
	return f->number << 3 | f->type;
}

/* ArrayValue and KeyValueList look the same from outside. */
static bool read_list(const struct otlp_wire_walk *w, struct str bytes, bool is_map,
	struct otlp_value *ret, size_t depth)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	if (depth > w->d->limits.value_depth) {
		return otlp_decoder_fail(w->d, OTLP_BAD_DATA, (size_t)(c.at - w->start),
			"a value is nested deeper than %zu levels", w->d->limits.value_depth);
	}
	while (c.at < c.end) {
		struct otlp_attribute item = {0};
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		if (f.number != TAG_LIST_VALUES >> 3) {
			continue;
		}
		if (f.type != WIRE_BYTES) {
			return otlp_wire_fail_type(w, &c, "values");
		}
		if (is_map ? !otlp_wire_read_key_value(w, f.bytes, &item, depth)
			   : !otlp_wire_read_any_value(w, f.bytes, &item.value, depth)) {
			return otlp_decoder_fail_in(w->d, "values");
		}
		if (!is_map) {
			otlp_decoder_keep_item(ret, &item.value);
		}
	}
	return true;
}

/* A list in a value; a second one of the same kind continues the first. */
static bool read_nested(const struct otlp_wire_walk *w, struct str bytes, bool is_map,
	struct otlp_value *ret, size_t depth)
{
	enum otlp_value_kind kind = is_map ? OTLP_VALUE_KVLIST : OTLP_VALUE_ARRAY;
	if (ret->kind != kind) {
		*ret = (struct otlp_value){.kind = kind, .strings = {{NULL, 0}, {NULL, 0}}};
	}
	return read_list(w, bytes, is_map, ret, depth + 1) ||
	       otlp_decoder_fail_in(w->d, is_map ? "kvlistValue" : "arrayValue");
}

static inline void set_string(
	const struct otlp_wire_walk *w, struct str text, struct otlp_value *ret)
{
	otlp_decoder_check_text(w->d, text);
	ret->kind = OTLP_VALUE_STRING;
	ret->string = text;
}

bool otlp_wire_read_any_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_value *ret, size_t depth)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end) {
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		switch (tag_of(&f)) {
		case TAG_STRING_VALUE: set_string(w, f.bytes, ret); break;
		case TAG_BOOL_VALUE:
			*ret = (struct otlp_value){
				.kind = OTLP_VALUE_BOOL, .boolean = f.plain != 0};
			break;
		case TAG_INT_VALUE:
			ret->kind = OTLP_VALUE_INT;
			ret->integer = wire_int64(f.plain);
			break;
		case TAG_DOUBLE_VALUE:
			ret->kind = OTLP_VALUE_DOUBLE;
			ret->number = wire_double(f.plain);
			break;
		case TAG_ARRAY_VALUE:
		case TAG_KVLIST_VALUE:
			if (!read_nested(
				    w, f.bytes, f.number == TAG_KVLIST_VALUE >> 3, ret, depth)) {
				return false;
			}
			break;
		case TAG_BYTES_VALUE: *ret = (struct otlp_value){.kind = OTLP_VALUE_BYTES}; break;
		case TAG_STRING_INDEX:
			*ret = (struct otlp_value){.kind = OTLP_VALUE_EMPTY};
			w->d->string_indexes++;
			break;
		default:
			if (f.number <= TAG_STRING_INDEX >> 3) {
				return otlp_wire_fail_at(
					w, c.at, "the value before this has the wrong wire type");
			}
		}
	}
	return true;
}

bool otlp_wire_read_key_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_attribute *ret, size_t depth)
{
	struct wire_cursor c = wire_cursor(bytes);
	struct wire_field f = {0};
	while (c.at < c.end) {
		if (!wire_read_field(&c, &f)) {
			return otlp_wire_fail_cursor(w, &c);
		}
		switch (tag_of(&f)) {
		case TAG_KEY:
			otlp_decoder_check_text(w->d, f.bytes);
			ret->key = f.bytes;
			break;
		case TAG_VALUE:
			if (!otlp_wire_read_any_value(w, f.bytes, &ret->value, depth)) {
				return otlp_decoder_fail_in(w->d, "value");
			}
			break;
		case TAG_KEY_INDEX: w->d->string_indexes++; break;
		default:
			if (f.number <= TAG_KEY_INDEX >> 3) {
				return otlp_wire_fail_at(
					w, c.at, "the field before this has the wrong wire type");
			}
		}
	}
	return true;
}
