/* Parses a TOML text (1.0, with the multi-line inline tables of 1.1) into the statements about one
 * top-level table, in any spelling. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum setup_toml_kind {
	SETUP_TOML_TABLE,  // [a.b]
	SETUP_TOML_TABLES, // [[a.b]]
	SETUP_TOML_PAIR,   // a.b = value, on lines of its own
	SETUP_TOML_INNER,  // a.b = value within an inline table
};

#define SETUP_TOML_NONE SIZE_MAX

/* Offsets in the text, except for the path. */
struct setup_toml_node {
	enum setup_toml_kind kind;
	size_t path, path_size;  // of setup_toml_doc::paths, from the root
	size_t begin, end;       // whole lines; INNER: from its key to the end of its value
	size_t value, value_end; // PAIR and INNER
	size_t within;           // the node of its header, or of the inline table; NONE: the root
};

struct setup_toml_doc {
	struct str text; // borrowed
	struct buf paths;
	struct setup_toml_node *nodes; // owned, in the order of the text
	size_t count, capacity;
	size_t read; // offset of the error
};

/* Joins names to a path: each is followed by a NUL, so that a path is a prefix of another exactly
 * if it leads there. */
void setup_toml_append_name(struct buf *path, struct str name);

/* Reads all of it and keeps the statements whose path starts with root. False if it is not TOML, or
 * unsupported; the caller finishes the document either way. */
bool setup_toml_read(struct setup_toml_doc *ret, struct str text, const char *root);
void setup_toml_finish(struct setup_toml_doc *d);

struct str setup_toml_path(const struct setup_toml_doc *d, const struct setup_toml_node *node);

/* Appends the meaning of a value: the text of a string of any kind, anything else as written. False
 * for a broken string. */
bool setup_toml_scalar(struct str value, struct buf *out);
