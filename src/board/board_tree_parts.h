/* What board_tree.c and board_tree_events.c share. */
#pragma once

#include "board/board_tree.h"

struct board_directory { // one that is watched
	struct hash_node by_watch;
	struct list link;
	int watch;
	unsigned root;
	char *path; // owned; below its root, "": the root itself
};

struct board_settle { // a file that is read once nothing happens to it any more
	struct hash_node node;
	struct list link;
	unsigned root;
	char *path; // owned
	int64_t due_ms;
};

struct board_directory *board_tree_find_watch(struct board_tree *t, int watch);
void board_tree_forget_watch(struct board_tree *t, int watch);

/* A directory and all below it, "": all. is_thorough: reads files that look the same, too. */
void board_tree_walk(
	struct board_tree *t, unsigned root, struct str path, bool is_thorough, struct instant now);
void board_tree_walk_all(struct board_tree *t, bool is_thorough, struct instant now);

/* Whether the root is still what it was. */
void board_tree_check_root(
	struct board_tree *t, unsigned root, bool is_thorough, struct instant now);

/* No directory of that root is watched any more. */
void board_tree_drop_watches(struct board_tree *t, unsigned root);

/* Compares the tree in a while, if that is needed. */
void board_tree_arm_poll(struct board_tree *t, struct instant now);

/* One file. cookie: of the rename that brought it, 0: none. is_settled: nothing has happened to it
 * for a while, so what it holds is meant. */
void board_tree_read_file(struct board_tree *t, const struct board_place *place, uint32_t cookie,
	bool is_settled, struct instant now);

void board_tree_settle(struct board_tree *t, const struct board_place *place, struct instant now);
void board_tree_unsettle(struct board_tree *t, const struct board_place *place);

/* A directory whose rename led to no place that is watched is gone. is_certain: now, else when its
 * time is over. */
void board_tree_end_moving(struct board_tree *t, struct instant now, bool is_certain);
