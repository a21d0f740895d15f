/* Follows files of metrics on a thread of its own, as `tail -F` does, and hands their entries over.
 * The files are only read.
 *
 * What it has found comes back by feed_thread_dispatch(), which the owner calls on its loop's
 * thread after settings::wake. While nothing is appended, it sleeps; where inotify cannot help, it
 * looks every second. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed/feed.h"

struct feed_thread;

struct feed_settings {
	const char *const *paths; // borrowed, until the thread has stopped
	size_t path_count;

	/* Something waits for feed_thread_dispatch(). Called by the other thread. */
	void (*wake)(void *data);
	/* An entry that was appended since the start, before it goes to the feed. By dispatch. */
	void (*on_entry)(const struct feed_entry *e, void *data);
	void *data;
};

struct feed_thread *feed_thread_start(const struct feed_settings *settings);

/* Ends the thread, for limit_ms at most: one that a file system holds is left behind. NULL is fine.
 */
void feed_thread_stop(struct feed_thread *t, int64_t limit_ms);

/* Gives what was found to feed, which has the same files. */
void feed_thread_dispatch(struct feed_thread *t, struct feed *feed);
