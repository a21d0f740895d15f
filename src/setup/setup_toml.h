/* One member of one table of somebody else's TOML file, however it is spelled there: [otel.x],
 * dotted keys, inline tables, quoted names. What is not changed stays as it was written. There is
 * no library that keeps a file so; a file that is not understood wholly is SETUP_TOML_UNCLEAR and
 * left alone.
 *
 * A path is names from the root inwards up to a NULL, compared with what the text means. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum setup_toml_status { SETUP_TOML_PRESENT, SETUP_TOML_ABSENT, SETUP_TOML_UNCLEAR };

/* What stands at path. *ret: the value as it is written, a slice of text (setup_toml_scalar() tells
 * what it means); empty for a table that is no inline one; only if it is PRESENT. */
enum setup_toml_status setup_toml_get(
	const struct buf *text, const char *const *path, struct str *ret);

/* Appends why setup_toml_get() cannot tell, for people: "line 3: ...". */
void setup_toml_explain(const struct buf *text, const char *const *path, struct buf *out);

/* Told of a value; path is the dotted way to it from where the visit began. An empty table is a
 * value, too: "{}" or "". */
typedef void setup_toml_visit(const char *path, struct str value, void *data);

/* Every value at path or below it that is not made of others. Nothing unless it is PRESENT. */
void setup_toml_each(
	const struct buf *text, const char *const *path, setup_toml_visit *visit, void *data);

/* Adds "key = value" to a table of the root, in which it must be ABSENT: in the form in which the
 * table is written, or as a new one at the end. value is TOML on one line. */
void setup_toml_add(struct buf *text, const char *table, const char *key, struct str value);

/* Takes what stands at path away, with its lines and the headers of its tables. */
void setup_toml_remove(struct buf *text, const char *const *path);

/* Whether a table of the root has a header or an inline table of its own. */
bool setup_toml_has_table(const struct buf *text, const char *table);

/* Takes a table of the root away that holds nothing, neither keys nor comments, and the empty line
 * before it. */
void setup_toml_remove_table(struct buf *text, const char *table);
