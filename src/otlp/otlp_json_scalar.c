#include "otlp/otlp_json_scalar.h"

#include <math.h>

#include "base/json_number.h"
#include "base/mem.h"
#include "otlp/otlp_record.h"

static bool is_upper_word(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (!(c >= 'A' && c <= 'Z') && c != '_' && !(i > 0 && c >= '0' && c <= '9')) {
			return false;
		}
	}
	return s.size > 0;
}

static bool read_enum_name(struct str name, uint64_t *ret)
{
	static const struct {
		struct str name;
		uint64_t number;
	} known[] = {
		{STR_INIT("AGGREGATION_TEMPORALITY_DELTA"), OTLP_TEMPORALITY_DELTA},
		{STR_INIT("AGGREGATION_TEMPORALITY_CUMULATIVE"), OTLP_TEMPORALITY_CUMULATIVE},
	};
	if (!is_upper_word(name)) {
		return false;
	}
	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (str_equal(name, known[i].name)) {
			*ret = known[i].number;
		}
	}
	return true;
}

static bool read_signed(struct str text, int64_t low, int64_t high, uint64_t *ret)
{
	int64_t value;
	if (!json_to_int64(text, &value) || value < low || value > high) {
		return false;
	}
	*ret = (uint64_t)value;
	return true;
}

static bool read_unsigned(struct str text, uint64_t high, uint64_t *ret)
{
	uint64_t value;
	if (!json_to_uint64(text, &value) || value > high) {
		return false;
	}
	*ret = value;
	return true;
}

bool otlp_json_integer(
	const struct json_reader *r, enum json_token t, enum otlp_type type, uint64_t *ret)
{
	if (t != JSON_NUMBER && t != JSON_STRING) {
		return false;
	}
	switch (type) {
	case OTLP_TYPE_SFIXED64: return read_signed(r->text, INT64_MIN, INT64_MAX, ret);
	case OTLP_TYPE_SINT32: return read_signed(r->text, INT32_MIN, INT32_MAX, ret);
	case OTLP_TYPE_ENUM:
		return read_signed(r->text, INT32_MIN, INT32_MAX, ret) ||
		       (t == JSON_STRING && read_enum_name(r->text, ret));
	case OTLP_TYPE_UINT32:
	case OTLP_TYPE_FIXED32: return read_unsigned(r->text, UINT32_MAX, ret);
	default: return read_unsigned(r->text, UINT64_MAX, ret);
	}
}

bool otlp_json_double(const struct json_reader *r, enum json_token t, double *ret)
{
	static const struct {
		struct str name;
		double value;
	} named[] = {
		{STR_INIT("NaN"), NAN},
		{STR_INIT("Infinity"), INFINITY},
		{STR_INIT("-Infinity"), -INFINITY},
	};
	if (t != JSON_NUMBER && t != JSON_STRING) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(named) && t == JSON_STRING; i++) {
		if (str_equal(r->text, named[i].name)) {
			*ret = named[i].value;
			return true;
		}
	}
	return json_to_double(r->text, ret);
}

static bool is_base64_digit(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/' || c == '-' || c == '_';
}

bool otlp_json_is_base64(struct str text)
{
	size_t digits = 0;
	while (digits < text.size && is_base64_digit(text.data[digits])) {
		digits++;
	}
	size_t padding = text.size - digits;
	for (size_t i = digits; i < text.size; i++) {
		if (text.data[i] != '=') {
			return false;
		}
	}
	return digits % 4 != 1 && (padding == 0 || (padding <= 2 && text.size % 4 == 0));
}

struct str otlp_json_hex(const struct json_reader *r)
{
	char *to = r->start + (r->text.data - r->start);
	size_t size = r->text.size / 2;
	bool ok = r->text.size % 2 == 0;
	for (size_t i = 0; i < size && ok; i++) {
		int high = str_hex_digit(r->text.data[2 * i]);
		int low = str_hex_digit(r->text.data[2 * i + 1]);
		ok = high >= 0 && low >= 0;
		to[i] = (char)(high * 16 + low);
	}
	return (struct str){to, ok ? size : 1};
}
