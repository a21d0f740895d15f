#include "base/json_number.h"

#include <stdio.h>

#include "base/number.h"

enum { SIGNIFICANT_DIGITS = 40 };

static const int64_t max_exponent = 1000000000000000; // beyond any body's length in digits

/* A number taken apart. */
struct parts {
	bool negative;
	struct str whole, fraction; // digits before and after the dot
	int64_t exponent;           // as written, cut to +-max_exponent
};

static struct str take_digits(struct str *s)
{
	size_t n = 0;
	while (n < s->size && s->data[n] >= '0' && s->data[n] <= '9') {
		n++;
	}
	struct str digits = {s->data, n};
	*s = str_skip(*s, n);
	return digits;
}

static bool take_char(struct str *s, char c)
{
	if (s->size == 0 || s->data[0] != c) {
		return false;
	}
	*s = str_skip(*s, 1);
	return true;
}

static bool take_exponent(struct str *s, int64_t *ret)
{
	bool negative = take_char(s, '-');
	if (!negative) {
		take_char(s, '+');
	}
	struct str digits = take_digits(s);
	int64_t value = 0;
	for (size_t i = 0; i < digits.size && value < max_exponent; i++) {
		value = value * 10 + (digits.data[i] - '0');
	}
	value = min_int64(value, max_exponent);
	*ret = negative ? -value : value;
	return digits.size > 0;
}

static bool take_apart(struct str s, struct parts *ret)
{
	struct parts p = {.negative = take_char(&s, '-')};
	p.whole = take_digits(&s);
	if (p.whole.size == 0 || (p.whole.size > 1 && p.whole.data[0] == '0')) {
		return false;
	}
	if (take_char(&s, '.')) {
		p.fraction = take_digits(&s);
		if (p.fraction.size == 0) {
			return false;
		}
	}
	if ((take_char(&s, 'e') || take_char(&s, 'E')) && !take_exponent(&s, &p.exponent)) {
		return false;
	}
	*ret = p;
	return s.size == 0;
}

static unsigned digit_at(const struct parts *p, size_t i)
{
	char c = i < p->whole.size ? p->whole.data[i] : p->fraction.data[i - p->whole.size];
	return (unsigned)(c - '0');
}

/* The magnitude, if it is whole and at most limit. */
static bool whole_value(const struct parts *p, uint64_t limit, uint64_t *ret)
{
	size_t count = p->whole.size + p->fraction.size;
	int64_t left = (int64_t)p->whole.size + p->exponent; // digits still before the moved point
	uint64_t value = 0;
	for (size_t i = 0; i < count; i++, left--) {
		unsigned digit = digit_at(p, i);
		if (left <= 0) {
			if (digit != 0) {
				return false;
			}
		} else if (digit > limit || value > (limit - digit) / 10) {
			return false;
		} else {
			value = value * 10 + digit;
		}
	}
	for (; left > 0 && value != 0; left--) {
		if (value > limit / 10) {
			return false;
		}
		value *= 10;
	}
	*ret = value;
	return true;
}

/* Most integers: up to 19 digits and nothing else. */
static bool short_integer(struct str text, uint64_t *ret)
{
	if (text.size == 0 || text.size > 19 || (text.data[0] == '0' && text.size > 1)) {
		return false;
	}
	uint64_t value = 0;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
		if (digit > 9) {
			return false;
		}
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

bool json_to_int64(struct str text, int64_t *ret)
{
	struct parts p;
	uint64_t value;
	if (short_integer(text, &value) && value <= INT64_MAX) {
		*ret = (int64_t)value;
		return true;
	}
	if (!take_apart(text, &p) ||
		!whole_value(&p, (uint64_t)INT64_MAX + (p.negative ? 1 : 0), &value)) {
		return false;
	}
	*ret = p.negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool json_to_uint64(struct str text, uint64_t *ret)
{
	struct parts p;
	return short_integer(text, ret) ||
	       (take_apart(text, &p) && whole_value(&p, p.negative ? 0 : UINT64_MAX, ret));
}

/* Up to 15 digits and a power of ten up to 22 are exact in a double, so
 * one operation rounds once. */
static bool short_double(const struct parts *p, double *ret)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	size_t count = p->whole.size + p->fraction.size;
	int64_t exponent = p->exponent - (int64_t)p->fraction.size;
	if (count > 15 || exponent < -22 || exponent > 22) {
		return false;
	}
	uint64_t digits = 0;
	for (size_t i = 0; i < count; i++) {
		digits = digits * 10 + digit_at(p, i);
	}
	double value = exponent < 0 ? (double)digits / powers[-exponent]
				    : (double)digits * powers[exponent];
	*ret = p->negative ? -value : value;
	return true;
}

/* The same number with few enough digits for str_to_double(). */
static bool long_double(const struct parts *p, double *ret)
{
	char text[SIGNIFICANT_DIGITS + 23]; // what str_to_double() takes
	size_t count = p->whole.size + p->fraction.size;
	size_t first = 0;
	while (first < count && digit_at(p, first) == 0) {
		first++;
	}
	size_t size = 0;
	text[size++] = p->negative ? '-' : '0';
	size_t taken = 0;
	for (; taken < SIGNIFICANT_DIGITS && first + taken < count; taken++) {
		text[size++] = (char)('0' + digit_at(p, first + taken));
	}
	if (taken == 0) {
		text[size++] = '0';
	}
	int64_t exponent = (int64_t)p->whole.size + p->exponent - (int64_t)(first + taken);
	int wrote = snprintf(text + size, sizeof(text) - size, "e%lld", (long long)exponent);
	return str_to_double((struct str){text, size + (size_t)wrote}, ret);
}

bool json_to_double(struct str text, double *ret)
{
	struct parts p;
	return take_apart(text, &p) && (short_double(&p, ret) || long_double(&p, ret));
}
