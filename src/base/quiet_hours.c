#include "base/quiet_hours.h"

#include <stdint.h>

enum { HOURS = 24, MINUTES = 60 };

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

bool quiet_hours_read(struct str text, struct quiet_hours *ret)
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

bool quiet_hours_hold(const struct quiet_hours *hours, int minute)
{
	if (hours->from <= hours->to) {
		return minute >= hours->from && minute < hours->to;
	}
	return minute >= hours->from || minute < hours->to;
}
