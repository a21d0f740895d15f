/* A time of the day, every day: "22:00-07:00". */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct quiet_hours { // minutes since midnight; equal: never
	int from, to;
};

/* False, and *ret untouched, if text is no such thing. */
bool quiet_hours_read(struct str text, struct quiet_hours *ret);

/* Whether minute, since midnight, lies in them: from the first to before the last, over midnight
 * where the last is the smaller one. */
bool quiet_hours_hold(const struct quiet_hours *hours, int minute);
