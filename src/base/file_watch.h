/* An inotify descriptor, which the kernel may refuse: then there is a reason to show and a time to
 * try again. Until then its owner compares files instead. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"

struct inotify_event;

enum {
	FILE_WATCH_RETRY_MS = 60000,
	FILE_WATCH_REASON_BYTES = 160,
};

struct file_watch {
	int fd;              // of inotify(7), never blocks; -1: none
	int64_t retry_at_ms; // monotonic, for file_watch_open(); INT64_MAX: not needed
	char reason[FILE_WATCH_REASON_BYTES]; // why there is none and what to do about it; else
					      // empty
};

/* A watch not opened yet. */
#define FILE_WATCH_NONE ((struct file_watch){.fd = -1, .retry_at_ms = INT64_MAX})

/* Opens one that is not open. */
void file_watch_open(struct file_watch *w, struct instant now);

/* Closes it after inotify has failed with this errno. */
void file_watch_give_up(struct file_watch *w, int error, struct instant now);

void file_watch_close(struct file_watch *w);

/* Has an inotify descriptor report IN_MOVE_SELF for each directory above path: renaming one takes
 * away what path named without an event on the file. Each is a watch of its own; remove it once it
 * has reported. */
void file_watch_parents(int fd, const char *path);

/* Reads from an inotify descriptor, once, and passes each event to take(). False if there was none.
 */
typedef void file_watch_take(const struct inotify_event *event, void *data);
bool file_watch_read(int fd, file_watch_take *take, void *data);
