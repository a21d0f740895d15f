/* Watches and reads an orchestrator's state on a thread of its own. Results come back through
 * orchestrator_thread_dispatch(), which the owner calls on its loop's thread after settings::wake.
 * While nothing is written, the thread sleeps. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "orchestrator/orchestrator_files.h"

struct orchestrator_thread;

struct orchestrator_settings {
	const char *dir; // borrowed, until the thread has stopped

	/* There are results for orchestrator_thread_dispatch(). Called by the other thread. */
	void (*wake)(void *data);
	/* A file was read; the callee owns the reading. is_first: it was there when the daemon
	 * started. Called by dispatch. */
	void (*on_read)(enum orchestrator_file file, struct orchestrator_reading *reading,
		bool is_first, void *data);
	void *data;
};

struct orchestrator_thread *orchestrator_thread_start(const struct orchestrator_settings *settings);

/* Ends the thread, waiting limit_ms at most: one blocked by a file system is left running. NULL is
 * fine. */
void orchestrator_thread_stop(struct orchestrator_thread *t, int64_t limit_ms);

/* Waits until all files have been read once, limit_ms at most, so that the first answers are
 * complete if files are readily available. To be called right after the start. */
void orchestrator_thread_wait(struct orchestrator_thread *t, int64_t limit_ms);

void orchestrator_thread_dispatch(struct orchestrator_thread *t);

struct orchestrator_watching {
	enum board_state state;
	char reason[ORCHESTRATOR_REASON_BYTES]; // empty: watched
};
struct orchestrator_watching orchestrator_thread_watching(struct orchestrator_thread *t);
