#include "otlp/wire_read.h"

enum { GROUP_DEPTH = 100 };

bool wire_read_long_varint(struct wire_cursor *c, uint64_t *ret)
{
	uint64_t value = 0;
	const unsigned char *p = c->at;
	for (unsigned shift = 0; shift < 70; shift += 7) {
		if (p == c->end) {
			return wire_fail(c, "the data ends inside a number");
		}
		unsigned char byte = *p++;
		value |= (uint64_t)(byte & 0x7f)
			 << shift; // one bit of the tenth byte is left, as everywhere
		if (byte < 0x80) {
			c->at = p;
			*ret = value;
			return true;
		}
	}
	return wire_fail(c, "a number is longer than ten bytes");
}

bool wire_skip_group(struct wire_cursor *c, uint32_t number)
{
	uint32_t open[GROUP_DEPTH];
	size_t depth = 0;
	open[depth++] = number;
	while (depth > 0) {
		struct wire_field f = {0};
		if (c->at == c->end) {
			return wire_fail(c, "a group has no end");
		}
		if (!wire_read_tag(c, &f)) {
			return false;
		}
		if (f.type == WIRE_GROUP) {
			if (depth == GROUP_DEPTH) {
				return wire_fail(c, "groups are nested too deeply");
			}
			open[depth++] = f.number;
		} else if (f.type == WIRE_GROUP_END && f.number == open[depth - 1]) {
			depth--;
		} else if (!wire_read_content(c, &f)) {
			return false;
		}
	}
	return true;
}
