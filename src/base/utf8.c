#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

static const char replacement[] = "\xef\xbf\xbd";

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* RFC 3629 section 4: the range of the second byte for each first one. */
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

struct str utf8_prefix(struct str s, size_t max_bytes)
{
	if (s.size <= max_bytes) {
		return s;
	}
	for (size_t end = max_bytes; end > 0 && max_bytes - end < 4; end--) {
		if (!is_tail((unsigned char)s.data[end])) {
			return (struct str){s.data, end};
		}
	}
	return (struct str){s.data, max_bytes}; // invalid anyway
}

static unsigned decode(const char *sequence, size_t length)
{
	static const unsigned char payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned c = (unsigned char)sequence[0] & payload[length];
	for (size_t i = 1; i < length; i++) {
		c = c << 6 | ((unsigned char)sequence[i] & 0x3f);
	}
	return c;
}

/* Terminal controls, line ends and changes of writing direction: no name needs them, and each can
 * falsify the rest of a line. */
static bool is_harmful(unsigned c)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {
		{0x00, 0x1f},
		{0x7f, 0x9f},
		{0x061c, 0x061c},
		{0x200e, 0x200f},
		{0x2028, 0x202e},
		{0x2066, 0x206f},
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last) {
			return true;
		}
	}
	return false;
}

/* The length of the character at the front of s, 0 if it is not allowed in a name. */
static size_t name_sequence(struct str s)
{
	size_t length = utf8_sequence(s);
	return length > 0 && !is_harmful(decode(s.data, length)) ? length : 0;
}

/* How many bytes, in steps of eight, are printable ASCII, as most names are throughout. */
static size_t printable_words(struct str s)
{
	static const uint64_t ones = UINT64_C(0x0101010101010101),
			      high = UINT64_C(0x8080808080808080);
	size_t size = 0;
	uint64_t word;
	for (; size + sizeof(word) <= s.size; size += sizeof(word)) {
		memcpy(&word, s.data + size, sizeof(word));
		uint64_t below_space = word - ones * 0x20, above_tilde = word + ones;
		if (((word | below_space | above_tilde) & high) != 0) {
			break;
		}
	}
	return size;
}

static size_t name_prefix(struct str s)
{
	size_t size = printable_words(s), length;
	for (;;) {
		while (size < s.size && s.data[size] >= 0x20 && s.data[size] < 0x7f) {
			size++;
		}
		length = size < s.size ? name_sequence(str_skip(s, size)) : 0;
		if (length == 0) {
			return size;
		}
		size += length;
	}
}

bool utf8_is_name(struct str s)
{
	return name_prefix(s) == s.size;
}

void utf8_append_name(struct buf *b, struct str s)
{
	while (s.size > 0) {
		size_t good = name_prefix(s);
		buf_append(b, s.data, good);
		s = str_skip(s, good);
		if (s.size > 0) {
			size_t length = utf8_sequence(s);
			buf_append(b, replacement, sizeof(replacement) - 1);
			s = str_skip(s, length > 0 ? length : 1);
		}
	}
}

void utf8_append_shown(struct buf *b, struct str s, size_t max_bytes)
{
	size_t end = b->size + max_bytes;
	while (s.size > 0) {
		size_t length = name_sequence(s);
		unsigned char c = (unsigned char)s.data[0];
		if (b->size >= end) {
			buf_append_str(b, STR("…"));
			return;
		}
		if (length == 0) {
			buf_printf(b, "\\x%02x", c);
			length = 1; // a truncated sequence counts by the byte
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
