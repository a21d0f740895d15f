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

/* "7:05" or "07:05", 0:00 to 23:59; -1 if it is none. */
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
