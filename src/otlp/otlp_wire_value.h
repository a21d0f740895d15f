/* Attributes and their values in protobuf: the part of otlp_wire that calls itself, as deep as the
 * limit on values allows. Field numbers as in common.proto. */
#pragma once

#include "otlp/otlp_decoder.h"
#include "otlp/wire_read.h"

struct otlp_wire_walk {
	struct otlp_decoder *d;     // borrowed
	const unsigned char *start; // of the body
};

/* Read a message, of which bytes may be one part of several: what it says is added to ret, and of
 * the members of an AnyValue the last one counts. depth is the number of lists around it. False
 * after otlp_decoder_fail(). */
bool otlp_wire_read_any_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_value *ret, size_t depth);
bool otlp_wire_read_key_value(
	const struct otlp_wire_walk *w, struct str bytes, struct otlp_attribute *ret, size_t depth);

/* Note that the bytes are broken at a place, at the cursor, or that the field of that name, which
 * ends at the cursor, has the wrong wire type; return false. */
bool otlp_wire_fail_at(const struct otlp_wire_walk *w, const unsigned char *at, const char *error);
bool otlp_wire_fail_cursor(const struct otlp_wire_walk *w, const struct wire_cursor *c);
bool otlp_wire_fail_type(
	const struct otlp_wire_walk *w, const struct wire_cursor *c, const char *name);
