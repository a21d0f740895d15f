/* What the loop's thread, the writer and the reader share. Only for the files of this room. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "store/store.h"
#include "store/store_queue.h"

enum {
	STORE_NOTES = 8, // log lines that wait for the loop; more than so many are not of use
	STORE_NOTE_BYTES = 512,
	STORE_MAX_WORKS = 64, // questions, and changes, that wait
};

/* A question or a change, in one of the lists of the store. */
struct store_job {
	struct list link;
	store_work *work;
	store_answered *answered;
	void *arg;
	int result;
	bool comes_first; // before anything that is put
};

struct store_note {
	bool is_warning;
	char text[STORE_NOTE_BYTES];
};

struct store {
	struct store_settings settings; // path and host are owned; fixed
	bool is_off;

	pthread_mutex_t lock; // of all that follows
	pthread_cond_t to_write, to_read, to_dispatch;
	struct store_queue queue;
	struct list changes, questions, answers; // store_job::link
	unsigned change_count, question_count;
	struct store_note notes[STORE_NOTES];
	unsigned note_count;
	bool is_stopping;
	bool is_left_behind; // nobody waits for the threads any more
	int64_t give_up_ms;  // monotonic: when nobody waits for the threads any more
	bool was_tried;      // to open the file: it is as good as it gets
	bool is_suspect;     // the reader has found it corrupt
	bool is_keep_asked;  // old rows are to be looked for now
	bool writer_waits;
	unsigned threads;      // that run
	int64_t busy_since_ms; // monotonic: the writer is at the file; 0: it is not
	bool is_stuck;         // as the log was told
	struct store_state state;

	/* of the loop's thread alone */
	pthread_t writer, reader;
	bool has_writer, has_reader;
	bool is_dropping;        // as the log was told
	uint64_t dropped_before; // it was told that these were
};

int64_t store_mono_ms(void);

/* With the lock held: waits for a signal, until that monotonic time; INT64_MAX: for ever. False: it
 * has come. */
bool store_wait_until(struct store *s, pthread_cond_t *cond, int64_t until_ms);

/* With the lock held: the job is done, and goes to the loop. */
void store_finish_job(struct store *s, struct store_job *job, int result);

/* With the lock held: a line for the log, which the loop's thread writes. */
void store_note(struct store *s, bool is_warning, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* With the lock held, so that nobody is woken after store_close(): has the loop call
 * store_dispatch(). */
void store_wake(struct store *s);

/* The last that a thread does with the store: the last of those that were left behind frees it. */
void store_end_thread(struct store *s);
