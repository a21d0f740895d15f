/* Reads the protobuf wire format, field by field: protobuf.dev/programming-guides/encoding. Knows
 * no messages. Lengths are compared, as 64 bits, with the rest before anything is added to a
 * pointer. Inline, since a log record has some eighty fields. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

enum wire_type {
	WIRE_VARINT,
	WIRE_FIXED64,
	WIRE_BYTES,
	WIRE_GROUP,
	WIRE_GROUP_END,
	WIRE_FIXED32,
};

struct wire_cursor {
	const unsigned char *at, *end;
	const char *error; // after a failure: what is wrong at at, a literal
};

struct wire_field {
	uint32_t number;
	unsigned type;    // enum wire_type; a WIRE_GROUP has been skipped already
	uint64_t plain;   // of VARINT, FIXED64, FIXED32
	struct str bytes; // of BYTES; borrowed
};

static inline struct wire_cursor wire_cursor(struct str bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.data;
	return (struct wire_cursor){at, bytes.size > 0 ? at + bytes.size : at, NULL};
}

static inline bool wire_fail(struct wire_cursor *c, const char *error)
{
	c->error = error;
	return false;
}

/* A number of more than one byte, or an error. */
bool wire_read_long_varint(struct wire_cursor *c, uint64_t *ret);

/* The rest of a group whose start has been read, up to the end of the same number, without
 * recursion. */
bool wire_skip_group(struct wire_cursor *c, uint32_t number);

static inline bool wire_read_varint(struct wire_cursor *c, uint64_t *ret)
{
	if (c->at < c->end && *c->at < 0x80) {
		*ret = *c->at++;
		return true;
	}
	return wire_read_long_varint(c, ret);
}

static inline bool wire_read_fixed(struct wire_cursor *c, size_t size, uint64_t *ret)
{
	if ((size_t)(c->end - c->at) < size) {
		return wire_fail(c, "the data ends inside a number");
	}
	uint64_t value = 0;
	for (size_t i = 0; i < size; i++) {
		value |= (uint64_t)c->at[i] << (8 * i);
	}
	*ret = value;
	c->at += size;
	return true;
}

static inline bool wire_read_bytes(struct wire_cursor *c, struct str *ret)
{
	uint64_t size;
	const unsigned char *at = c->at;
	if (!wire_read_varint(c, &size)) {
		return false;
	}
	if (size > (uint64_t)(c->end - c->at)) {
		c->at = at;
		return wire_fail(c, "a length runs past the end of what it is in");
	}
	*ret = (struct str){(const char *)c->at, (size_t)size};
	c->at += size;
	return true;
}

static inline bool wire_read_tag(struct wire_cursor *c, struct wire_field *f)
{
	uint64_t tag;
	const unsigned char *at = c->at;
	if (!wire_read_varint(c, &tag)) {
		return false;
	}
	if (tag > UINT32_MAX || tag >> 3 == 0) {
		c->at = at;
		return wire_fail(c, "a field has an impossible number");
	}
	f->number = (uint32_t)(tag >> 3);
	f->type = tag & 7;
	return true;
}

/* The value after any tag but a group's. */
static inline bool wire_read_content(struct wire_cursor *c, struct wire_field *f)
{
	switch (f->type) {
	case WIRE_VARINT: return wire_read_varint(c, &f->plain);
	case WIRE_FIXED64: return wire_read_fixed(c, 8, &f->plain);
	case WIRE_BYTES: return wire_read_bytes(c, &f->bytes);
	case WIRE_FIXED32: return wire_read_fixed(c, 4, &f->plain);
	case WIRE_GROUP_END: return wire_fail(c, "a group ends that did not begin");
	default: return wire_fail(c, "a field has an impossible wire type");
	}
}

/* The next field; call while at < end. False if the bytes are broken: wire_cursor::error. */
static inline bool wire_read_field(struct wire_cursor *c, struct wire_field *f)
{
	if (!wire_read_tag(c, f)) {
		return false;
	}
	return f->type == WIRE_GROUP ? wire_skip_group(c, f->number) : wire_read_content(c, f);
}

/* wire_field::plain in its own type. */
static inline int64_t wire_int64(uint64_t plain)
{
	int64_t value;
	memcpy(&value, &plain, sizeof(value));
	return value;
}

static inline double wire_double(uint64_t plain)
{
	double value;
	memcpy(&value, &plain, sizeof(value));
	return value;
}
