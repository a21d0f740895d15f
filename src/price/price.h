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
	struct str model; // as the client tells it
	struct str speed; // or service tier; empty: not told
	int64_t at_ms;    // wall clock: when the call ended
	bool is_sum;      // over several calls, of whose length nothing is known
	const struct usage *usage;
};

struct price_quote {
	struct str model;    // as it is listed; borrowed from the list
	bool unlisted_speed; // the price is that of the usual one
	int64_t nano_usd;
};

/* A model, and the list that has it. */
struct price_match {
	const struct price_table *table;
	const struct price_model *model;
	size_t prefix, ending; // bytes of the name, blanks apart, that did not matter
};

/* The model that a client calls by that name. False, and *ret is untouched: no list has it. */
bool price_find(const struct price_book *book, struct str name, struct price_match *ret);

/* What the model costs at a speed as clients tell it; the usual price if that is not listed. Never
 * NULL. */
const struct price_speed *price_find_speed(
	const struct price_match *m, struct str told, bool *ret_unlisted);

/* False, and *ret is untouched: no list has that model. Figures that nobody would believe count as
 * 0. */
bool price_call(
	const struct price_book *book, const struct price_query *query, struct price_quote *ret);
