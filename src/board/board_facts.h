/* The contents of a task file, independent of where it is: read once, immutable, reference-counted.
 *
 * The five fields that every card shows are separate; the other keys are kept as the JSON that goes
 * into answers. Strings are slices of the facts' own memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "board/board_place.h"

enum board_field { BOARD_ID, BOARD_TITLE, BOARD_AGENT, BOARD_PRIORITY, BOARD_STATUS, BOARD_FIELDS };

enum board_time {
	BOARD_CREATED_AT,
	BOARD_ASSIGNED_AT,
	BOARD_STARTED_AT,
	BOARD_COMPLETED_AT,
	BOARD_TIMES,
};

enum {
	BOARD_TEXT_BYTES = 4096,      // of a top-level text, in lists of cards
	BOARD_MEMBER_BYTES = 4 << 20, // of all keys of a card as JSON
	BOARD_IDS = 1000,             // dependencies of a card; tasks it blocks
	BOARD_NO_TIME = -1,
};

struct board_facts {
	unsigned refs;
	uint64_t hash; // of the bytes
	bool is_broken;
	bool was_good;         // this or an earlier version was readable
	unsigned known_status; // index of a known status word, from 1; 0: unknown or none

	struct str fields[BOARD_FIELDS]; // as shown; data NULL: not in the file
	struct str members;              // the other keys: "estimated_hours":4,"tags":["a"]
	struct str raw;      // of the five, where the file spells it differently: "status":"New"
	struct str warnings; // the inside of a JSON array, sorted
	struct str cut;      // likewise: keys whose text was cut
	uint64_t cut_hash;   // of those texts, uncut

	uint32_t needs_count, blocks_count;
	struct str *needs;  // ids of dependencies and blocked_by, each once
	struct str *blocks; // ids of tasks that wait for this one

	int64_t times_ms[BOARD_TIMES]; // from the file; BOARD_NO_TIME

	int64_t line, column; // of the error, from 1; 0: unknown
	struct str message;   // of the error
	size_t bytes;         // of memory
};

/* "id" */
const char *board_field_name(enum board_field field);

/* Parses the bytes of a file. before: the previous version, whose id and title a broken one keeps;
 * may be NULL. is_whole: no text is cut, for a single answer. */
struct board_facts *board_facts_read(
	struct str bytes, const struct board_facts *before, bool is_whole);

/* For a file that cannot be read for another reason. */
struct board_facts *board_facts_broken(const char *message, const struct board_facts *before);

struct board_facts *board_facts_ref(struct board_facts *f);
void board_facts_unref(struct board_facts *f); // NULL is fine

/* Whether a status (board_facts::known_status) fits a lane. */
bool board_status_fits(unsigned known_status, enum board_lane lane);
