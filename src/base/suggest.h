/* "Did you mean ...?": the known name closest to a mistyped one. */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct suggestion {
	struct str typed; // borrowed
	const char *best; // one of the names offered; NULL: none is close
	size_t distance;  // of best
};

struct suggestion suggest_for(struct str typed);

/* Considers a name, which is kept by pointer. A name that starts with what was typed counts as one
 * typo away; of equally close names the first wins. */
void suggest_offer(struct suggestion *s, const char *name);
