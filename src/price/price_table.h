/* A price list: which models it knows, under which names, and what each cost since when. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "event/usage.h"

enum { PRICE_NAME_BYTES = 80, PRICE_FILE_BYTES = 4 * 1024 * 1024, PRICE_UNTOLD = -1 };

/* In pico-USD by token. */
struct price_list {
	int64_t from_day;     // since the epoch, in UTC; INT64_MIN: from ever
	int64_t above_tokens; // of a tier: the longest prompt that it is not for; 0: of no tier
	int64_t of[USAGE_OUTPUT + 1]; // by class; in a table no gaps are left
};

/* What a model costs at one speed: rows in order of time, each followed by its tiers. */
struct price_speed {
	struct str name;       // in lower case; empty: the plain one
	uint32_t first, count; // of price_table::lists
};

struct price_model {
	struct str name;
	uint32_t first_speed, speed_count; // of price_table::speeds
};

struct price_name {
	struct hash_node node;
	struct str text; // in lower case
	uint32_t model;
};

struct price_table {
	char *text; // owned: what the names point into
	int64_t as_of_day;
	struct str *prefixes; // owned, as the rest
	struct price_model *models;
	struct price_speed *speeds;
	struct price_list *lists;
	struct price_name *names;
	uint32_t prefix_count, model_count, speed_count, list_count, name_count;
	struct hash by_name;
	unsigned holders; // beside the one who read it
};

/* Reads a list in the form of data/prices.json, version 2. A malformed one gives NULL, and
 * *ret_error and *ret_line say what is wrong with which line. */
struct price_table *price_table_read(struct str json, const char **ret_error, unsigned *ret_line);

/* One more holder, who ends with price_table_destroy(). A list never changes, so other threads may
 * look things up in one that this thread holds; holders themselves are all of one thread. Gives t;
 * NULL is fine. */
struct price_table *price_table_hold(struct price_table *t);

/* Gives it up: the last holder frees it. NULL is fine. */
void price_table_destroy(struct price_table *t);

/* The model of exactly this name, which is in lower case; NULL: not listed. */
const struct price_model *price_table_find(const struct price_table *t, struct str name);

/* What it costs at that speed, the usual one being named ""; case is ignored. NULL: not listed. */
const struct price_speed *price_table_speed(
	const struct price_table *t, const struct price_model *model, struct str speed);

/* The row that holds on a day, or the tier of it that a prompt of so many tokens reaches. 0 tokens
 * reach none. */
const struct price_list *price_table_list(const struct price_table *t,
	const struct price_speed *speed, int64_t day, int64_t prompt_tokens);

/* A list without any price, from ever and of no tier: every class is PRICE_UNTOLD. */
struct price_list price_list_untold(void);

/* Gives each untold class the price of the next one like it, in the end that of input. */
void price_list_fill(struct price_list *list);

/* How far the point moves from USD, for so many tokens, to pico-USD for one. */
enum { PRICE_BY_MILLION = 6, PRICE_BY_TOKEN = 12 };

/* A JSON number as a price, exactly. False, and *ret is untouched, if that is no whole number of
 * pico-USD, below 0 or above 1000 USD for a million tokens. */
bool price_pico(struct str number, int shift, int64_t *ret);

enum { PRICE_DAY_BYTES = sizeof("2026-11-27") };

/* The date of a day since the epoch; empty for one that has none. */
void price_day_format(int64_t day, char ret[PRICE_DAY_BYTES]);
