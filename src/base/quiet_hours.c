#include "base/quiet_hours.h"

#include <stdint.h>
#include <string.h>

enum { HOURS = 24, MINUTES = 60 };

/* "7:05" or "07:05", 0:00 to 23:59; -1 if it is none. */
static int read_time(struct str text)
{
	const char *colon = text.size > 0 ? memchr(text.data, ':', text.size) : NULL;
	int64_t hour, minute;
	if (colon == NULL) {
		return -1;
	}
	struct str head = {text.data, (size_t)(colon - text.data)};
	struct str tail = str_skip(text, head.size + 1);
	bool is_time = head.size <= 2 && tail.size == 2 && str_to_int64(head, &hour) &&
		       str_to_int64(tail, &minute) && hour >= 0 && hour < HOURS && minute >= 0 &&
		       minute < MINUTES;
	return is_time ? (int)(hour * MINUTES + minute) : -1;
}

bool quiet_hours_read(struct str text, struct quiet_hours *ret)
{
	const char *dash = text.size > 0 ? memchr(text.data, '-', text.size) : NULL;
	if (dash == NULL) {
		return false;
	}
	struct str head = {text.data, (size_t)(dash - text.data)};
	int from = read_time(str_trim(head));
	int to = read_time(str_trim(str_skip(text, head.size + 1)));
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
