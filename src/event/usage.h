/* Tokens and money. The classes are disjoint, however a client counts; only reasoning is part of
 * another, output, and only for display. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum usage_class {
	USAGE_INPUT, // not from a cache
	USAGE_CACHE_READ,
	USAGE_CACHE_WRITE_5M, // kept for five minutes
	USAGE_CACHE_WRITE_1H, // for an hour
	USAGE_CACHE_WRITE,    // for an unknown time
	USAGE_OUTPUT,
	USAGE_REASONING,
	USAGE_CLASS_COUNT,
};

/* Implausible above this, for one call or one step of a counter. */
#define USAGE_MAX_TOKENS   INT64_C(1000000000)
#define USAGE_MAX_NANO_USD INT64_C(10000000000000)

/* The limit of sums. */
#define USAGE_MAX_SUM (INT64_MAX / 4)

struct usage {
	int64_t tokens[USAGE_CLASS_COUNT];
	int64_t cost_nano_usd; // billionths of a dollar
	bool has_cost;         // reported or known, even if 0
};

/* "cache_write_5m", as in price lists and answers. */
const char *usage_class_name(enum usage_class class);

/* Whether there are no tokens and no cost. */
bool usage_is_zero(const struct usage *u);
bool usage_equal(const struct usage *a, const struct usage *b);

/* Adds *u to *total, up to USAGE_MAX_SUM; what does not fit is cut from *u. Neither has negative
 * values. */
void usage_add(struct usage *total, struct usage *u);

/* Subtracts from *u what *covered already contains, and as much from *covered. Cache writes of one
 * kind cover those of another, as not every signal has the kind. */
void usage_cover(struct usage *u, struct usage *covered);

/* Cache writes of all kinds; cache reads and writes. */
int64_t usage_cache_writes(const struct usage *u);
int64_t usage_cache_tokens(const struct usage *u);

/* Converts USD as reported by counters and attributes. False, and *ret untouched, if implausible.
 */
bool usage_to_nano_usd(double usd, int64_t *ret);
