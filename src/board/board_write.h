/* Cards and events as JSON. */
#pragma once

#include <stdbool.h>

#include "board/board.h"

struct board_edge;
struct board_index;
struct buf;
struct json_writer;

/* A card, or an earlier version of one. */
struct board_shown {
	unsigned root;
	struct str path;
	const struct board_facts *facts;
	const struct board_stat *stat;
};

struct board_writing {
	struct board *board;
	const char *const *roots; // the directories, for cards that name theirs; NULL: cards do not
	bool is_brief;            // the five fields and _meta
};

struct board_shown board_shown_of(const struct board_card *c);

void board_write_card(
	struct json_writer *j, const struct board_writing *w, const struct board_shown *shown);

/* Iterates over what a card waits for, each id once; data NULL: the end. */
struct board_needs {
	const struct board_facts *facts;
	const struct board_index *index;
	const struct board_edge *edge; // the id's, from the first
	size_t at;
};
struct board_needs board_needs_of(struct board *b, const struct board_shown *shown);
struct str board_needs_next(struct board_needs *n);

/* Whether a card in that place waits for the id. */
bool board_waits_for(struct board *b, const struct board_shown *shown, struct str id);

/* Writes the payload of an event, an object. False, with nothing written: nothing visible changed.
 */
bool board_write_event(struct buf *out, const struct board_writing *w, const struct board_event *e);
