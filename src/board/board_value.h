/* A YAML document as a tree of values, and the types of plain scalars (the core schema of YAML 1.2,
 * except that numbers beyond JSON's precision stay text). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct json_writer;

enum { BOARD_WHOLE_DIGITS = 15 }; // a double holds a whole number of so many for certain

enum board_kind {
	BOARD_NULL,
	BOARD_BOOL,
	BOARD_NUMBER,
	BOARD_TEXT,
	BOARD_LIST,
	BOARD_MAP,
};

struct board_member {
	struct str key;
	struct board_value *value;
	bool is_merge; // the key is a plain "<<"
};

/* Owned by its document, like everything below it; an aliased value appears in the tree more than
 * once. */
struct board_value {
	enum board_kind kind;
	struct str text; // of a scalar, as written
	union {
		struct board_value **items;   // of a list
		struct board_member *members; // of a map: each key once
	};
	size_t count;
	size_t nodes;    // itself and everything below, keys too, aliases expanded
	unsigned height; // nesting depth, counting itself; 0: a scalar
	bool is_open;    // being read: an alias to it would be recursive
};

/* The type of a plain scalar: null, bool, number or text. */
enum board_kind board_plain_kind(struct str text);

/* The member with this key; NULL: none, or value is not a map. */
const struct board_value *board_value_find(const struct board_value *value, struct str key);

bool board_value_is_scalar(const struct board_value *value);

/* Writes it as JSON, with numbers in JSON's form: 007 as 7, 0x1F as 31, .5 as 0.5. */
void board_value_write(struct json_writer *j, const struct board_value *value);

/* Writes "key":value. */
void board_member_write(struct json_writer *j, struct str key, const struct board_value *value);
