/* Strict JSON as the same tree as YAML (board_value.h), and typed lookups in its maps. null counts
 * as missing; so does a member of the wrong type, which is noted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "board/board_value.h"

struct board_arena_block;
struct json_writer;

enum {
	ORCHESTRATOR_DEPTH = 64,        // nesting depth
	ORCHESTRATOR_VALUES = 400000,   // of one document
	ORCHESTRATOR_ERROR_BYTES = 160, // of a message
};

struct orchestrator_document {
	const struct board_value *top; // its texts are slices of the input; NULL: see error
	char error[ORCHESTRATOR_ERROR_BYTES];
	bool is_too_large; // more values than ORCHESTRATOR_VALUES
	size_t values;
	struct board_arena_block *blocks; // its own
};

/* Parses text in place; it must outlive the document. */
void orchestrator_document_read(struct orchestrator_document *d, char *text, size_t size);
void orchestrator_document_finish(struct orchestrator_document *d);

/* ---- members by kind */

/* Members of the wrong type: the first, and how many. */
struct orchestrator_faults {
	char first[ORCHESTRATOR_ERROR_BYTES];
	unsigned count;
};

void orchestrator_fault(struct orchestrator_faults *f, const char *name, const char *wanted);

/* The member of a map; NULL: map is NULL, has none, or one of another type. faults may be NULL:
 * nothing is noted. */
const struct board_value *orchestrator_find(struct orchestrator_faults *f,
	const struct board_value *map, const char *name, enum board_kind kind);

/* data NULL: none. */
struct str orchestrator_find_text(
	struct orchestrator_faults *f, const struct board_value *map, const char *name);

/* NaN: none. */
double orchestrator_find_number(
	struct orchestrator_faults *f, const struct board_value *map, const char *name);

/* -1: none. */
int orchestrator_find_bool(
	struct orchestrator_faults *f, const struct board_value *map, const char *name);

/* NaN unless value is a number. */
double orchestrator_number_of(const struct board_value *value);

/* Whether value is true. */
bool orchestrator_is_true(const struct board_value *value);

/* ---- numbers that may be unknown: NaN */

/* Rounds half up to that many decimals; NaN stays NaN. */
double orchestrator_round(double value, int places);

/* Writes it, null for NaN. */
void orchestrator_write_number(struct json_writer *j, double value);
void orchestrator_name_number(struct json_writer *j, const char *name, double value);

/* Writes value, null for NULL. */
void orchestrator_name_value(
	struct json_writer *j, const char *name, const struct board_value *value);

/* Writes a key from a file, not one of ours; its value follows. */
void orchestrator_write_key(struct json_writer *j, struct str key);
