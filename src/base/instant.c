#include "base/instant.h"

#include <time.h>

#include "base/buf.h"

enum { HOURS = 24, MINUTES = 60 };

static int64_t read_ms(clockid_t clock)
{
	struct timespec t;
	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / MS_NS;
}

struct instant instant_now(void)
{
	return instant_at((uint64_t)read_ms(CLOCK_MONOTONIC));
}

struct instant instant_at(uint64_t mono_ms)
{
	return (struct instant){.mono_ms = (int64_t)mono_ms, .wall_ms = read_ms(CLOCK_REALTIME)};
}

/* ---- as people write it */

void instant_append_duration(struct buf *out, int64_t ms)
{
	long long seconds = ms > 0 ? ms / 1000 : 0;
	long long minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
	if (minutes == 0) {
		buf_printf(out, "%lld s", seconds);
	} else if (hours == 0) {
		buf_printf(out, "%lld min", minutes);
	} else if (days == 0 && minutes % 60 == 0) {
		buf_printf(out, "%lld h", hours);
	} else if (days == 0) {
		buf_printf(out, "%lld h %lld min", hours, minutes % 60);
	} else if (hours % 24 == 0) {
		buf_printf(out, "%lld d", days);
	} else {
		buf_printf(out, "%lld d %lld h", days, hours % 24);
	}
}

void instant_append_utc(struct buf *out, int64_t wall_ms)
{
	struct tm t = {0};
	int64_t ms = (wall_ms % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((wall_ms - ms) / 1000);
	(void)gmtime_r(&seconds, &t);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1,
		t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)ms);
}

/* "7:05" or "07:05", 0:00 to 23:59; -1 for anything else. */
static int read_time(struct str text)
{
	struct str head, tail;
	int64_t hour, minute;
	bool is_time = str_split(text, ':', &head, &tail) && head.size <= 2 && tail.size == 2 &&
		       str_to_int64(head, &hour) && str_to_int64(tail, &minute) && hour >= 0 &&
		       hour < HOURS && minute >= 0 && minute < MINUTES;
	return is_time ? (int)(hour * MINUTES + minute) : -1;
}

bool instant_read_hours(struct str text, struct quiet_hours *ret)
{
	struct str first, last;
	if (!str_split(text, '-', &first, &last)) {
		return false;
	}
	int from = read_time(str_trim(first));
	int to = read_time(str_trim(last));
	if (from < 0 || to < 0) {
		return false;
	}
	*ret = (struct quiet_hours){from, to};
	return true;
}

bool instant_in_hours(const struct quiet_hours *hours, int minute)
{
	if (hours->from <= hours->to) {
		return minute >= hours->from && minute < hours->to;
	}
	return minute >= hours->from || minute < hours->to;
}

/* ---- as programs write it */

static bool read_digits(struct str text, int64_t *ret)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9') {
			return false;
		}
	}
	return str_to_int64(text, ret);
}

bool instant_read_date(struct str date, int64_t *ret_day)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t year, month, day;
	bool is_date = date.size == 10 && date.data[4] == '-' && date.data[7] == '-' &&
		       read_digits((struct str){date.data, 4}, &year) &&
		       read_digits((struct str){date.data + 5, 2}, &month) &&
		       read_digits((struct str){date.data + 8, 2}, &day);
	if (!is_date || year < 2000 || year > 2099 || month < 1 || month > 12) {
		return false;
	}
	bool leap = year % 4 == 0; // of every year from 2000 to 2099
	if (day < 1 || day > lengths[month - 1] + (leap && month == 2)) {
		return false;
	}
	int64_t days = 10957 + (year - 2000) * 365 + (year - 2000 + 3) / 4; // 2000-01-01 is 10957
	for (int64_t m = 1; m < month; m++) {
		days += lengths[m - 1] + (leap && m == 2);
	}
	*ret_day = days + day - 1;
	return true;
}

/* "10:00:00" or "01:30", in seconds. */
static bool read_clock(struct str text, int64_t *ret_s)
{
	int64_t hour, minute, second = 0;
	bool has_seconds = text.size == 8;
	bool is_clock = (text.size == 5 || (has_seconds && text.data[5] == ':')) &&
			text.data[2] == ':' && read_digits((struct str){text.data, 2}, &hour) &&
			read_digits((struct str){text.data + 3, 2}, &minute) &&
			(!has_seconds || read_digits(str_skip(text, 6), &second));
	if (!is_clock || hour >= HOURS || minute >= MINUTES || second > 60) { // a leap second
		return false;
	}
	*ret_s = (hour * MINUTES + minute) * 60 + second;
	return true;
}

/* ".123", cut from the front of *text, in nanoseconds; 0 if there is none. */
static bool read_fraction(struct str *text, int64_t *ret_ns)
{
	enum { DIGITS = 9 };
	*ret_ns = 0;
	if (text->size == 0 || text->data[0] != '.') {
		return true;
	}
	size_t size = 1;
	for (; size < text->size && text->data[size] >= '0' && text->data[size] <= '9'; size++) {
		*ret_ns = size <= DIGITS ? *ret_ns * 10 + (text->data[size] - '0') : *ret_ns;
	}
	for (size_t i = size; i <= DIGITS; i++) {
		*ret_ns *= 10;
	}
	*text = str_skip(*text, size);
	return size > 1;
}

/* "Z" or "+01:30", in seconds. */
static bool read_offset(struct str text, int64_t *ret_s)
{
	*ret_s = 0;
	if (text.size == 1 && (text.data[0] == 'Z' || text.data[0] == 'z')) {
		return true;
	}
	bool is_offset = text.size == 6 && (text.data[0] == '+' || text.data[0] == '-') &&
			 read_clock(str_skip(text, 1), ret_s);
	*ret_s = text.size > 0 && text.data[0] == '-' ? -*ret_s : *ret_s;
	return is_offset;
}

bool instant_read_timestamp(struct str text, int64_t *ret_ns)
{
	static const int64_t day_s = 86400, second_ns = 1000 * MS_NS;
	int64_t day, second, fraction_ns, offset_s;
	if (text.size < sizeof("2026-03-09T10:00:00") - 1 ||
		(text.data[10] != 'T' && text.data[10] != 't')) {
		return false;
	}
	struct str rest = str_skip(text, sizeof("2026-03-09T10:00:00") - 1);
	bool is_time = instant_read_date(str_first(text, 10), &day) &&
		       read_clock(str_first(str_skip(text, 11), 8), &second) &&
		       read_fraction(&rest, &fraction_ns) && read_offset(rest, &offset_s);
	if (!is_time) {
		return false;
	}
	*ret_ns = (day * day_s + second - offset_s) * second_ns + fraction_ns;
	return true;
}
