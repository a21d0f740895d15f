/* Reads the first document of any YAML text, within limits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "board/board_value.h"

struct board_arena_block;

enum {
	BOARD_YAML_BYTES = 1 << 20, // of a text
	BOARD_YAML_DEPTH = 32,      // of containers inside each other, the top one among them
	BOARD_YAML_ALIASED = 10000, // nodes that aliases may add
	BOARD_YAML_WARNINGS = 64,   // more are not kept
	BOARD_FAULT_BYTES = 160,
};

/* Why a document is invalid. */
struct board_fault {
	int64_t line, column; // from 1; 0: unknown
	char message[BOARD_FAULT_BYTES];
};

struct board_yaml {
	const struct board_value *top; // a map; NULL: see fault
	struct board_fault fault;
	struct str warnings[BOARD_YAML_WARNINGS]; // each once: "key twice: title"
	size_t warning_count;

	struct board_arena_block *blocks; // owned: all memory of the tree
};

/* False in a build without libyaml, which can read nothing. */
bool board_yaml_is_built(void);

/* Parses text, which need not outlive the call. UTF-8, or UTF-16 with a byte order mark.
 * max_bytes: BOARD_YAML_BYTES, or another limit of the caller's. */
void board_yaml_read(struct board_yaml *y, struct str text, size_t max_bytes);
void board_yaml_finish(struct board_yaml *y);

/* Adds a warning once. text is copied. */
void board_yaml_warn(struct board_yaml *y, const char *before, struct str text);
