/* What follows from all cards together: shared ids, dependencies, cycles, and counts. Computed on
 * demand, and again after a change. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "base/str.h"
#include "board/board.h"

struct board_edge { // from waits for to
	struct hash_node node;
	size_t from, to;         // indices of ids
	struct board_edge *next; // with the same from, in order
	bool is_reverse;         // to's file says that it blocks from
};

struct board_id {
	struct hash_node node;
	struct str id;
	struct board_card *first, *last;      // next_same; NULL: no card has it
	size_t count, undone;                 // cards; of them neither in done nor in archive
	struct board_edge *edges, *last_edge; // first those named by its own files
	bool is_cycle;                        // depends on itself, directly or through others
	bool has_edge;                        // is an end of some edge

	/* for the search for circles (Tarjan) */
	size_t order, low; // order: from 1
	bool is_open;      // on the stack
};

struct board_cycle {
	size_t *ids; // owned; sorted by text
	size_t count;
};

struct board_index {
	struct hash table, edge_table;
	struct board_id *ids; // owned, as the next
	size_t id_count;
	struct board_edge *edges;
	size_t edge_count;
	struct board_cycle *cycles; // sorted by their first id
	size_t cycle_count;
	struct board_counts counts;
};

/* Valid until the board changes. */
const struct board_index *board_index_of(struct board *b);

/* NULL: no card and no dependency has that id. */
const struct board_id *board_index_find(const struct board_index *ix, struct str id);

/* There is a card with it, and every one is done. */
static inline bool board_id_is_done(const struct board_id *id)
{
	return id->count > 0 && id->undone == 0;
}

/* The card that represents an id: assigned before inbox, done, archive, other. NULL: none. */
const struct board_card *board_id_card(const struct board_id *id);

/* Bytewise. */
int board_compare_texts(struct str a, struct str b);

void board_index_free(struct board_index *ix); // NULL is fine
