/* The files of an orchestrator's state on disk: finds them and rereads what has changed. Everything
 * is opened for reading only; no symbolic link below the directory is followed.
 *
 * May block on a slow file system: for a thread of its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/file_watch.h"
#include "base/instant.h"
#include "board/board_answer.h"
#include "orchestrator/orchestrator_facts.h"

enum {
	ORCHESTRATOR_POLL_MS = 5000,
	ORCHESTRATOR_SETTLE_MS = 100,      // after a change without a close
	ORCHESTRATOR_SETTLE_MAX_MS = 1000, // ... while changes go on
	ORCHESTRATOR_REASON_BYTES = FILE_WATCH_REASON_BYTES,
	ORCHESTRATOR_WATCHES = 5, // DIR, DIR/state, and three directories in either
};

struct orchestrator_seen {        // of one file
	bool is_known;            // it has been looked at
	bool is_forced;           // to be reread even if its stat is unchanged
	int error;                // of the last read; 0: success
	struct stat stat;         // as of that read
	int64_t first_ms, due_ms; // monotonic: not read before due; 0: settled
};

struct orchestrator_files {
	const char *dir; // borrowed: as configured
	char *base;      // owned: it, or its "state"
	struct orchestrator_seen seen[ORCHESTRATOR_FILES];
	struct file_watch inotify;
	int watches[ORCHESTRATOR_WATCHES];
	bool is_remote; // inotify misses remote changes
	enum board_state state;
	char reason[ORCHESTRATOR_REASON_BYTES]; // why it is not watched; empty: watched
	int64_t poll_at_ms;                     // monotonic; INT64_MAX: not needed
};

void orchestrator_files_init(struct orchestrator_files *f, const char *dir);
void orchestrator_files_finish(struct orchestrator_files *f);

/* Handles inotify's events. Returns whether orchestrator_files_look() should follow at once. */
bool orchestrator_files_take(struct orchestrator_files *f, struct instant now);

/* Called for every file that has changed. */
typedef void orchestrator_files_found(
	enum orchestrator_file file, struct orchestrator_reading *reading, void *data);

/* Checks all files, and reads those that have changed. */
void orchestrator_files_look(struct orchestrator_files *f, struct instant now,
	orchestrator_files_found *found, void *data);

/* When the next look is due, monotonic; INT64_MAX: only when inotify reports something. */
int64_t orchestrator_files_next_deadline(const struct orchestrator_files *f);
