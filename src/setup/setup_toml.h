/* One key in one table of somebody else's TOML file (TOML 1.0), changed line by line. There is no
 * library that keeps a file as it was written, so only what is plain is touched: a file that this
 * scanner does not understand wholly, or in which the table is written in another way than as
 * [table] with "key = value" lines, is SETUP_TOML_UNCLEAR. */
#pragma once

#include "base/str.h"

struct buf;

enum setup_toml_status { SETUP_TOML_PRESENT, SETUP_TOML_ABSENT, SETUP_TOML_UNCLEAR };

/* *ret: the value as it is written, a slice of text; only if it is PRESENT. */
enum setup_toml_status setup_toml_get(
	const struct buf *text, struct str table, struct str key, struct str *ret);

/* Adds the key, which must be ABSENT, behind the others of its table, or with a new table at the
 * end. value is TOML on one line. */
void setup_toml_add(struct buf *text, struct str table, struct str key, struct str value);

/* Takes the key, which must be PRESENT, away with its lines. */
void setup_toml_remove(struct buf *text, struct str table, struct str key);

/* Takes the header of a table away that holds nothing, neither keys nor comments, and the empty
 * line before it. */
void setup_toml_remove_table(struct buf *text, struct str table);
