#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

struct str str_from(const char *s)
{
	return s == NULL ? (struct str){NULL, 0} : (struct str){s, strlen(s)};
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.size != b.size) {
		return false;
	}
	for (size_t i = 0; i < a.size; i++) {
		if (lower(a.data[i]) != lower(b.data[i])) {
			return false;
		}
	}
	return true;
}

bool str_starts_with(struct str s, struct str prefix)
{
	return s.size >= prefix.size && str_equal((struct str){s.data, prefix.size}, prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
	return s.size >= suffix.size && str_equal(str_skip(s, s.size - suffix.size), suffix);
}

bool str_contains(struct str s, struct str needle)
{
	return needle.size == 0 ||
	       (s.size >= needle.size && memmem(s.data, s.size, needle.data, needle.size) != NULL);
}

bool str_contains_nocase(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.size <= s.size; i++) {
		if (str_equal_nocase((struct str){s.data + i, needle.size}, needle)) {
			return true;
		}
	}
	return false;
}

void str_lower(struct str s, char *ret)
{
	for (size_t i = 0; i < s.size; i++) {
		ret[i] = lower(s.data[i]);
	}
}

size_t str_line_of(struct str s, size_t offset)
{
	size_t line = 1;
	for (size_t i = 0; i < offset && i < s.size; i++) {
		line += s.data[i] == '\n';
	}
	return line;
}

struct str str_skip(struct str s, size_t n)
{
	return n == 0 ? s : (struct str){s.data + n, s.size - n};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str str_first(struct str s, size_t n)
{
	return (struct str){s.data, min_size(s.size, n)};
}

size_t str_find_char(struct str s, char c)
{
	const char *at = s.size > 0 ? memchr(s.data, c, s.size) : NULL;
	return at != NULL ? (size_t)(at - s.data) : s.size;
}

bool str_has_char(struct str s, char c)
{
	return str_find_char(s, c) < s.size;
}

struct str str_cut(struct str *rest, char divider)
{
	struct str first = str_first(*rest, str_find_char(*rest, divider));
	*rest = str_skip(*rest, first.size < rest->size ? first.size + 1 : first.size);
	return first;
}

bool str_split(struct str s, char divider, struct str *ret_before, struct str *ret_behind)
{
	if (!str_has_char(s, divider)) {
		return false;
	}
	*ret_before = str_cut(&s, divider);
	*ret_behind = s;
	return true;
}

struct str str_trim(struct str s)
{
	while (s.size > 0 && is_blank(s.data[0])) {
		s = str_skip(s, 1);
	}
	while (s.size > 0 && is_blank(s.data[s.size - 1])) {
		s.size--;
	}
	return s;
}

bool str_to_int64(struct str s, int64_t *ret)
{
	bool negative = s.size > 0 && s.data[0] == '-';
	if (negative) {
		s = str_skip(s, 1);
	}
	if (s.size == 0) {
		return false;
	}
	uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	uint64_t value = 0;
	for (size_t i = 0; i < s.size; i++) {
		unsigned digit = (unsigned)(unsigned char)s.data[i] - '0';
		if (digit > 9 || value > (limit - digit) / 10) {
			return false;
		}
		value = value * 10 + digit;
	}
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool str_to_double(struct str s, double *ret)
{
	char text[64];
	if (s.size == 0 || s.size >= sizeof(text)) {
		return false;
	}
	for (size_t i = 0; i < s.size; i++) { // strtod also reads blanks, hex, names and locales
		if (s.data[i] == '\0' || strchr("0123456789+-.eE", s.data[i]) == NULL) {
			return false;
		}
	}
	memcpy(text, s.data, s.size);
	text[s.size] = '\0';
	char *end;
	double value = strtod(text, &end);
	if (end != text + s.size || !isfinite(value)) {
		return false;
	}
	*ret = value;
	return true;
}

int str_hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ s.size;
	const char *p = s.data;
	size_t left = s.size;
	for (; left >= 8; p += 8, left -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		h = (h ^ word) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	uint64_t tail = 0;
	if (left > 0) {
		memcpy(&tail, p, left);
	}
	h = (h ^ tail) * 0xc4ceb9fe1a85ec53u;
	return h ^ (h >> 29);
}

char *str_dup(struct str s)
{
	char *copy = xmalloc(s.size + 1);
	if (s.size > 0) {
		memcpy(copy, s.data, s.size);
	}
	copy[s.size] = '\0';
	return copy;
}
