/* Tokens and money. The classes are disjoint, whatever a client counts within what; only reasoning
 * is a part of another, of the output, and only for show. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum usage_class {
	USAGE_INPUT, // not from a cache
	USAGE_CACHE_READ,
	USAGE_CACHE_WRITE_5M, // kept for five minutes
	USAGE_CACHE_WRITE_1H, // for an hour
	USAGE_CACHE_WRITE,    // the client does not tell for how long
	USAGE_OUTPUT,
	USAGE_REASONING,
	USAGE_CLASS_COUNT,
};

/* What is not believed of one call, or of one step of a counter. */
#define USAGE_MAX_TOKENS   INT64_C(1000000000)
#define USAGE_MAX_NANO_USD INT64_C(10000000000000)

/* Where sums stop. */
#define USAGE_MAX_SUM (INT64_MAX / 4)

struct usage {
	int64_t tokens[USAGE_CLASS_COUNT];
	int64_t cost_nano_usd; // billionths of a dollar
	bool has_cost;         // told or known, even if it is 0
};

/* "cache_write_5m", as in price lists and answers. */
const char *usage_class_name(enum usage_class class);

/* Nothing of any class, and no money. */
bool usage_is_zero(const struct usage *u);
bool usage_equal(const struct usage *a, const struct usage *b);

/* Adds *u to *total, up to USAGE_MAX_SUM; what does not fit is cut from *u. Neither holds anything
 * below 0. */
void usage_add(struct usage *total, struct usage *u);

/* Takes from *u what *covered holds of it, and as much from *covered. Cache writes of one kind are
 * covered by those of another, since not every signal tells the kind. */
void usage_cover(struct usage *u, struct usage *covered);

/* What is read and written of caches. */
int64_t usage_cache_writes(const struct usage *u);
int64_t usage_cache_tokens(const struct usage *u);

/* Money as counters and attributes tell it, in USD. False, and *ret untouched, if nobody would
 * believe it. */
bool usage_to_nano_usd(double usd, int64_t *ret);
