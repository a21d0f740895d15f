/* Imports other price lists, as far as our own format can represent them: models.dev's api.json,
 * LiteLLM's model_prices_and_context_window.json and genai-prices' data.json.
 *
 * Those lists have a price per provider; this program knows models only by name. So of the offers
 * under one name the maker's counts, else what all providers agree on; and a gateway's name for a
 * model of the built-in list keeps the maker's price. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "price/price.h"
#include "price/price_table.h"

struct buf;

enum { PRICE_IMPORT_BYTES = 32 * 1024 * 1024 };

enum price_source {
	PRICE_SOURCE_MODELS_DEV,
	PRICE_SOURCE_LITELLM,
	PRICE_SOURCE_GENAI_PRICES,
	PRICE_SOURCE_COUNT, // to be detected
};

/* What our format cannot represent. */
enum price_note {
	/* models that are left out */
	PRICE_NOTE_UNPRICED,
	PRICE_NOTE_OTHER_USE,
	PRICE_NOTE_FREE,
	PRICE_NOTE_INEXACT,
	PRICE_NOTE_SHAPE,
	PRICE_NOTE_NAME,
	PRICE_NOTE_DISPUTED,
	PRICE_NOTE_RESOLD,
	PRICE_NOTE_OWN_ALIAS,
	/* what is left out of models that are taken */
	PRICE_NOTE_MEDIA,
	PRICE_NOTE_REASONING,
	PRICE_NOTE_HOURS,
	PRICE_NOTE_FEES,
	PRICE_NOTE_SERVICE,
	PRICE_NOTE_FACTOR,
	PRICE_NOTE_CACHE,
	PRICE_NOTE_PATTERN,
	/* what the list in use has and the imported price loses */
	PRICE_NOTE_LOST_HOUR,
	PRICE_NOTE_LOST_SPEED,
	PRICE_NOTE_LOST_DATES,
	PRICE_NOTE_COUNT,
};
enum { PRICE_NOTE_FIRST_LACK = PRICE_NOTE_MEDIA, PRICE_NOTE_FIRST_LOSS = PRICE_NOTE_LOST_HOUR };

enum { PRICE_NOTE_NAMES = 3 };

struct price_notes {
	size_t count;
	struct str names[PRICE_NOTE_NAMES]; // the first of them
};

enum price_verdict {
	PRICE_VERDICT_NEW,     // in no list in use
	PRICE_VERDICT_SAME,    // matches the list in use, as far as the file goes
	PRICE_VERDICT_DIFFERS, // from the list in use
	PRICE_VERDICT_COUNT,
};

/* A model of the file; its texts are slices of that. */
struct price_offer {
	struct hash_node node;
	struct str provider, name; // in lower case
	uint32_t first_alias, alias_count;
	uint32_t first_speed, speed_count; // of price_import::table
	uint32_t lacks;                    // a bit for each enum price_note
	bool is_maker, is_disputed, is_out;
	enum price_verdict verdict;
	int64_t was_of[USAGE_OUTPUT + 1]; // PRICE_VERDICT_DIFFERS: today's price so far, and...
	int64_t now_of[USAGE_OUTPUT + 1]; // ...by the file, with gaps
};

struct price_import {
	enum price_source source;
	struct price_table *table;  // owned: the offers' speeds and lists, with gaps
	struct price_offer *offers; // owned
	struct str *aliases;        // owned, in lower case
	uint32_t offer_count, alias_count;
	size_t read; // models in the file
	struct price_notes notes[PRICE_NOTE_COUNT];
	size_t verdicts[PRICE_VERDICT_COUNT];
};

/* Reads a list of that source, or detects the source. The text is modified and must outlive *ret,
 * which the caller finishes in any case. False: invalid, error and line say why. */
bool price_import_read(struct price_import *ret, enum price_source source, char *text, size_t size,
	const char **ret_error, size_t *ret_line);
void price_import_finish(struct price_import *im);

/* Compares the offers with the lists in use, at a day since the epoch. */
void price_import_compare(struct price_import *im, const struct price_book *book, int64_t today);

/* Appends the user's own list with new and changed models, or with all: they replace its models of
 * the same names, and follow the others. before: its current text, empty if there is none; own: the
 * same, parsed; NULL: none. *ret_models: how many models the file contributed. */
void price_import_write(struct price_import *im, struct str before, const struct price_table *own,
	bool all, int64_t today, struct buf *out, size_t *ret_models);

/* "models.dev" */
const char *price_source_name(enum price_source source);

/* "no price per token": the text of a note. */
const char *price_note_text(enum price_note note);
