#include "base/json_read.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/number.h"
#include "base/utf8.h"

void json_reader_init(struct json_reader *r, char *text, size_t size, size_t max_depth)
{
	r->text = (struct str){NULL, 0};
	r->error = NULL;
	r->repaired = 0;
	r->start = r->at = text;
	r->end = size > 0 ? text + size : text;
	r->depth = 0;
	r->max_depth = min_size(max_depth, JSON_MAX_DEPTH);
	r->expect = JSON_EXPECT_VALUE;
	r->raw = false;
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		r->at += 3;
	}
}

static enum json_token fail(struct json_reader *r, char *at, const char *error)
{
	r->at = at;
	r->error = error;
	r->expect = JSON_EXPECT_ERROR;
	return JSON_ERROR;
}

static inline bool is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

static inline char *plain_end(char *p, char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i blank = _mm_set1_epi8(' ');
	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash));
		hit = _mm_or_si128(hit, _mm_cmplt_epi8(v, blank)); // signed: non-ASCII is below too
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (mask != 0) {
			return p + __builtin_ctz(mask);
		}
	}
#endif
	while (p < end && is_plain(*p)) {
		p++;
	}
	return p;
}

/* The value of four hex digits at p, -1 if they are not. */
static int hex4(const char *p, const char *end)
{
	if (end - p < 4) {
		return -1;
	}
	int value = 0;
	for (int i = 0; i < 4; i++) {
		int digit = str_hex_digit(p[i]);
		if (digit < 0) {
			return -1;
		}
		value = value * 16 + digit;
	}
	return value;
}

/* A string being decoded in place: never written beyond where it is read. */
struct unescape {
	char *from, *to;
	bool repaired;
};

static void put(const struct json_reader *r, struct unescape *u, const char *bytes, size_t size)
{
	if (!r->raw && u->to != bytes) {
		memmove(u->to, bytes, size);
	}
	u->to += size;
}

/* from is just after "\u". */
static bool unescape_unicode(const struct json_reader *r, struct unescape *u)
{
	int c = hex4(u->from, r->end);
	if (c < 0) {
		return false;
	}
	u->from += 4;
	unsigned scalar = (unsigned)c;
	if (c >= 0xd800 && c <= 0xdfff) {
		int low = c <= 0xdbff && r->end - u->from >= 6 && u->from[0] == '\\' &&
					  u->from[1] == 'u'
				  ? hex4(u->from + 2, r->end)
				  : -1;
		if (low >= 0xdc00 && low <= 0xdfff) {
			u->from += 6;
			scalar = 0x10000 + (((unsigned)c - 0xd800) << 10) +
				 ((unsigned)low - 0xdc00);
		} else {
			u->repaired = true;
			scalar = 0xfffd;
		}
	}
	char bytes[4];
	put(r, u, bytes, utf8_encode(scalar, bytes));
	return true;
}

/* from is at the backslash. */
static bool unescape_one(const struct json_reader *r, struct unescape *u)
{
	static const char plain[256] = {['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t'};
	if (r->end - u->from < 2) {
		return false;
	}
	unsigned char c = (unsigned char)u->from[1];
	if (c == 'u') {
		char *backslash = u->from;
		u->from += 2;
		if (unescape_unicode(r, u)) {
			return true;
		}
		u->from = backslash;
		return false;
	}
	if (plain[c] == 0) {
		return false;
	}
	u->from += 2;
	put(r, u, &plain[c], 1);
	return true;
}

/* The rest of a string, from its first byte that is not plain. */
static enum json_token read_hard_string(
	struct json_reader *r, char *begin, char *p, enum json_token token)
{
	struct unescape u = {p, p, false};
	while (u.from < r->end && *u.from != '"') {
		if (*u.from == '\\') {
			if (!unescape_one(r, &u)) {
				return fail(r, u.from, "invalid escape in a string");
			}
		} else if ((unsigned char)*u.from < 0x20) {
			return fail(r, u.from, "control character in a string");
		} else {
			size_t length = utf8_sequence(
				(struct str){u.from, (size_t)(r->end - u.from)});
			u.repaired |= length == 0;
			length = length > 0 ? length : 1;
			put(r, &u, u.from, length);
			u.from += length;
		}
		char *plain = plain_end(u.from, r->end);
		put(r, &u, u.from, (size_t)(plain - u.from));
		u.from = plain;
	}
	if (u.from == r->end) {
		return fail(r, u.from, "string without an end");
	}
	if (!r->raw) {
		r->repaired += u.repaired;
	}
	r->text = (struct str){begin, (size_t)((r->raw ? u.from : u.to) - begin)};
	r->at = u.from + 1;
	return token;
}

/* at is the opening quote. */
static inline enum json_token read_string(struct json_reader *r, char *at, enum json_token token)
{
	char *begin = at + 1;
	char *p = plain_end(begin, r->end);
	if (p < r->end && *p == '"') {
		r->text = (struct str){begin, (size_t)(p - begin)};
		r->at = p + 1;
		return token;
	}
	return read_hard_string(r, begin, p, token);
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char *skip_digits(char *p, const char *end)
{
	while (p < end && is_digit(*p)) {
		p++;
	}
	return p;
}

/* at is '-' or a digit. */
static enum json_token read_number(struct json_reader *r, char *at)
{
	char *p = at + (*at == '-');
	char *digits = p;
	p = skip_digits(p, r->end);
	if (p == digits || (*digits == '0' && p - digits > 1)) {
		return fail(r, digits, "invalid number");
	}
	if (p < r->end && *p == '.') {
		digits = p + 1;
		p = skip_digits(digits, r->end);
		if (p == digits) {
			return fail(r, p, "invalid number");
		}
	}
	if (p < r->end && (*p | 0x20) == 'e') {
		digits = p + 1;
		digits += digits < r->end && (*digits == '+' || *digits == '-');
		p = skip_digits(digits, r->end);
		if (p == digits) {
			return fail(r, p, "invalid number");
		}
	}
	r->text = (struct str){at, (size_t)(p - at)};
	r->at = p;
	return JSON_NUMBER;
}

static enum json_token read_word(
	struct json_reader *r, char *at, struct str word, enum json_token token)
{
	if ((size_t)(r->end - at) < word.size || memcmp(at, word.data, word.size) != 0) {
		return fail(r, at, "a value is expected here");
	}
	r->at = at + word.size;
	return token;
}

static inline bool in_object(const struct json_reader *r)
{
	size_t level = r->depth - 1;
	return r->depth > 0 && (r->objects[level / 64] >> (level % 64) & 1) != 0;
}

static inline enum json_token open_container(struct json_reader *r, char *at, enum json_token token)
{
	if (r->depth == r->max_depth) {
		return fail(r, at, "nested too deeply");
	}
	uint64_t bit = (uint64_t)1 << (r->depth % 64);
	uint64_t *word = &r->objects[r->depth / 64];
	bool object = token == JSON_OBJECT_BEGIN;
	*word = object ? *word | bit : *word & ~bit;
	r->depth++;
	r->at = at + 1;
	r->expect = object ? JSON_EXPECT_FIRST_NAME : JSON_EXPECT_FIRST_VALUE;
	return token;
}

static inline enum json_token close_container(struct json_reader *r, char *at)
{
	enum json_token token = in_object(r) ? JSON_OBJECT_END : JSON_ARRAY_END;
	r->depth--;
	r->at = at + 1;
	r->expect = r->depth > 0 ? JSON_EXPECT_COMMA : JSON_EXPECT_NOTHING;
	return token;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline char *skip_blanks(char *p, const char *end)
{
	while (p < end && is_blank(*p)) {
		p++;
	}
	return p;
}

static inline enum json_token read_value(struct json_reader *r, char *at)
{
	if (at == r->end) {
		return fail(r, at, "the text ends where a value is expected");
	}
	r->expect = r->depth > 0 ? JSON_EXPECT_COMMA : JSON_EXPECT_NOTHING;
	switch (*at) {
	case '"': return read_string(r, at, JSON_STRING);
	case '{': return open_container(r, at, JSON_OBJECT_BEGIN);
	case '[': return open_container(r, at, JSON_ARRAY_BEGIN);
	case 't': return read_word(r, at, STR("true"), JSON_TRUE);
	case 'f': return read_word(r, at, STR("false"), JSON_FALSE);
	case 'n': return read_word(r, at, STR("null"), JSON_NULL);
	default: break;
	}
	if (*at == '-' || is_digit(*at)) {
		return read_number(r, at);
	}
	return fail(r, at, "a value is expected here");
}

/* The name and the colon after it. */
static inline enum json_token read_name(struct json_reader *r, char *at)
{
	if (at == r->end || *at != '"') {
		return fail(r, at, "a name in quotes is expected here");
	}
	if (read_string(r, at, JSON_NAME) == JSON_ERROR) {
		return JSON_ERROR;
	}
	char *colon = skip_blanks(r->at, r->end);
	if (colon == r->end || *colon != ':') {
		return fail(r, colon, "a colon is expected here");
	}
	r->at = colon + 1;
	r->expect = JSON_EXPECT_VALUE;
	return JSON_NAME;
}

static inline enum json_token read_after_value(struct json_reader *r, char *at)
{
	bool object = in_object(r);
	if (at < r->end && *at == ',') {
		at = skip_blanks(at + 1, r->end);
		return object ? read_name(r, at) : read_value(r, at);
	}
	if (at < r->end && *at == (object ? '}' : ']')) {
		return close_container(r, at);
	}
	return fail(r, at,
		object ? "a comma or '}' is expected here" : "a comma or ']' is expected here");
}

enum json_token json_next(struct json_reader *r)
{
	char *at = skip_blanks(r->at, r->end);
	switch (r->expect) {
	case JSON_EXPECT_COMMA: return read_after_value(r, at);
	case JSON_EXPECT_VALUE: return read_value(r, at);
	case JSON_EXPECT_FIRST_NAME:
		return at < r->end && *at == '}' ? close_container(r, at) : read_name(r, at);
	case JSON_EXPECT_FIRST_VALUE:
		return at < r->end && *at == ']' ? close_container(r, at) : read_value(r, at);
	case JSON_EXPECT_NOTHING:
		return at == r->end ? JSON_END : fail(r, at, "something follows the value");
	case JSON_EXPECT_ERROR: break;
	}
	return JSON_ERROR;
}

bool json_skip(struct json_reader *r, enum json_token t)
{
	size_t depth = t == JSON_OBJECT_BEGIN || t == JSON_ARRAY_BEGIN ? r->depth - 1 : r->depth;
	bool was_raw = r->raw;
	r->raw = true;
	if (t == JSON_NAME) {
		t = json_next(r);
	}
	while (t != JSON_ERROR && r->depth > depth) {
		t = json_next(r);
	}
	r->raw = was_raw;
	return t != JSON_ERROR;
}

char *json_plain_end(char *p, char *end)
{
	return plain_end(p, end);
}

char *json_item(const struct json_reader *r, size_t levels)
{
	char *at = r->at;
	if (levels > r->max_depth - r->depth) {
		return NULL;
	}
	if (r->expect == JSON_EXPECT_COMMA && at < r->end && *at == ',') {
		return at + 1;
	}
	return r->expect == JSON_EXPECT_FIRST_VALUE ? at : NULL;
}

void json_take_item(struct json_reader *r, char *behind)
{
	r->at = behind;
	r->expect = JSON_EXPECT_COMMA;
}

size_t json_offset(const struct json_reader *r)
{
	return (size_t)(r->at - r->start);
}

struct json_mark json_tell(const struct json_reader *r)
{
	return (struct json_mark){r->at, r->depth, r->expect};
}

void json_seek(struct json_reader *r, struct json_mark place)
{
	r->at = place.at;
	r->depth = place.depth;
	r->expect = place.expect;
}
