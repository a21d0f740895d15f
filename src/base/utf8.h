/* UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct buf;

bool utf8_is_valid(struct str s);

/* Whether all of s is ASCII and so valid, like most text: worth checking first. Inline, since it
 * runs for very many short strings. */
static inline bool utf8_is_ascii(struct str s)
{
	uint64_t seen = 0, word = 0;
	if (s.size < 8) {
		for (size_t i = 0; i < s.size; i++) {
			seen |= (unsigned char)s.data[i];
		}
		return seen < 0x80;
	}
	for (size_t i = 0; i + 8 < s.size; i += 8) {
		memcpy(&word, s.data + i, 8);
		seen |= word;
	}
	memcpy(&word, s.data + s.size - 8, 8); // the last eight, overlapping the previous ones
	return ((seen | word) & 0x8080808080808080u) == 0;
}

/* The length in bytes of the valid sequence at the front of s, 0 if there is none. */
size_t utf8_sequence(struct str s);

/* At most max_bytes from the front of s, not cut within a valid sequence. */
struct str utf8_prefix(struct str s, size_t max_bytes);

/* Appends s with every byte that belongs to no valid sequence replaced by U+FFFD. */
void utf8_append_repaired(struct buf *b, struct str s);

/* Whether s is safe to show as a name: valid, and without characters that control a terminal, end a
 * line or change the writing direction (C0, C1, U+2028, U+2029, Bidi_Control). */
bool utf8_is_name(struct str s);

/* Appends s with everything a name must not contain replaced by U+FFFD. */
void utf8_append_name(struct buf *b, struct str s);

/* Appends s for a human reader, on one line: repaired, quotes and whatever a name must not contain
 * escaped, cut after max_bytes with an ellipsis. */
void utf8_append_shown(struct buf *b, struct str s, size_t max_bytes);

/* Columns on a terminal: two for wide characters, none for combining ones, one for an invalid byte.
 */
size_t utf8_width(struct str s);

/* The longest prefix of s, in whole characters, that fits width columns. */
struct str utf8_fit(struct str s, size_t width);

/* Writes code point c (a scalar value) to out; returns the number of bytes, 1 to 4. */
size_t utf8_encode(unsigned c, char out[4]);
