/* Shared by board.c and board_cards.c: the cards, by place and by id. board.c decides which changes
 * become events, and when. */
#pragma once

#include "board/board.h"

/* Whether its file is gone, but that is not reported yet, since it may only have moved. */
static inline bool board_is_held_gone(const struct board_card *c)
{
	return c->facts == NULL && c->told != NULL;
}

/* Whether its file is new, but that is not reported yet, since it may be one that moved. */
static inline bool board_is_held_new(const struct board_card *c)
{
	return c->facts != NULL && c->told == NULL;
}

static inline struct board_place board_card_place(const struct board_card *c)
{
	return (struct board_place){c->root, board_card_path(c)};
}

/* A new card without facts; the board's. */
struct board_card *board_add_card(struct board *b, const struct board_place *place);

/* Frees a card, which may have facts and may wait in board::due, but not in board::gone_by_id. */
void board_remove_card(struct board *b, struct board_card *c);

/* Replaces the facts of a card and takes over the reference; NULL: the file is gone. */
void board_set_facts(struct board *b, struct board_card *c, struct board_facts *facts);

/* Sets the facts of the last event and takes a reference; NULL: none. */
void board_set_told(struct board_card *c, struct board_facts *told);

/* The index in board::cards of a place, or where it would be inserted. */
size_t board_position(const struct board *b, const struct board_place *place);

/* The key of c in board::by_id and board::gone_by_id with these facts. */
uint64_t board_id_hash(const struct board_card *c, const struct board_facts *f);

/* A card of that id and root, other than c, for which is_wanted holds; one with the same file name
 * if there is one, else the oldest. NULL: none. */
struct board_card *board_find_same_id(const struct hash *h, struct str id,
	const struct board_card *c, bool (*is_wanted)(const struct board_card *));
