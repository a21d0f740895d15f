/* The watched directories: walks through them, reads what has changed, and keeps a board up to
 * date. Everything is opened for reading only; no symbolic link below a directory is followed.
 *
 * inotify watches every directory. Where it cannot (no watches left, a network file system), the
 * tree is compared every BOARD_POLL_MS; a missing directory is checked as often.
 *
 * May block on a slow file system: for a thread of its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/file_watch.h"
#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "board/board.h"
#include "board/board_answer.h"

enum {
	BOARD_POLL_MS = 5000,
	BOARD_SETTLE_MS = 100, // after a change without a close
	BOARD_REASON_BYTES = FILE_WATCH_REASON_BYTES,
	BOARD_DIRECTORIES = 20000,
};

struct board_root {
	char *path; // owned; as configured
	enum board_state state;
	char reason[BOARD_REASON_BYTES]; // why it is not watched; empty: watched
	bool was_there;                  // its first walk has ended
	bool is_remote;                  // inotify does not see changes by other machines
};

struct board_tree {
	struct board board;
	struct board_root roots[BOARD_ROOTS];
	size_t root_count;

	struct file_watch inotify;
	struct hash by_watch;    // board_directory::by_watch
	struct list directories; // board_directory::link
	size_t directory_count;
	struct hash settling;     // board_settle::node
	struct list settle_order; // board_settle::link, the first due first
	struct board_moving {     // a directory in mid-move
		uint32_t cookie;  // 0: none
		unsigned root;
		char *path; // owned
		int64_t ends_ms;
	} moving;
	unsigned generation; // of the walk
	int64_t poll_at_ms;  // monotonic; INT64_MAX: not needed
};

/* roots: the directories as configured; copied. */
void board_tree_init(struct board_tree *t, const char *const *roots, size_t count);
void board_tree_finish(struct board_tree *t);

/* The first walk. */
void board_tree_start(struct board_tree *t, struct instant now);

/* The descriptor to poll for reading; -1: wait only for the deadline. */
int board_tree_fd(const struct board_tree *t);

/* Handles inotify's events. */
void board_tree_read(struct board_tree *t, struct instant now);

/* Does whatever is due by now; the next deadline, monotonic, INT64_MAX: none. */
void board_tree_tick(struct board_tree *t, struct instant now);
int64_t board_tree_next_deadline(const struct board_tree *t);

/* For board_answer(); data: a struct board_tree. */
board_read_whole board_tree_read_whole;
