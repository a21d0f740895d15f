#include "base/json_scan.h"

#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

void json_scan_init(struct json_scan *s, size_t max_depth, size_t max_kept_bytes,
	json_scan_on_token *on_token, void *data)
{
	*s = (struct json_scan){
		.on_token = on_token,
		.data = data,
		.max_depth = min_size(max_depth, JSON_MAX_DEPTH),
	};
	buf_init(&s->text, max_size(max_kept_bytes, JSON_SCAN_NAME_BYTES));
}

void json_scan_finish(struct json_scan *s)
{
	buf_finish(&s->text);
}

/* Stops at the offending byte. */
static const char *fail(struct json_scan *s, const char *at, const char *error)
{
	s->error = error;
	return at;
}

static void tell(struct json_scan *s, enum json_token token)
{
	s->on_token(token, (struct str){NULL, 0}, s->data);
}

/* ---- strings */

static void put(struct json_scan *s, const char *bytes, size_t size)
{
	size = min_size(size, s->room);
	s->room = buf_append(&s->text, bytes, size) == 0 ? s->room - size : 0;
}

static void put_scalar(struct json_scan *s, unsigned scalar)
{
	char bytes[4];
	put(s, bytes, utf8_encode(scalar, bytes));
}

/* A high surrogate without its low one. */
static void put_widow(struct json_scan *s)
{
	if (s->high != 0) {
		s->high = 0;
		put_scalar(s, 0xfffd);
	}
}

static void begin_string(struct json_scan *s, enum json_token token)
{
	s->within = JSON_SCAN_IN_STRING;
	s->token = token;
	s->room = token == JSON_NAME ? JSON_SCAN_NAME_BYTES : s->keep;
	s->keep = 0;
	buf_clear(&s->text);
}

static void end_string(struct json_scan *s)
{
	put_widow(s);
	s->within = JSON_SCAN_BETWEEN;
	if (s->token == JSON_NAME) {
		s->keep = 0;
	}
	s->on_token(s->token, buf_str(&s->text), s->data);
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static const char *read_string(struct json_scan *s, const char *at, const char *end)
{
	const char *p = at;
	while (p < end && is_plain(*p)) {
		p++;
	}
	if (p > at) {
		put_widow(s);
		put(s, at, (size_t)(p - at));
	}
	if (p == end) {
		return p;
	}
	if (*p == '\\') {
		s->within = JSON_SCAN_IN_ESCAPE;
		return p + 1;
	}
	if (*p != '"') {
		return fail(s, p, "control character in a string");
	}
	end_string(s);
	return p + 1;
}

static const char *read_escape(struct json_scan *s, const char *at)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *found = *at != '\0' ? strchr(letters, *at) : NULL;
	if (*at == 'u') {
		s->within = JSON_SCAN_IN_HEX;
		s->hex = s->hex_digits = 0;
		return at + 1;
	}
	if (found == NULL) {
		return fail(s, at, "invalid escape in a string");
	}
	put_widow(s);
	put(s, &meanings[found - letters], 1);
	s->within = JSON_SCAN_IN_STRING;
	return at + 1;
}

static void end_hex(struct json_scan *s)
{
	unsigned c = s->hex;
	s->within = JSON_SCAN_IN_STRING;
	if (s->high != 0 && c >= 0xdc00 && c <= 0xdfff) {
		c = 0x10000 + ((s->high - 0xd800) << 10) + (c - 0xdc00);
		s->high = 0;
		put_scalar(s, c);
		return;
	}
	put_widow(s);
	if (c >= 0xd800 && c <= 0xdbff) {
		s->high = c;
	} else {
		put_scalar(s, c >= 0xdc00 && c <= 0xdfff ? 0xfffd : c);
	}
}

static const char *read_hex(struct json_scan *s, const char *at)
{
	int digit = str_hex_digit(*at);
	if (digit < 0) {
		return fail(s, at, "invalid escape in a string");
	}
	s->hex = s->hex * 16 + (unsigned)digit;
	if (++s->hex_digits == 4) {
		end_hex(s);
	}
	return at + 1;
}

/* ---- words and numbers */

static const char *read_word(struct json_scan *s, const char *at)
{
	if (*at != *s->word) {
		s->back = s->word_read; // the error is at its first letter
		return fail(s, at, "a value is expected here");
	}
	s->word_read++;
	if (*++s->word == '\0') {
		s->within = JSON_SCAN_BETWEEN;
		tell(s, s->token);
	}
	return at + 1;
}

enum {
	NUMBER_MINUS,
	NUMBER_ZERO,
	NUMBER_INTEGER,
	NUMBER_POINT,
	NUMBER_FRACTION,
	NUMBER_E,
	NUMBER_SIGN,
	NUMBER_EXPONENT,
	NUMBER_STATES,
	NUMBER_OVER = NUMBER_STATES, // the byte is not part of it
};

/* After each state: what a '0', another digit, a point, an e and a sign lead to. */
static unsigned next_in_number(unsigned state, char c)
{
	enum { ZERO, DIGIT, POINT, E, SIGN, KINDS };
#define _ NUMBER_OVER
	static const unsigned char table[NUMBER_STATES][KINDS] = {
		[NUMBER_MINUS] = {NUMBER_ZERO, NUMBER_INTEGER, _, _, _},
		[NUMBER_ZERO] = {_, _, NUMBER_POINT, NUMBER_E, _},
		[NUMBER_INTEGER] = {NUMBER_INTEGER, NUMBER_INTEGER, NUMBER_POINT, NUMBER_E, _},
		[NUMBER_POINT] = {NUMBER_FRACTION, NUMBER_FRACTION, _, _, _},
		[NUMBER_FRACTION] = {NUMBER_FRACTION, NUMBER_FRACTION, _, NUMBER_E, _},
		[NUMBER_E] = {NUMBER_EXPONENT, NUMBER_EXPONENT, _, _, NUMBER_SIGN},
		[NUMBER_SIGN] = {NUMBER_EXPONENT, NUMBER_EXPONENT, _, _, _},
		[NUMBER_EXPONENT] = {NUMBER_EXPONENT, NUMBER_EXPONENT, _, _, _},
	};
#undef _
	switch (c) {
	case '0': return table[state][ZERO];
	case '.': return table[state][POINT];
	case 'e':
	case 'E': return table[state][E];
	case '+':
	case '-': return table[state][SIGN];
	default: return c >= '1' && c <= '9' ? table[state][DIGIT] : NUMBER_OVER;
	}
}

static bool may_end_in(unsigned number)
{
	return number == NUMBER_ZERO || number == NUMBER_INTEGER || number == NUMBER_FRACTION ||
	       number == NUMBER_EXPONENT;
}

static const char *read_number(struct json_scan *s, const char *at)
{
	unsigned next = next_in_number(s->number, *at);
	if (next != NUMBER_OVER) {
		s->number = next;
		return at + 1;
	}
	if (!may_end_in(s->number)) {
		return fail(s, at, "invalid number");
	}
	s->within = JSON_SCAN_BETWEEN;
	tell(s, JSON_NUMBER);
	return at;
}

/* ---- structure */

static bool in_object(const struct json_scan *s)
{
	size_t level = s->depth - 1;
	return s->depth > 0 && (s->objects[level / 64] >> (level % 64) & 1) != 0;
}

static void expect_after_value(struct json_scan *s)
{
	s->expect = s->depth > 0 ? JSON_SCAN_COMMA : JSON_SCAN_NOTHING;
}

static const char *open_container(struct json_scan *s, const char *at)
{
	bool object = *at == '{';
	if (s->depth == s->max_depth) {
		return fail(s, at, "nested too deeply");
	}
	uint64_t bit = (uint64_t)1 << (s->depth % 64), *word = &s->objects[s->depth / 64];
	*word = object ? *word | bit : *word & ~bit;
	s->depth++;
	s->expect = object ? JSON_SCAN_FIRST_NAME : JSON_SCAN_FIRST_VALUE;
	tell(s, object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN);
	return at + 1;
}

static const char *close_container(struct json_scan *s, const char *at)
{
	enum json_token token = in_object(s) ? JSON_OBJECT_END : JSON_ARRAY_END;
	s->depth--;
	expect_after_value(s);
	tell(s, token);
	return at + 1;
}

static const char *begin_word(
	struct json_scan *s, const char *at, const char *word, enum json_token token)
{
	s->within = JSON_SCAN_IN_WORD;
	s->word = word + 1;
	s->word_read = 1;
	s->token = token;
	return at + 1;
}

static const char *begin_value(struct json_scan *s, const char *at)
{
	if (*at == '{' || *at == '[') {
		return open_container(s, at);
	}
	expect_after_value(s);
	switch (*at) {
	case '"': begin_string(s, JSON_STRING); return at + 1;
	case 't': return begin_word(s, at, "true", JSON_TRUE);
	case 'f': return begin_word(s, at, "false", JSON_FALSE);
	case 'n': return begin_word(s, at, "null", JSON_NULL);
	default: break;
	}
	s->within = JSON_SCAN_IN_NUMBER;
	s->number = *at == '-' ? NUMBER_MINUS : next_in_number(NUMBER_MINUS, *at);
	return s->number != NUMBER_OVER ? at + 1 : fail(s, at, "a value is expected here");
}

static const char *begin_name(struct json_scan *s, const char *at)
{
	if (*at != '"') {
		return fail(s, at, "a name in quotes is expected here");
	}
	begin_string(s, JSON_NAME);
	s->expect = JSON_SCAN_COLON;
	return at + 1;
}

static const char *read_comma(struct json_scan *s, const char *at)
{
	bool object = in_object(s);
	if (*at == (object ? '}' : ']')) {
		return close_container(s, at);
	}
	if (*at == ',') {
		s->expect = object ? JSON_SCAN_NAME : JSON_SCAN_VALUE;
		return at + 1;
	}
	return fail(s, at,
		object ? "a comma or '}' is expected here" : "a comma or ']' is expected here");
}

static const char *read_colon(struct json_scan *s, const char *at)
{
	if (*at != ':') {
		return fail(s, at, "a colon is expected here");
	}
	s->expect = JSON_SCAN_VALUE;
	return at + 1;
}

static const char *read_between(struct json_scan *s, const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
		at++;
	}
	if (at == end) {
		return at;
	}
	switch (s->expect) {
	case JSON_SCAN_COLON: return read_colon(s, at);
	case JSON_SCAN_COMMA: return read_comma(s, at);
	case JSON_SCAN_NAME: return begin_name(s, at);
	case JSON_SCAN_FIRST_NAME: return *at == '}' ? close_container(s, at) : begin_name(s, at);
	case JSON_SCAN_VALUE: return begin_value(s, at);
	case JSON_SCAN_FIRST_VALUE: return *at == ']' ? close_container(s, at) : begin_value(s, at);
	case JSON_SCAN_NOTHING: break;
	}
	return fail(s, at, "something follows the value");
}

static const char *read_mark(struct json_scan *s, const char *at)
{
	static const char mark[] = "\xef\xbb\xbf";
	if (*at == mark[s->mark]) {
		s->within = ++s->mark == sizeof(mark) - 1 ? JSON_SCAN_BETWEEN : JSON_SCAN_IN_MARK;
		return at + 1;
	}
	s->within = JSON_SCAN_BETWEEN;
	return s->mark == 0 ? at : fail(s, at, "a value is expected here");
}

static const char *read_some(struct json_scan *s, const char *at, const char *end)
{
	switch (s->within) {
	case JSON_SCAN_IN_MARK: return read_mark(s, at);
	case JSON_SCAN_BETWEEN: return read_between(s, at, end);
	case JSON_SCAN_IN_STRING: return read_string(s, at, end);
	case JSON_SCAN_IN_ESCAPE: return read_escape(s, at);
	case JSON_SCAN_IN_HEX: return read_hex(s, at);
	case JSON_SCAN_IN_WORD: return read_word(s, at);
	case JSON_SCAN_IN_NUMBER: break;
	}
	return read_number(s, at);
}

bool json_scan_feed(struct json_scan *s, struct str piece)
{
	const char *at = piece.data;
	size_t left = piece.size;
	while (left > 0 && s->error == NULL) {
		const char *next = read_some(s, at, at + left);
		left -= (size_t)(next - at);
		at = next;
	}
	s->offset += piece.size - left - s->back;
	s->back = 0;
	return s->error == NULL;
}

bool json_scan_is_whole(const struct json_scan *s)
{
	return s->error == NULL && s->within == JSON_SCAN_BETWEEN && s->expect == JSON_SCAN_NOTHING;
}

bool json_scan_end(struct json_scan *s)
{
	if (s->error != NULL) {
		return false;
	}
	if (s->within == JSON_SCAN_IN_NUMBER) {
		(void)read_number(s, " "); // a blank ends it
	}
	if (s->error == NULL && !json_scan_is_whole(s)) {
		s->error = "the text ends too early";
	}
	return s->error == NULL;
}
