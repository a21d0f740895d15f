/* Memory that is freed all at once, for the parts of a document. */
#pragma once

#include <stddef.h>

#include "base/str.h"

struct board_arena_block {
	struct board_arena_block *next;
	size_t used, size; // bytes of data
	char *data;        // follows the block
};

/* Zeroed, aligned for any type. */
void *board_arena_take(struct board_arena_block **blocks, size_t size);

/* A copy of s with "before" prepended. */
struct str board_arena_text(struct board_arena_block **blocks, const char *before, struct str s);

void board_arena_finish(struct board_arena_block **blocks);
