#include "base/duration.h"

#include "base/buf.h"

void duration_append(struct buf *out, int64_t ms)
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
