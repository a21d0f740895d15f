#include "board/board_arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

enum { BLOCK_BYTES = 4096, ALIGNMENT = 16 };

static struct board_arena_block *add_block(struct board_arena_block **blocks, size_t size)
{
	struct board_arena_block *b = xcalloc(1, sizeof(*b) + size);
	*b = (struct board_arena_block){.next = *blocks, .size = size, .data = (char *)(b + 1)};
	*blocks = b;
	return b;
}

void *board_arena_take(struct board_arena_block **blocks, size_t size)
{
	size_t wanted = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct board_arena_block *b = *blocks;
	if (b == NULL || b->size - b->used < wanted) {
		/* double each time, so that a large document needs few blocks */
		size_t next = b != NULL ? min_size(b->size * 2, 64 * BLOCK_BYTES) : BLOCK_BYTES;
		b = add_block(blocks, max_size(next, wanted));
	}
	void *p = b->data + b->used;
	b->used += wanted;
	return p;
}

struct str board_arena_text(struct board_arena_block **blocks, const char *before, struct str s)
{
	size_t head = strlen(before);
	char *p = board_arena_take(blocks, head + s.size);
	memcpy(p, before, head);
	if (s.size > 0) {
		memcpy(p + head, s.data, s.size);
	}
	return (struct str){p, head + s.size};
}

void board_arena_finish(struct board_arena_block **blocks)
{
	while (*blocks != NULL) {
		struct board_arena_block *next = (*blocks)->next;
		free(*blocks);
		*blocks = next;
	}
}
