/* What a task's file holds, wherever it lies: read once, never changed, shared by all who need it.
 *
 * The five fields that every card shows come apart; the other keys are kept as the JSON that
 * answers carry. Strings are slices of the facts' own memory. */
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
	BOARD_TEXT_BYTES = 4096,      // of a text at the top level, in lists of cards
	BOARD_MEMBER_BYTES = 4 << 20, // of all keys of a card as JSON
	BOARD_IDS = 1000,             // dependencies of one card, and tasks it blocks
	BOARD_NO_TIME = -1,
};

struct board_facts {
	unsigned refs;
	uint64_t hash; // of the bytes
	bool is_broken;
	bool was_good;         // it, or what stood there before, could be read
	unsigned known_status; // which word of a status, from 1; 0: another one, or none

	struct str fields[BOARD_FIELDS]; // as shown; data NULL: not in the file
	struct str members;              // the other keys: "estimated_hours":4,"tags":["a"]
	struct str raw;      // of the five, where the file says it otherwise: "status":"New"
	struct str warnings; // inside of a JSON array, sorted
	struct str cut;      // the same: names of keys whose text is not whole
	uint64_t cut_hash;   // of those texts as a whole

	uint32_t needs_count, blocks_count;
	struct str *needs;  // ids of dependencies and blocked_by, each once
	struct str *blocks; // ids of those that wait for this one

	int64_t times_ms[BOARD_TIMES]; // from the file; BOARD_NO_TIME

	int64_t line, column; // of what is broken, from 1; 0: not known
	struct str message;   // of what is broken
	size_t bytes;         // of memory
};

/* "id" */
const char *board_field_name(enum board_field field);

/* Reads the bytes of a file. before: what stood at that place until now; a broken version keeps its
 * id and title; may be NULL. is_whole: no text is cut, for a single answer. */
struct board_facts *board_facts_read(
	struct str bytes, const struct board_facts *before, bool is_whole);

/* For a file that cannot be read for another reason. */
struct board_facts *board_facts_broken(const char *message, const struct board_facts *before);

struct board_facts *board_facts_ref(struct board_facts *f);
void board_facts_unref(struct board_facts *f); // NULL is fine

/* Whether a status (board_facts::known_status) fits a lane. */
bool board_status_fits(unsigned known_status, enum board_lane lane);
