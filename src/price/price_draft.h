/* A model being read from another price list: prices come in any order, and are sorted at its end.
 * Only for the readers of price_import.c. */
#pragma once

#include "base/json_read.h"
#include "price/price_import.h"

enum { PRICE_DRAFT_LISTS = 64, PRICE_DRAFT_ALIASES = 64 };

struct price_draft_list {
	struct str speed; // empty: the usual one
	struct price_list list;
};

struct price_draft {
	struct price_import *import; // borrowed
	struct json_reader json;
	struct str provider, name;
	struct str aliases[PRICE_DRAFT_ALIASES];
	size_t alias_count;
	struct price_draft_list lists[PRICE_DRAFT_LISTS];
	size_t list_count;
	int64_t reasoning;   // pico-USD, PRICE_UNTOLD: costs what output does
	uint32_t lacks;      // a bit for each enum price_note
	enum price_note out; // why it is left out; PRICE_NOTE_COUNT: it is not
};

/* Starts a model. Provider and name are slices of the text being read, and are converted to lower
 * case in place. */
void price_draft_begin(struct price_draft *d, struct str provider, struct str name);

/* Another exact name of it. */
void price_draft_add_alias(struct price_draft *d, struct str name);

/* The list for a speed, day and prompt length, created if necessary; valid until the next call.
 * Never NULL: with too many lists the model is left out. */
struct price_list *price_draft_list(
	struct price_draft *d, struct str speed, int64_t from_day, int64_t above_tokens);

/* Reads the value whose first token is t as a price. null is no price; an invalid one leaves the
 * model out. False: the JSON is broken. */
bool price_draft_take(struct price_draft *d, enum json_token t, int shift, int64_t *ret);

/* Ends the model: it becomes an offer, or is left out. */
void price_draft_end(struct price_draft *d);

static inline void price_draft_lacks(struct price_draft *d, enum price_note note)
{
	d->lacks |= UINT32_C(1) << note;
}

static inline void price_draft_leave_out(struct price_draft *d, enum price_note note)
{
	d->out = d->out == PRICE_NOTE_COUNT ? note : d->out;
}

/* The static text of a speed that clients use; data NULL: unknown. */
struct str price_draft_speed(struct str name);

/* Calls read() for each member of the object whose first token is t, with its value's first token;
 * read() consumes the value. False: not an object, or the JSON is broken. */
bool price_draft_members(struct price_draft *d, enum json_token t,
	bool (*read)(struct price_draft *d, struct str name, enum json_token t));

/* Calls read() for each item of the array whose first token is t; anything but an array leaves the
 * model out. False: the JSON is broken. */
bool price_draft_items(struct price_draft *d, enum json_token t,
	bool (*read)(struct price_draft *d, enum json_token t));

/* Calls read() for the member "models" of an object whose first token was read, and skips all
 * others. False: the JSON is broken. */
bool price_draft_models(struct price_draft *d, struct str provider,
	bool (*read)(struct price_draft *d, enum json_token t, struct str provider));

/* Counts a model under a note. */
void price_import_note(struct price_import *im, enum price_note note, struct str model);

/* Readers of whole files, from the first token on. False: the JSON is broken, or has another form.
 */
bool price_import_models_dev(struct price_draft *d, enum json_token t);
bool price_import_litellm(struct price_draft *d, enum json_token t);
bool price_import_genai_prices(struct price_draft *d, enum json_token t);
