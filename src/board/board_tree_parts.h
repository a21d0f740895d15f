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

struct board_settle { // a file that is read once it has settled
	struct hash_node node;
	struct list link;
	unsigned root;
	char *path; // owned
	int64_t due_ms;
};

struct board_directory *board_tree_find_watch(struct board_tree *t, int watch);
void board_tree_forget_watch(struct board_tree *t, int watch);

/* Walks a directory, "": the whole root. is_thorough: rereads unchanged files too. */
void board_tree_walk(
	struct board_tree *t, unsigned root, struct str path, bool is_thorough, struct instant now);
void board_tree_walk_all(struct board_tree *t, bool is_thorough, struct instant now);

/* Whether the root is still the same directory. */
void board_tree_check_root(
	struct board_tree *t, unsigned root, bool is_thorough, struct instant now);

/* Stops watching every directory of that root. */
void board_tree_drop_watches(struct board_tree *t, unsigned root);

/* Schedules the next poll, if one is needed. */
void board_tree_arm_poll(struct board_tree *t, struct instant now);

/* Reads one file. cookie: of the rename that brought it, 0: none. is_settled: it has been quiet for
 * a while, so its contents are final. */
void board_tree_read_file(struct board_tree *t, const struct board_place *place, uint32_t cookie,
	bool is_settled, struct instant now);

void board_tree_settle(struct board_tree *t, const struct board_place *place, struct instant now);
void board_tree_unsettle(struct board_tree *t, const struct board_place *place);

/* Drops a directory that was renamed to an unwatched place. is_certain: now; else after its
 * deadline. */
void board_tree_end_moving(struct board_tree *t, struct instant now, bool is_certain);
