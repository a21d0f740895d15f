#include "board/board_value.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"

enum { NUMBER_BYTES = 1024 }; // of its JSON

/* ---- types of plain scalars */

static size_t count_digits(struct str s, int base)
{
	size_t n = 0;
	while (n < s.size && str_hex_digit(s.data[n]) >= 0 && str_hex_digit(s.data[n]) < base) {
		n++;
	}
	return n;
}

static struct str skip_sign(struct str s)
{
	return s.size > 0 && (s.data[0] == '-' || s.data[0] == '+') ? str_skip(s, 1) : s;
}

/* The base by the prefix, "0x" or "0o"; 0: neither. */
static int base_of(struct str s)
{
	return str_starts_with(s, STR("0x")) ? 16 : str_starts_with(s, STR("0o")) ? 8 : 0;
}

/* An integer; *ret_digits: how many digits, at least one. */
static bool is_whole(struct str text, size_t *ret_digits)
{
	int base = base_of(text);
	struct str digits = base != 0 ? str_skip(text, 2) : skip_sign(text);
	*ret_digits = count_digits(digits, base != 0 ? base : 10);
	return *ret_digits > 0 && *ret_digits == digits.size;
}

static bool is_exponent(struct str s)
{
	if (s.size == 0 || (s.data[0] != 'e' && s.data[0] != 'E')) {
		return false;
	}
	struct str digits = skip_sign(str_skip(s, 1));
	return digits.size > 0 && count_digits(digits, 10) == digits.size;
}

/* A float that a double can hold. */
static bool is_decimal(struct str text)
{
	struct str rest = skip_sign(text);
	size_t whole = count_digits(rest, 10), fraction = 0;
	double value;
	rest = str_skip(rest, whole);
	if (rest.size > 0 && rest.data[0] == '.') {
		rest = str_skip(rest, 1);
		fraction = count_digits(rest, 10);
		rest = str_skip(rest, fraction);
	}
	return whole + fraction > 0 && (rest.size == 0 || is_exponent(rest)) &&
	       str_to_double(skip_sign(text), &value);
}

static bool is_word(struct str text, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (str_equal(text, str_from(*words))) {
			return true;
		}
	}
	return false;
}

static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
static const char *const trues[] = {"true", "True", "TRUE", NULL};
static const char *const falses[] = {"false", "False", "FALSE", NULL};

enum { WORD_BYTES = 5 }; // of the longest

static enum board_kind word_kind(struct str text)
{
	if (is_word(text, nulls)) {
		return BOARD_NULL;
	}
	return is_word(text, trues) || is_word(text, falses) ? BOARD_BOOL : BOARD_TEXT;
}

enum board_kind board_plain_kind(struct str text)
{
	size_t digits;
	bool is_number = text.size > 0 && text.data[0] >= '+' && text.data[0] <= '9';
	if (!is_number) { // most plain scalars are words, and most of those text
		return text.size <= WORD_BYTES ? word_kind(text) : BOARD_TEXT;
	}
	if (is_whole(text, &digits)) {
		return digits <= BOARD_WHOLE_DIGITS ? BOARD_NUMBER : BOARD_TEXT;
	}
	return is_decimal(text) ? BOARD_NUMBER : BOARD_TEXT;
}

/* ---- lookups */

const struct board_value *board_value_find(const struct board_value *value, struct str key)
{
	for (size_t i = 0; value->kind == BOARD_MAP && i < value->count; i++) {
		if (str_equal(value->members[i].key, key)) {
			return value->members[i].value;
		}
	}
	return NULL;
}

bool board_value_is_scalar(const struct board_value *value)
{
	return value->kind < BOARD_LIST;
}

/* ---- as JSON */

/* Digits without leading zeros, at least one. */
static struct str without_zeros(struct str digits)
{
	while (digits.size > 1 && digits.data[0] == '0') {
		digits = str_skip(digits, 1);
	}
	return digits.size > 0 ? digits : STR("0");
}

static void append_number(struct buf *out, struct str text)
{
	int base = base_of(text);
	if (base != 0) {
		char digits[BOARD_WHOLE_DIGITS + 1] = "";
		for (size_t i = 2; i < text.size; i++) {
			digits[i - 2] = text.data[i];
		}
		buf_printf(out, "%llu", strtoull(digits, NULL, base));
		return;
	}
	struct str rest = skip_sign(text);
	struct str whole = str_first(rest, count_digits(rest, 10));
	if (text.data[0] == '-') {
		buf_append_char(out, '-');
	}
	buf_append_str(out, without_zeros(whole));
	rest = str_skip(rest, whole.size);
	if (rest.size > 0 && rest.data[0] == '.') {
		rest = str_skip(rest, 1);
		struct str fraction = str_first(rest, count_digits(rest, 10));
		buf_append_char(out, '.');
		buf_append_str(out, fraction.size > 0 ? fraction : STR("0"));
		rest = str_skip(rest, fraction.size);
	}
	buf_append_str(out, rest);
}

static void write_number(struct json_writer *j, struct str text)
{
	struct buf number;
	buf_init(&number, text.size + NUMBER_BYTES);
	append_number(&number, text);
	json_raw(j, buf_str(&number));
	buf_finish(&number);
}

/* A key from a file, not one of ours: needs escaping. */
static void write_key(struct json_writer *j, struct str key)
{
	json_str(j, key);
	buf_append_char(j->out, ':');
	j->comma = false;
}

void board_member_write(struct json_writer *j, struct str key, const struct board_value *value)
{
	write_key(j, key);
	board_value_write(j, value);
}

// NOLINTNEXTLINE(misc-no-recursion): no deeper than a document may be
void board_value_write(struct json_writer *j, const struct board_value *value)
{
	switch (value->kind) {
	case BOARD_NULL: json_null(j); break;
	case BOARD_BOOL: json_bool(j, is_word(value->text, trues)); break;
	case BOARD_NUMBER: write_number(j, value->text); break;
	case BOARD_TEXT: json_str(j, value->text); break;
	case BOARD_LIST:
		json_array_begin(j);
		for (size_t i = 0; i < value->count && !j->out->overflowed; i++) {
			board_value_write(j, value->items[i]);
		}
		json_array_end(j);
		break;
	case BOARD_MAP:
		json_object_begin(j);
		for (size_t i = 0; i < value->count && !j->out->overflowed; i++) {
			write_key(j, value->members[i].key);
			board_value_write(j, value->members[i].value);
		}
		json_object_end(j);
		break;
	}
}
