/* What a model call costs at list prices: pure arithmetic over two price lists. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/usage.h"

struct price_model;
struct price_speed;
struct price_table;

/* The built-in list, and the user's own, whose models replace those of the same name. Borrowed; own
 * may be NULL. */
struct price_book {
	const struct price_table *listed, *own;
};

struct price_query {
	struct str model; // as reported by the client
	struct str speed; // or service tier; empty: unknown
	int64_t at_ms;    // wall clock: when the call ended
	bool is_sum;      // over several calls of unknown length
	const struct usage *usage;
};

struct price_quote {
	struct str model;    // as listed; borrowed from the list
	bool unlisted_speed; // priced at the usual speed
	int64_t nano_usd;
};

/* A model, and the list that has it. */
struct price_match {
	const struct price_table *table;
	const struct price_model *model;
	size_t prefix, ending; // bytes of the name that were ignored, besides blanks
};

/* Finds the model for a client's name. False, with *ret untouched, if no list has it. */
bool price_find(const struct price_book *book, struct str name, struct price_match *ret);

/* The model's prices at a speed as reported by clients; the usual ones if that is not listed. Never
 * NULL. */
const struct price_speed *price_find_speed(
	const struct price_match *m, struct str told, bool *ret_unlisted);

/* Prices a call. False, with *ret untouched, if no list has the model. Implausible figures count as
 * 0. */
bool price_call(
	const struct price_book *book, const struct price_query *query, struct price_quote *ret);
