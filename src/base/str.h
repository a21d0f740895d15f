/* A slice of borrowed bytes. Not NUL-terminated: NUL is data. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *data; // may be NULL when size is 0
	size_t size;      // in bytes
};

/* A str of a string literal; usable in initialisers. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* For printf("%.*s", STR_ARG(s)); only for text known to be safe to show. */
#define STR_ARG(s) ((int)(s).size), ((s).size > 0 ? (s).data : "")

/* The str of a NUL-terminated string; NULL gives the empty str. */
struct str str_from(const char *s);

/* Inline: nearly all that are compared differ in size already. */
static inline bool str_equal(struct str a, struct str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Ignores the case of ASCII letters; all other bytes must be equal. */
bool str_equal_nocase(struct str a, struct str b);

bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
bool str_contains(struct str s, struct str needle);

/* Ignores the case of ASCII letters. */
bool str_contains_nocase(struct str s, struct str needle);

/* Writes s with ASCII letters in lower case to ret, which has room for s.size bytes and may be
 * s.data. */
void str_lower(struct str s, char *ret);

/* The line number, from 1, of the byte at offset; past the end, that of the last line. */
size_t str_line_of(struct str s, size_t offset);

/* What is left after cutting n bytes from the front; n must not be larger than s.size. */
struct str str_skip(struct str s, size_t n);

/* The first n bytes, all of s if it has fewer. */
struct str str_first(struct str s, size_t n);

/* The offset of the first c; s.size if there is none. */
size_t str_find_char(struct str s, char c);

bool str_has_char(struct str s, char c);

/* Cuts everything up to the next divider from the front of *rest, and the divider itself; all of
 * *rest if there is none. */
struct str str_cut(struct str *rest, char divider);

/* The parts before and after the first divider; either may be written to s itself. False, and
 * nothing written, if there is no divider. */
bool str_split(struct str s, char divider, struct str *ret_before, struct str *ret_behind);

/* s without blanks and tabs at either end. */
struct str str_trim(struct str s);

/* Reads the whole of s as a decimal integer with an optional '-'. False, and *ret untouched, if it
 * is anything else or does not fit. */
bool str_to_int64(struct str s, int64_t *ret);

/* The same for a decimal number with fraction and exponent. False for NaN, infinities and more than
 * 63 bytes. */
bool str_to_double(struct str s, double *ret);

/* The value of a hexadecimal digit of either case, -1 if c is none. */
int str_hex_digit(char c);

/* A 64-bit hash for tables; not for secrets. */
uint64_t str_hash(struct str s);

/* A NUL-terminated copy on the heap, for the caller to free. */
char *str_dup(struct str s);
