#include "store/store_day.h"

#include <time.h>

/* Time zone offsets are multiples of it, so no day starts within one. */
static const int64_t slot_ms = INT64_C(15) * 60 * 1000;

int64_t store_day(int64_t wall_ms)
{
	static int64_t last_slot = -1, last_day;
	int64_t slot = wall_ms / slot_ms;
	if (slot == last_slot) {
		return last_day;
	}
	tzset(); // localtime_r() may miss a change of the zone
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm local;
	if (localtime_r(&seconds, &local) == NULL) {
		return 19700101;
	}
	last_slot = slot;
	last_day = (local.tm_year + INT64_C(1900)) * 10000 + (local.tm_mon + 1) * 100 +
		   local.tm_mday;
	return last_day;
}

int64_t store_believed_ms(int64_t told_ms, int64_t now_ms)
{
	static const int64_t year_2020_ms = INT64_C(1577836800000), day_ms = INT64_C(86400000);
	return told_ms < year_2020_ms || told_ms > now_ms + day_ms ? now_ms : told_ms;
}
