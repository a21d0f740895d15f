/* What the loop's thread, the writer and the reader share. Private to this room. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "store/store.h"
#include "store/store_queue.h"

enum {
	STORE_NOTES = 8, // log lines waiting for the loop; more would be of no use
	STORE_NOTE_BYTES = 512,
	STORE_MAX_WORKS = 64, // pending queries, and pending changes
};

/* A query or a change, in one of the store's lists. */
struct store_job {
	struct list link;
	store_work *work;
	store_answered *answered;
	void *arg;
	int result;
	bool comes_first; // before any fact
};

struct store_note {
	bool is_warning;
	char text[STORE_NOTE_BYTES];
};

struct store {
	struct store_settings settings; // path and host are owned; fixed
	bool is_off;

	pthread_mutex_t lock; // of everything below
	pthread_cond_t to_write, to_read, to_dispatch;
	struct store_queue queue;
	struct list changes, questions, answers; // store_job::link
	unsigned change_count, question_count;
	struct store_note notes[STORE_NOTES];
	unsigned note_count;
	bool is_stopping;
	bool is_left_behind; // the owner no longer waits for the threads
	int64_t give_up_ms;  // monotonic: when the owner stops waiting for the threads
	bool was_tried;      // opening the file was tried at least once
	bool is_suspect;     // the reader found it corrupt
	bool is_keep_asked;  // retention should run now
	bool writer_waits;
	unsigned threads;      // running
	int64_t busy_since_ms; // monotonic: since when the writer is busy with the file; 0: it is
			       // not
	bool is_stuck;         // as last logged
	struct store_state state;

	/* owned by the loop's thread */
	pthread_t writer, reader;
	bool has_writer, has_reader;
	bool is_dropping;        // as last logged
	uint64_t dropped_before; // as last logged
};

int64_t store_mono_ms(void);

/* With the lock held: waits for a signal until that monotonic time; INT64_MAX: forever. False:
 * timed out. */
bool store_wait_until(struct store *s, pthread_cond_t *cond, int64_t until_ms);

/* With the lock held: hands a finished job to the loop. */
void store_finish_job(struct store *s, struct store_job *job, int result);

/* With the lock held: queues a log line for the loop's thread. */
void store_note(struct store *s, bool is_warning, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Has the loop call store_dispatch(). With the lock held, so that no wake-up follows store_close().
 */
void store_wake(struct store *s);

/* A thread's last use of the store; the last thread left behind frees it. */
void store_end_thread(struct store *s);
