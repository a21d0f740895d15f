/* Strict JSON as the tree that YAML becomes too (board_value.h), and what a map in it holds, by
 * kind. null is a member that is not there; one of another kind is not there either, and noted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "board/board_value.h"

struct board_arena_block;
struct json_writer;

enum {
	ORCHESTRATOR_DEPTH = 64,        // of containers inside each other
	ORCHESTRATOR_VALUES = 400000,   // of one document
	ORCHESTRATOR_ERROR_BYTES = 160, // of a message
};

struct orchestrator_document {
	const struct board_value *top; // texts in it are slices of the text; NULL: error says why
	char error[ORCHESTRATOR_ERROR_BYTES];
	bool is_too_large; // more values than ORCHESTRATOR_VALUES
	size_t values;
	struct board_arena_block *blocks; // its own
};

/* Reads text, which is changed and must outlive the document. */
void orchestrator_document_read(struct orchestrator_document *d, char *text, size_t size);
void orchestrator_document_finish(struct orchestrator_document *d);

/* ---- members by kind */

/* What was of the wrong kind: the first, and how many. */
struct orchestrator_faults {
	char first[ORCHESTRATOR_ERROR_BYTES];
	unsigned count;
};

void orchestrator_fault(struct orchestrator_faults *f, const char *name, const char *wanted);

/* The member of a map; NULL if map is NULL, has none, or one of another kind. faults may be NULL:
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

/* Half up at that many places; NaN stays NaN. */
double orchestrator_round(double value, int places);

/* Writes it, null for NaN. */
void orchestrator_write_number(struct json_writer *j, double value);
void orchestrator_name_number(struct json_writer *j, const char *name, double value);

/* Writes value, null for NULL. */
void orchestrator_name_value(
	struct json_writer *j, const char *name, const struct board_value *value);

/* A name that is not ours; its value is next. */
void orchestrator_write_key(struct json_writer *j, struct str key);
