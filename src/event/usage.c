#include "event/usage.h"

#include <string.h>

#include "base/mem.h"

static const enum usage_class writes[] = {
	USAGE_CACHE_WRITE, USAGE_CACHE_WRITE_5M, USAGE_CACHE_WRITE_1H};

const char *usage_class_name(enum usage_class class)
{
	static const char *const names[USAGE_CLASS_COUNT] = {
		[USAGE_INPUT] = "input",
		[USAGE_CACHE_READ] = "cache_read",
		[USAGE_CACHE_WRITE_5M] = "cache_write_5m",
		[USAGE_CACHE_WRITE_1H] = "cache_write_1h",
		[USAGE_CACHE_WRITE] = "cache_write",
		[USAGE_OUTPUT] = "output",
		[USAGE_REASONING] = "reasoning",
	};
	return names[class];
}

bool usage_is_zero(const struct usage *u)
{
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		if (u->tokens[i] != 0) {
			return false;
		}
	}
	return u->cost_nano_usd == 0;
}

bool usage_equal(const struct usage *a, const struct usage *b)
{
	return memcmp(a->tokens, b->tokens, sizeof(a->tokens)) == 0 &&
	       a->cost_nano_usd == b->cost_nano_usd && a->has_cost == b->has_cost;
}

static void add(int64_t *total, int64_t *more)
{
	int64_t room = USAGE_MAX_SUM - *total;
	*more = *more < room ? *more : room;
	*total += *more;
}

void usage_add(struct usage *total, struct usage *u)
{
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		add(&total->tokens[i], &u->tokens[i]);
	}
	add(&total->cost_nano_usd, &u->cost_nano_usd);
	total->has_cost = total->has_cost || u->has_cost;
}

static void cover(int64_t *of, int64_t *covered)
{
	int64_t both = *of < *covered ? *of : *covered;
	*of -= both;
	*covered -= both;
}

void usage_cover(struct usage *u, struct usage *covered)
{
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		cover(&u->tokens[i], &covered->tokens[i]);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(writes); i++) {
		for (unsigned j = 0; j < ARRAY_SIZE(writes); j++) {
			cover(&u->tokens[writes[i]], &covered->tokens[writes[j]]);
		}
	}
	cover(&u->cost_nano_usd, &covered->cost_nano_usd);
}

int64_t usage_cache_writes(const struct usage *u)
{
	int64_t sum = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(writes); i++) {
		sum += u->tokens[writes[i]];
	}
	return sum;
}

int64_t usage_cache_tokens(const struct usage *u)
{
	return u->tokens[USAGE_CACHE_READ] + usage_cache_writes(u);
}

bool usage_to_nano_usd(double usd, int64_t *ret)
{
	if (!(usd >= 0 && usd * 1e9 <= (double)USAGE_MAX_NANO_USD)) {
		return false;
	}
	*ret = (int64_t)(usd * 1e9 + 0.5);
	return true;
}
