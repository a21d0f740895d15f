#include "base/local_day.h"

#include <time.h>

#include "base/buf.h"

static int64_t number_of(const struct tm *t)
{
	return ((int64_t)t->tm_year + 1900) * 10000 + (t->tm_mon + 1) * 100 + t->tm_mday;
}

int64_t local_day_of(int64_t wall_ms)
{
	struct tm t;
	time_t seconds = (time_t)(wall_ms / 1000);
	return localtime_r(&seconds, &t) != NULL ? number_of(&t) : 0;
}

/* mktime() finds that day's offset, and normalizes days and months out of range. */
static struct tm date_of(int64_t day, int more_days)
{
	struct tm t = {
		.tm_year = (int)(day / 10000) - 1900,
		.tm_mon = (int)(day / 100 % 100) - 1,
		.tm_mday = (int)(day % 100) + more_days,
		.tm_isdst = -1,
	};
	return t;
}

int64_t local_day_begin_ms(int64_t day)
{
	struct tm t = date_of(day, 0);
	return (int64_t)mktime(&t) * 1000;
}

int64_t local_day_plus(int64_t day, int days)
{
	struct tm t = date_of(day, days);
	t.tm_hour = 12; // exists on days of 23 and 25 hours, too
	return mktime(&t) != (time_t)-1 ? number_of(&t) : day;
}

static bool is_date(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		bool is_dash = i == 4 || i == 7;
		if (is_dash ? text.data[i] != '-' : text.data[i] < '0' || text.data[i] > '9') {
			return false;
		}
	}
	return text.size == 10;
}

bool local_day_read(struct str text, int64_t now_ms, int64_t *ret)
{
	if (str_equal(text, STR("today")) || str_equal(text, STR("yesterday"))) {
		*ret = local_day_plus(local_day_of(now_ms), text.size == 5 ? 0 : -1);
		return true;
	}
	if (!is_date(text)) {
		return false;
	}
	int64_t day = 0;
	for (size_t i = 0; i < text.size; i++) {
		day = text.data[i] == '-' ? day : day * 10 + text.data[i] - '0';
	}
	/* not a date if mktime() turns it into another one */
	if (day < 19700102 || local_day_plus(day, 0) != day) {
		return false;
	}
	*ret = day;
	return true;
}

void local_day_append(struct buf *out, int64_t day)
{
	buf_printf(out, "%04d-%02d-%02d", (int)(day / 10000), (int)(day / 100 % 100),
		(int)(day % 100));
}
