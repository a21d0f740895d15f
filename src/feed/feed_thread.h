/* Follows metrics files on a thread of its own, like `tail -F`, and passes on their entries. The
 * files are only read.
 *
 * Results come back through feed_thread_dispatch(), which the owner calls on its loop's thread
 * after settings::wake. While nothing is appended, the thread sleeps; without inotify, it checks
 * every second. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed/feed.h"

struct feed_thread;

struct feed_settings {
	const char *const *paths; // borrowed, until the thread has stopped
	size_t path_count;

	/* There are results for feed_thread_dispatch(). Called by the other thread. */
	void (*wake)(void *data);
	/* An entry appended since the start, before it goes to the feed. Called by dispatch. */
	void (*on_entry)(const struct feed_entry *e, void *data);
	void *data;
};

struct feed_thread *feed_thread_start(const struct feed_settings *settings);

/* Ends the thread, waiting limit_ms at most: one blocked by a file system is left running. NULL is
 * fine. */
void feed_thread_stop(struct feed_thread *t, int64_t limit_ms);

/* Passes the results to feed, which has the same files. */
void feed_thread_dispatch(struct feed_thread *t, struct feed *feed);
