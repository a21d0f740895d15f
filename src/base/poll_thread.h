/* A thread that sleeps in poll(2) on one descriptor and one deadline, works when either is due, and
 * shares its findings under a lock: for work that may block on a slow file system, such as watching
 * directories, so that the loop's thread never does.
 *
 *	poll_thread_start(&t, &job);          // job.begin(), then job.work() at every wake-up
 *	poll_thread_lock(&t);                 // on either side, around what both use
 *	poll_thread_unlock(&t);
 *	poll_thread_stop(&t, 1000);
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct poll_thread_job {                 // its functions run on the thread, without the lock
	const char *name;                // a literal, for the log: "the task board"
	void (*begin)(void *data);       // once
	int (*descriptor)(void *data);   // to wait for, before each sleep; -1: none
	int64_t (*deadline)(void *data); // monotonic ms; INT64_MAX: none
	/* is_readable: the descriptor is. Otherwise the deadline has passed or poll_thread_wake()
	 * was called. Called one last time after poll_thread_stop(). */
	void (*work)(bool is_readable, void *data);
	void *data;
};

struct poll_thread { // opaque
	struct poll_thread_job job;
	pthread_t thread;
	int wake;              // an eventfd
	pthread_mutex_t mutex; // of the next two, and of whatever the owner shares
	bool is_stopping, has_begun;
	pthread_cond_t begun;
};

/* Copies job. Aborts if no thread can be created. */
void poll_thread_start(struct poll_thread *t, const struct poll_thread_job *job);

/* Ends the thread, waiting limit_ms at most. False, with a warning logged, if a file system blocks
 * it: the thread is then left running, and everything it can reach must stay. */
bool poll_thread_stop(struct poll_thread *t, int64_t limit_ms);

/* Whether poll_thread_stop() was called; for the thread, with the lock held. */
bool poll_thread_is_stopping(const struct poll_thread *t);

/* Waits until begin() has returned, limit_ms at most. */
void poll_thread_wait_begun(struct poll_thread *t, int64_t limit_ms);

/* Makes the thread work soon. */
void poll_thread_wake(struct poll_thread *t);

void poll_thread_lock(struct poll_thread *t);
void poll_thread_unlock(struct poll_thread *t);
