/* A price list: its models, their names, and their prices over time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "event/usage.h"

enum { PRICE_NAME_BYTES = 80, PRICE_FILE_BYTES = 4 * 1024 * 1024, PRICE_UNTOLD = -1 };

/* In pico-USD per token. */
struct price_list {
	int64_t from_day;     // since the epoch, in UTC; INT64_MIN: always
	int64_t above_tokens; // of a tier: applies to prompts longer than this; 0: not a tier
	int64_t of[USAGE_OUTPUT + 1]; // by class; in a table no gaps are left
};

/* The prices of a model at one speed: rows in order of time, each followed by its tiers. */
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
	char *text; // owned: the names point into it
	int64_t as_of_day;
	struct str *prefixes; // owned, as the rest
	struct price_model *models;
	struct price_speed *speeds;
	struct price_list *lists;
	struct price_name *names;
	uint32_t prefix_count, model_count, speed_count, list_count, name_count;
	struct hash by_name;
	unsigned holders; // besides the one who read it
};

/* Reads a list in the format of data/prices.json, version 2. NULL if it is malformed; *ret_error
 * and *ret_line then say why and where. */
struct price_table *price_table_read(struct str json, const char **ret_error, unsigned *ret_line);

/* Adds a reference, to be released with price_table_destroy(). A list never changes, so other
 * threads may use one that this thread holds; references are counted on one thread only. Returns t;
 * NULL is fine. */
struct price_table *price_table_hold(struct price_table *t);

/* Releases a reference; the last one frees it. NULL is fine. */
void price_table_destroy(struct price_table *t);

/* The model of exactly this name, in lower case; NULL: not listed. */
const struct price_model *price_table_find(const struct price_table *t, struct str name);

/* Its prices at that speed, "" being the usual one; ignores case. NULL: not listed. */
const struct price_speed *price_table_speed(
	const struct price_table *t, const struct price_model *model, struct str speed);

/* The row valid on a day, or its tier for a prompt of that many tokens; 0 tokens: no tier. */
const struct price_list *price_table_list(const struct price_table *t,
	const struct price_speed *speed, int64_t day, int64_t prompt_tokens);

/* A list without prices, dates and tiers: every class is PRICE_UNTOLD. */
struct price_list price_list_untold(void);

/* Gives each unpriced class the price of the most similar one, ultimately that of input. */
void price_list_fill(struct price_list *list);

/* How far the decimal point moves from USD for that many tokens to pico-USD for one. */
enum { PRICE_BY_MILLION = 6, PRICE_BY_TOKEN = 12 };

/* Converts a JSON number to a price, exactly. False, with *ret untouched, if it is not an integral
 * number of pico-USD, negative, or above 1000 USD per million tokens. */
bool price_pico(struct str number, int shift, int64_t *ret);

enum { PRICE_DAY_BYTES = sizeof("2026-11-27") };

/* The date of a day since the epoch; empty without one. */
void price_day_format(int64_t day, char ret[PRICE_DAY_BYTES]);
