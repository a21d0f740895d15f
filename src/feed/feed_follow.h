/* One followed file: how far it has been read, and its state. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/list.h"
#include "feed/feed.h"
#include "feed/feed_lines.h"

enum {
	FEED_FIRST_BYTES = 4 << 20, // of a file that is there at the start: its end
	FEED_STEP_BYTES = 16 << 20, // at once of one that grows by more
	FEED_REST_MS = 2000,        // until a last line without a newline is accepted
	FEED_LOOK_MS = 1000,
};

struct feed_follow {
	const char *path, *name; // borrowed
	size_t number;           // of the file
	int fd;                  // -1: not open
	dev_t device;
	ino_t inode;
	int64_t read_bytes, size;
	enum feed_state state;
	const char *reason; // of FEED_UNREADABLE; static
	struct feed_lines lines;
	int64_t grown_ms; // monotonic: when it last grew
	bool has_rest;    // the last line has no newline yet
	bool has_more;    // it was not read to its end yet
	bool is_started;  // it has been looked at
	bool is_remote;   // on a network file system, where inotify misses remote changes
	int file_watch, directory_watch; // of inotify; -1: none

	size_t found;                  // entries of this look
	uint64_t dropped, dropped_bad; // of all looks: entries, and lines that are none
};

void feed_follow_init(struct feed_follow *f, const char *path, size_t number);
void feed_follow_finish(struct feed_follow *f);

/* Reads what is new, at most FEED_STEP_BYTES of it. entries: empty; the newest FEED_ENTRIES come
 * into it, feed_entry::link. now_ms is monotonic. Whether anything has changed, the state included.
 */
bool feed_follow_look(struct feed_follow *f, struct list *entries, int64_t now_ms);

/* When it is to be looked at again, because of a last line without an end or because there is more
 * to read; INT64_MAX: not before it changes. */
int64_t feed_follow_next_deadline(const struct feed_follow *f);
