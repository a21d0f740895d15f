/* The status of the daemon's price lists: their age, and the models whose clients report other
 * costs than the lists, which is how an outdated list shows. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "price/price_table.h"

enum { PRICE_MISMATCH_MODELS = 64 };

struct price_mismatch {
	char model[PRICE_NAME_BYTES +
		   1]; // in lower case, as named by clients; longer names are cut
	uint64_t calls;
};

struct price_status {
	int64_t as_of_day;   // of the built-in list, since the epoch; INT64_MIN: none
	uint32_t own_models; // of the user's list
	uint64_t mismatched_calls;
	struct price_mismatch mismatches[PRICE_MISMATCH_MODELS]; // the first ones
	size_t mismatch_count;
};

/* Counts a call whose reported cost is far off the lists. For models beyond the 64th, only
 * mismatched_calls grows. */
void price_status_add_mismatch(struct price_status *s, struct str model);
