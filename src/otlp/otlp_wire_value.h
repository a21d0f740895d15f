/* Attributes and their values in protobuf: the recursive part of otlp_wire, as deep as the limit on
 * values allows. Field numbers as in common.proto. */
#pragma once

#include "base/utf8.h"
#include "otlp/otlp_decoder.h"
#include "otlp/wire_read.h"

/* Tags of AnyValue, KeyValue and the two lists: common.proto. */
enum otlp_wire_tag {
	TAG_STRING_VALUE = 1 << 3 | WIRE_BYTES,
	TAG_BOOL_VALUE = 2 << 3 | WIRE_VARINT,
	TAG_INT_VALUE = 3 << 3 | WIRE_VARINT,
	TAG_DOUBLE_VALUE = 4 << 3 | WIRE_FIXED64,
	TAG_ARRAY_VALUE = 5 << 3 | WIRE_BYTES,
	TAG_KVLIST_VALUE = 6 << 3 | WIRE_BYTES,
	TAG_BYTES_VALUE = 7 << 3 | WIRE_BYTES,
	TAG_STRING_INDEX = 8 << 3 | WIRE_VARINT,
	TAG_KEY = 1 << 3 | WIRE_BYTES,
	TAG_VALUE = 2 << 3 | WIRE_BYTES,
	TAG_KEY_INDEX = 3 << 3 | WIRE_VARINT,
	TAG_LIST_VALUES = 1 << 3 | WIRE_BYTES,
};

struct otlp_wire_walk {
	struct otlp_decoder *d;     // borrowed
	const unsigned char *start; // of the body
};

/* Read a message, or one of several parts of it: adds to ret; of the members of an AnyValue the
 * last one counts. depth is the number of lists around it. False after otlp_decoder_fail(). */
bool otlp_wire_read_any_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_value *ret, size_t depth);
bool otlp_wire_read_key_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_attribute *ret, size_t depth);

/* Record that the bytes are broken at a position, at the cursor, or that the field of that name,
 * which ends at the cursor, has the wrong wire type; return false. */
bool otlp_wire_fail_at(const struct otlp_wire_walk *w, const unsigned char *at, const char *error);
bool otlp_wire_fail_cursor(const struct otlp_wire_walk *w, const struct wire_cursor *c);
bool otlp_wire_fail_type(
	const struct otlp_wire_walk *w, const struct wire_cursor *c, const char *name);

/* A varint that is all of bytes. */
static inline bool otlp_wire_read_whole_varint(const unsigned char *at, size_t size, int64_t *ret)
{
	uint64_t value = at[size - 1];
	if (value >= 0x80 || size > 9) { // nine bytes hold 63 bits, and negative numbers take ten
		return false;
	}
	for (size_t i = size - 1; i > 0; i--) {
		if (at[i - 1] < 0x80) {
			return false;
		}
		value = value << 7 | (at[i - 1] & 0x7f);
	}
	*ret = wire_int64(value);
	return true;
}

/* Reads a KeyValue of less than 128 bytes if it is like nearly all of them: an ASCII key, then an
 * ASCII text or an integer. Else false, and otlp_wire_read_key_value() must read it into an empty
 * ret. */
static inline bool otlp_wire_read_usual(struct str bytes, struct otlp_attribute *ret)
{
	const unsigned char *key = (const unsigned char *)bytes.data;
	if (bytes.size < 6 || key[0] != TAG_KEY || key[1] > bytes.size - 6) {
		return false;
	}
	const unsigned char *value = key + 2 + key[1];
	size_t rest = bytes.size - 2 - key[1];
	if (value[0] != TAG_VALUE || value[1] != rest - 2) {
		return false;
	}
	ret->key = (struct str){(const char *)key + 2, key[1]};
	if (value[2] == TAG_STRING_VALUE && value[3] == rest - 4) {
		ret->value.kind = OTLP_VALUE_STRING;
		ret->value.string = (struct str){(const char *)value + 4, rest - 4};
		return utf8_is_ascii(bytes);
	}
	ret->value.kind = OTLP_VALUE_INT;
	return value[2] == TAG_INT_VALUE &&
	       otlp_wire_read_whole_varint(value + 3, rest - 3, &ret->value.integer) &&
	       utf8_is_ascii(ret->key);
}
