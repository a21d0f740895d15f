/* The task board on a thread of its own: watches and reads the directories, answers questions about
 * them, and reports changes of tasks. The loop's thread never waits for it.
 *
 * Results come back through board_thread_dispatch(), which the owner calls on its loop's thread
 * after settings::wake. While nothing happens below the directories, the thread sleeps.
 *
 * Every function is for the loop's thread only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "board/board_answer.h"

struct board_thread;

/* A change of a task, for streams and for the feed. Valid during the call. */
struct board_notice {
	const char *name;   // "task.created"; NULL: found at the start, for the log only
	struct str payload; // a JSON object on one line
	struct str task_id, file_path, agent;
	struct str message;   // of a task.error: what is wrong
	int64_t line, column; // and where; 0: unknown
	const char *lane;
	int64_t wall_ms;
	bool is_error; // needs a person: unreadable, or its status became "error"
};

struct board_settings {
	const char *const *roots; // directories; copied
	size_t root_count;

	/* There are results for board_thread_dispatch(). Called by the other thread. */
	void (*wake)(void *data);
	void (*on_notice)(const struct board_notice *notice, void *data); // by dispatch
	void *data;
};

struct board_thread *board_thread_start(const struct board_settings *settings);

/* Ends the thread, waiting limit_ms at most: one blocked by a file system is left running. Open
 * questions are answered with -ECANCELED. NULL is fine. */
void board_thread_stop(struct board_thread *t, int64_t limit_ms);

/* r: board_answer()'s result, or -ECANCELED. Called by dispatch, exactly once; body is freed
 * afterwards, unless the callee swaps it. */
typedef void board_answered(int r, struct buf *body, void *data);

/* 0, and request is taken over; -EAGAIN with too many open questions, and there will be no answer.
 */
int board_thread_ask(struct board_thread *t, struct board_request *request, size_t max_bytes,
	board_answered *answered, void *data);

/* Frees what a request owns. */
void board_request_finish(struct board_request *request);

void board_thread_dispatch(struct board_thread *t);

/* The current status. */
struct board_report {
	bool is_ready; // the first walk is over
	size_t root_count;
	enum board_state states[BOARD_ROOTS];
	char reasons[BOARD_ROOTS][160]; // empty: watched
	struct board_counts counts;
	size_t files, ignored;
	bool is_truncated;
	int64_t last_change_ms; // wall clock; 0: no change since the start
	size_t bytes;           // of everything in memory
};
struct board_report board_thread_report(struct board_thread *t);
