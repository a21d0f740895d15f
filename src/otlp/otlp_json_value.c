#include "otlp/otlp_json_value.h"

#include <string.h>

#include "base/json_number.h"
#include "otlp/otlp_json_scalar.h"

bool otlp_json_fail_syntax(struct otlp_json_walk *w)
{
	return otlp_decoder_fail(w->d, OTLP_BAD_DATA, json_offset(&w->r), "%s", w->r.error);
}

/* The value whose first token was t is not what is expected here. */
bool otlp_json_fail_value(struct otlp_json_walk *w, enum json_token t, const char *expected)
{
	bool has_text = t == JSON_STRING || t == JSON_NUMBER;
	if (t == JSON_ERROR) {
		return otlp_json_fail_syntax(w);
	}
	size_t offset = has_text ? (size_t)(w->r.text.data - w->r.start) : json_offset(&w->r) - 1;
	return otlp_decoder_fail(w->d, OTLP_BAD_DATA, offset, "%s is expected", expected);
}

bool otlp_json_skip(struct otlp_json_walk *w, enum json_token t)
{
	return json_skip(&w->r, t) || otlp_json_fail_syntax(w);
}

/* Members of AnyValue, KeyValue and the two lists: common.proto. */
enum member {
	MEMBER_UNKNOWN,
	MEMBER_KEY,
	MEMBER_VALUE,
	MEMBER_STRING,
	MEMBER_INT,
	MEMBER_DOUBLE,
	MEMBER_BOOL,
	MEMBER_ARRAY,
	MEMBER_KVLIST,
	MEMBER_BYTES,
	MEMBER_STRING_INDEX,
	MEMBER_KEY_INDEX,
	MEMBER_LIST_VALUES,
};

struct member_name {
	struct str name;
	enum member member;
};

static const struct member_name value_members[] = {
	{STR_INIT("stringValue"), MEMBER_STRING},
	{STR_INIT("intValue"), MEMBER_INT},
	{STR_INIT("doubleValue"), MEMBER_DOUBLE},
	{STR_INIT("boolValue"), MEMBER_BOOL},
	{STR_INIT("arrayValue"), MEMBER_ARRAY},
	{STR_INIT("kvlistValue"), MEMBER_KVLIST},
	{STR_INIT("bytesValue"), MEMBER_BYTES},
	{STR_INIT("stringValueStrindex"), MEMBER_STRING_INDEX},
	{{NULL, 0}, MEMBER_UNKNOWN},
};

static const struct member_name key_value_members[] = {
	{STR_INIT("key"), MEMBER_KEY},
	{STR_INIT("value"), MEMBER_VALUE},
	{STR_INIT("keyStrindex"), MEMBER_KEY_INDEX},
	{{NULL, 0}, MEMBER_UNKNOWN},
};

static const struct member_name list_members[] = {
	{STR_INIT("values"), MEMBER_LIST_VALUES},
	{{NULL, 0}, MEMBER_UNKNOWN},
};

static enum member find_member(const struct member_name *names, struct str name)
{
	while (names->member != MEMBER_UNKNOWN && !str_equal(names->name, name)) {
		names++;
	}
	return names->member;
}

static bool read_list_values(
	struct otlp_json_walk *w, bool is_map, struct otlp_value *ret, size_t depth)
{
	enum json_token t = json_next(&w->r);
	ret->strings[0] = ret->strings[1] = (struct str){0}; // of duplicate names the last one wins
	if (t == JSON_NULL) {
		return true;
	}
	if (t != JSON_ARRAY_BEGIN) {
		return otlp_json_fail_value(w, t, "an array");
	}
	while ((t = json_next(&w->r)) != JSON_ARRAY_END) {
		struct otlp_attribute item = {0};
		if (is_map ? !otlp_json_read_key_value(w, t, &item, depth)
			   : !otlp_json_read_any_value(w, t, &item.value, depth)) {
			return false;
		}
		if (!is_map) {
			otlp_decoder_keep_item(ret, &item.value);
		}
	}
	return true;
}

/* ArrayValue and KeyValueList look the same from outside. */
static bool read_list(struct otlp_json_walk *w, enum json_token t, bool is_map,
	struct otlp_value *ret, size_t depth)
{
	*ret = (struct otlp_value){.kind = is_map ? OTLP_VALUE_KVLIST : OTLP_VALUE_ARRAY};
	if (t != JSON_OBJECT_BEGIN) {
		return otlp_json_fail_value(w, t, "an object");
	}
	if (depth > w->d->limits.value_depth) {
		return otlp_decoder_fail(w->d, OTLP_BAD_DATA, json_offset(&w->r),
			"a value is nested deeper than %zu levels", w->d->limits.value_depth);
	}
	while ((t = json_next(&w->r)) == JSON_NAME) {
		if (find_member(list_members, w->r.text) == MEMBER_UNKNOWN) {
			if (!otlp_json_skip(w, t)) {
				return false;
			}
		} else if (!read_list_values(w, is_map, ret, depth)) {
			return otlp_decoder_fail_in(w->d, "values");
		}
	}
	return t == JSON_OBJECT_END || otlp_json_fail_syntax(w);
}

static bool read_string_value(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	*ret = (struct otlp_value){.kind = OTLP_VALUE_STRING, .string = w->r.text};
	return t == JSON_STRING || otlp_json_fail_value(w, t, "a string");
}

static bool read_int_value(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	ret->kind = OTLP_VALUE_INT;
	return ((t == JSON_NUMBER || t == JSON_STRING) &&
		       json_to_int64(w->r.text, &ret->integer)) ||
	       otlp_json_fail_value(w, t, "a whole number of 64 bits");
}

static bool read_double_value(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	ret->kind = OTLP_VALUE_DOUBLE;
	return otlp_json_double(&w->r, t, &ret->number) || otlp_json_fail_value(w, t, "a number");
}

static bool read_bool_value(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	*ret = (struct otlp_value){.kind = OTLP_VALUE_BOOL, .boolean = t == JSON_TRUE};
	return t == JSON_TRUE || t == JSON_FALSE || otlp_json_fail_value(w, t, "true or false");
}

static bool read_bytes_value(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	*ret = (struct otlp_value){.kind = OTLP_VALUE_BYTES};
	return (t == JSON_STRING && otlp_json_is_base64(w->r.text)) ||
	       otlp_json_fail_value(w, t, "base64");
}

static bool read_string_index(struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret)
{
	uint64_t index;
	*ret = (struct otlp_value){.kind = OTLP_VALUE_EMPTY};
	w->d->string_indexes++;
	return otlp_json_integer(&w->r, t, OTLP_TYPE_SINT32, &index) ||
	       otlp_json_fail_value(w, t, "a whole number of 32 bits");
}

static bool read_member(struct otlp_json_walk *w, enum member member, enum json_token t,
	struct otlp_value *ret, size_t depth)
{
	switch (member) {
	case MEMBER_STRING: return read_string_value(w, t, ret);
	case MEMBER_INT: return read_int_value(w, t, ret);
	case MEMBER_DOUBLE: return read_double_value(w, t, ret);
	case MEMBER_BOOL: return read_bool_value(w, t, ret);
	case MEMBER_ARRAY: return read_list(w, t, false, ret, depth + 1);
	case MEMBER_KVLIST: return read_list(w, t, true, ret, depth + 1);
	case MEMBER_BYTES: return read_bytes_value(w, t, ret);
	case MEMBER_STRING_INDEX: return read_string_index(w, t, ret);
	default: return otlp_json_skip(w, t);
	}
}

static bool fail_in_member(
	struct otlp_json_walk *w, const struct member_name *names, enum member member)
{
	while (names->member != MEMBER_UNKNOWN && names->member != member) {
		names++;
	}
	return names->member == MEMBER_UNKNOWN ? false
					       : otlp_decoder_fail_in(w->d, names->name.data);
}

bool otlp_json_read_any_value(
	struct otlp_json_walk *w, enum json_token t, struct otlp_value *ret, size_t depth)
{
	if (t == JSON_NULL) {
		return true;
	}
	if (t != JSON_OBJECT_BEGIN) {
		return otlp_json_fail_value(w, t, "an object");
	}
	while ((t = json_next(&w->r)) == JSON_NAME) {
		enum member member = find_member(value_members, w->r.text);
		t = json_next(&w->r);
		if (t != JSON_NULL && !read_member(w, member, t, ret, depth)) {
			return fail_in_member(w, value_members, member);
		}
	}
	return t == JSON_OBJECT_END || otlp_json_fail_syntax(w);
}

static bool read_key(struct otlp_json_walk *w, enum json_token t, struct str *ret)
{
	*ret = t == JSON_STRING ? w->r.text : (struct str){0};
	return t == JSON_STRING || t == JSON_NULL || otlp_json_fail_value(w, t, "a string");
}

static inline bool take(char **at, const char *end, struct str text)
{
	if ((size_t)(end - *at) < text.size || memcmp(*at, text.data, text.size) != 0) {
		return false;
	}
	*at += text.size;
	return true;
}

static inline struct str take_plain(char **at, char *end)
{
	char *begin = *at;
	*at = json_plain_end(begin, end);
	return (struct str){begin, (size_t)(*at - begin)};
}

/* Up to 18 digits, which fit; with more, something other than the end of the value follows. */
static inline bool take_digits(char **at, const char *end, int64_t *ret)
{
	const char *begin = *at, *p = begin;
	int64_t value = 0;
	for (; p < end && p - begin < 18 && *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (*p - '0');
	}
	*at += p - begin;
	*ret = value;
	return p > begin && (*begin != '0' || p - begin == 1);
}

bool otlp_json_read_usual(struct otlp_json_walk *w, struct otlp_attribute *ret)
{
	char *at = json_item(&w->r, 2), *end = w->r.end;
	if (at == NULL || !take(&at, end, STR("{\"key\":\""))) {
		return false;
	}
	ret->key = take_plain(&at, end);
	if (!take(&at, end, STR("\",\"value\":{\""))) {
		return false;
	}
	if (take(&at, end, STR("stringValue\":\""))) {
		ret->value.kind = OTLP_VALUE_STRING;
		ret->value.string = take_plain(&at, end);
		if (!take(&at, end, STR("\"}}"))) {
			return false;
		}
	} else {
		ret->value.kind = OTLP_VALUE_INT;
		if (!take(&at, end, STR("intValue\":"))) {
			return false;
		}
		bool quoted = take(&at, end, STR("\"")); // both are written
		if (!take_digits(&at, end, &ret->value.integer) ||
			!take(&at, end, quoted ? STR("\"}}") : STR("}}"))) {
			return false;
		}
	}
	json_take_item(&w->r, at);
	return true;
}

bool otlp_json_read_key_value(
	struct otlp_json_walk *w, enum json_token t, struct otlp_attribute *ret, size_t depth)
{
	struct otlp_value ignored;
	if (t == JSON_NULL) {
		return true;
	}
	if (t != JSON_OBJECT_BEGIN) {
		return otlp_json_fail_value(w, t, "an object");
	}
	while ((t = json_next(&w->r)) == JSON_NAME) {
		enum member member = find_member(key_value_members, w->r.text);
		bool ok = true;
		t = json_next(&w->r);
		switch (member) {
		case MEMBER_KEY: ok = read_key(w, t, &ret->key); break;
		case MEMBER_VALUE:
			ret->value = (struct otlp_value){0};
			ok = otlp_json_read_any_value(w, t, &ret->value, depth);
			break;
		case MEMBER_KEY_INDEX:
			ok = t == JSON_NULL || read_string_index(w, t, &ignored);
			break;
		default: ok = otlp_json_skip(w, t); break;
		}
		if (!ok) {
			return fail_in_member(w, key_value_members, member);
		}
	}
	return t == JSON_OBJECT_END || otlp_json_fail_syntax(w);
}
