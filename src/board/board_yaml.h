/* Reads the first document of a YAML text, within limits, whatever the text is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "board/board_value.h"

struct board_arena_block;

enum {
	BOARD_YAML_BYTES = 1 << 20, // most of a text
	BOARD_YAML_DEPTH = 32,      // of containers inside each other, the top one among them
	BOARD_YAML_ALIASED = 10000, // most nodes that aliases may add
	BOARD_YAML_WARNINGS = 64,   // more are not kept
	BOARD_FAULT_BYTES = 160,
};

/* Why there is no document. */
struct board_fault {
	int64_t line, column; // from 1; 0: not known
	char message[BOARD_FAULT_BYTES];
};

struct board_yaml {
	const struct board_value *top; // a map; NULL: fault tells why
	struct board_fault fault;
	struct str warnings[BOARD_YAML_WARNINGS]; // each once: "key twice: title"
	size_t warning_count;

	struct board_arena_block *blocks; // its own: all memory of the tree
};

/* False in a build without libyaml: nothing can be read then. */
bool board_yaml_is_built(void);

/* Reads text, which may be forgotten afterwards. UTF-8, or UTF-16 with a byte order mark.
 * max_bytes: BOARD_YAML_BYTES, or another limit of the caller's. */
void board_yaml_read(struct board_yaml *y, struct str text, size_t max_bytes);
void board_yaml_finish(struct board_yaml *y);

/* Adds a warning, unless it is there. text is copied. */
void board_yaml_warn(struct board_yaml *y, const char *before, struct str text);
