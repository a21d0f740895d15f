/* One member of one table of another program's TOML file, in any spelling: [otel.x], dotted keys,
 * inline tables, quoted names. Everything else stays as written. No library preserves a file like
 * this; a file that is not fully understood is SETUP_TOML_UNCLEAR and left alone.
 *
 * A path is a list of names from the root inwards, ending with NULL, compared by meaning. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum setup_toml_status { SETUP_TOML_PRESENT, SETUP_TOML_ABSENT, SETUP_TOML_UNCLEAR };

/* The value at path. *ret: as written, a slice of text (setup_toml_scalar() gives its meaning);
 * empty for a table other than an inline one; only if PRESENT. */
enum setup_toml_status setup_toml_get(
	const struct buf *text, const char *const *path, struct str *ret);

/* Appends why setup_toml_get() fails, for people: "line 3: ...". */
void setup_toml_explain(const struct buf *text, const char *const *path, struct buf *out);

/* Called for a value; path is its dotted path relative to the start. An empty table is a value,
 * too: "{}" or "". */
typedef void setup_toml_visit(const char *path, struct str value, void *data);

/* Visits every simple value at path or below it. Nothing unless it is PRESENT. */
void setup_toml_each(
	const struct buf *text, const char *const *path, setup_toml_visit *visit, void *data);

/* Adds "key = value" to a top-level table, in which it must be ABSENT: in the table's own form, or
 * in a new table at the end. value is TOML on one line. */
void setup_toml_add(struct buf *text, const char *table, const char *key, struct str value);

/* Removes what is at path, with its lines and the headers of its tables. */
void setup_toml_remove(struct buf *text, const char *const *path);

/* Whether a top-level table has a header or an inline table of its own. */
bool setup_toml_has_table(const struct buf *text, const char *table);

/* Removes a top-level table without keys and comments, and the empty line before it. */
void setup_toml_remove_table(struct buf *text, const char *table);
