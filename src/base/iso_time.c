#include "base/iso_time.h"

#include <math.h>
#include <time.h>

#include "base/json_number.h"
#include "base/mem.h"

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

#define LAST_MS INT64_C(253402300799999) // of the year 9999

/* ---- text */

/* Cuts count digits from the front of *s. */
static bool take_digits(struct str *s, size_t count, int *ret)
{
	int value = 0;
	if (s->size < count) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (s->data[i] < '0' || s->data[i] > '9') {
			return false;
		}
		value = value * 10 + (s->data[i] - '0');
	}
	*s = str_skip(*s, count);
	*ret = value;
	return true;
}

static bool take_char(struct str *s, const char *any)
{
	for (; s->size > 0 && *any != '\0'; any++) {
		if (s->data[0] == *any) {
			*s = str_skip(*s, 1);
			return true;
		}
	}
	return false;
}

static bool is_digit_next(struct str s)
{
	return s.size > 0 && s.data[0] >= '0' && s.data[0] <= '9';
}

/* Digits as a fraction of a second; those after the third are ignored. */
static bool take_fraction(struct str *s, int *ret_ms)
{
	int ms = 0, weight = 100;
	if (!is_digit_next(*s)) {
		return false;
	}
	for (; is_digit_next(*s); *s = str_skip(*s, 1)) {
		ms += (s->data[0] - '0') * weight;
		weight /= 10;
	}
	*ret_ms = ms;
	return true;
}

static bool is_day(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < 1 || month < 1 || month > 12 || day < 1) {
		return false;
	}
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

static bool take_date(struct str *s, struct tm *t)
{
	int year, month, day;
	if (!take_digits(s, 4, &year) || !take_char(s, "-") || !take_digits(s, 2, &month) ||
		!take_char(s, "-") || !take_digits(s, 2, &day) || !is_day(year, month, day)) {
		return false;
	}
	t->tm_year = year - 1900;
	t->tm_mon = month - 1;
	t->tm_mday = day;
	return true;
}

static bool take_clock(struct str *s, struct tm *t, int *ret_ms)
{
	if (!take_digits(s, 2, &t->tm_hour) || !take_char(s, ":") ||
		!take_digits(s, 2, &t->tm_min)) {
		return false;
	}
	if (take_char(s, ":") && (!take_digits(s, 2, &t->tm_sec) ||
					 (take_char(s, ".,") && !take_fraction(s, ret_ms)))) {
		return false;
	}
	return t->tm_hour < 24 && t->tm_min < 60 && t->tm_sec < 60;
}

/* The offset from UTC, in seconds; *ret_local: none was given. */
static bool take_zone(struct str *s, int *ret_s, bool *ret_local)
{
	int hours = 0, minutes = 0;
	*ret_local = s->size == 0;
	*ret_s = 0;
	if (*ret_local || take_char(s, "Zz")) {
		return true;
	}
	int sign = s->data[0] == '-' ? -1 : 1;
	if (!take_char(s, "+-") || !take_digits(s, 2, &hours)) {
		return false;
	}
	bool has_colon = take_char(s, ":");
	if ((has_colon || s->size > 0) && !take_digits(s, 2, &minutes)) {
		return false;
	}
	*ret_s = sign * (hours * HOUR_S + minutes * MINUTE_S);
	return hours < 24 && minutes < 60;
}

bool iso_time_read(struct str text, int64_t *ret)
{
	struct tm t = {.tm_isdst = -1};
	int ms = 0, offset_s = 0;
	bool is_local;
	if (!take_date(&text, &t) || !take_char(&text, "T ") || !take_clock(&text, &t, &ms) ||
		!take_zone(&text, &offset_s, &is_local) || text.size > 0) {
		return false;
	}
	int64_t seconds = is_local ? (int64_t)mktime(&t) : (int64_t)timegm(&t) - offset_s;
	*ret = seconds * 1000 + ms;
	return true;
}

/* ---- numbers */

bool iso_time_read_number(struct str text, int64_t *ret)
{
	static const struct {
		double from, per_ms;
	} units[] = {{1e17, 1e6}, {1e14, 1e3}, {1e11, 1}, {-HUGE_VAL, 1e-3}};
	double value;
	if (!json_to_double(text, &value)) {
		return false;
	}
	size_t unit = 0;
	while (value < units[unit].from) {
		unit++;
	}
	double ms = round(value / units[unit].per_ms);
	if (ms > (double)LAST_MS || ms < -(double)LAST_MS) {
		return false;
	}
	*ret = (int64_t)ms;
	return true;
}
