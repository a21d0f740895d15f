#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

static const char replacement[] = "\xef\xbf\xbd";

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The table of RFC 3629 section 4: what the second byte may be after each first one. */
size_t utf8_sequence(struct str s)
{
	if (s.size == 0) {
		return 0;
	}
	const unsigned char *p = (const unsigned char *)s.data;
	if (p[0] < 0x80) {
		return 1;
	}
	size_t length = p[0] >= 0xc2 && p[0] <= 0xdf ? 2 : p[0] >= 0xe0 && p[0] <= 0xef ? 3 : 4;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.size < length) {
		return 0;
	}
	unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < low || p[1] > high) {
		return 0;
	}
	for (size_t i = 2; i < length; i++) {
		if (!is_tail(p[i])) {
			return 0;
		}
	}
	return length;
}

/* The number of ASCII bytes at the front, in steps of eight. */
static size_t ascii_prefix(struct str s)
{
	size_t n = 0;
	for (uint64_t word; n + 8 <= s.size; n += 8) {
		memcpy(&word, s.data + n, 8);
		if ((word & 0x8080808080808080u) != 0) {
			break;
		}
	}
	return n;
}

bool utf8_is_valid(struct str s)
{
	while (s.size > 0) {
		s = str_skip(s, ascii_prefix(s));
		size_t length = s.size > 0 ? utf8_sequence(s) : 0;
		if (s.size > 0 && length == 0) {
			return false;
		}
		s = str_skip(s, length);
	}
	return true;
}

void utf8_append_repaired(struct buf *b, struct str s)
{
	while (s.size > 0) {
		size_t whole = ascii_prefix(s);
		size_t length;
		while (whole < s.size && (length = utf8_sequence(str_skip(s, whole))) > 0) {
			whole += length;
		}
		buf_append(b, s.data, whole);
		s = str_skip(s, whole);
		if (s.size > 0) {
			buf_append(b, replacement, sizeof(replacement) - 1);
			s = str_skip(s, 1);
		}
	}
}

void utf8_append_shown(struct buf *b, struct str s, size_t max_bytes)
{
	size_t end = b->size + max_bytes;
	while (s.size > 0) {
		size_t length = utf8_sequence(s);
		unsigned char c = (unsigned char)s.data[0];
		if (b->size >= end) {
			buf_append_str(b, STR("…"));
			return;
		}
		if (length == 0 || (length == 2 && c == 0xc2 && (unsigned char)s.data[1] < 0xa0)) {
			buf_printf(b, "\\x%02x", c);
			length = 1;
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(b, "\\x%02x", c);
		} else if (c == '"' || c == '\\') {
			buf_printf(b, "\\%c", c);
		} else {
			buf_append(b, s.data, length);
		}
		s = str_skip(s, length);
	}
}

size_t utf8_encode(unsigned c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, c >>= 6) {
		out[i] = (char)(0x80 | (c & 0x3f));
	}
	static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
	out[0] = (char)(first[length] | c);
	return length;
}
