/* The newest entries of all followed files, and the answers built from them. Touches neither files
 * nor the loop. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

struct buf;
struct feed_entry;

enum {
	FEED_FILES = 16,
	FEED_ENTRIES = 1000, // kept of each file
	FEED_RECENT = 50,
};

#define FEED_BYTES ((size_t)16 << 20) // of the entries of one file

enum feed_state { FEED_FOLLOWING, FEED_MISSING, FEED_UNREADABLE };

struct feed_file {
	const char *path, *name; // borrowed; name: without its directories
	enum feed_state state;
	const char *reason;   // why it cannot be read, a literal or static; else NULL
	int64_t offset, size; // read so far; size of the file
	struct list entries;  // feed_entry::link, the oldest first
	size_t count, bytes;
};

struct feed {
	struct feed_file files[FEED_FILES];
	size_t file_count;
	uint64_t total, skipped, repaired; // entries; invalid lines; entries with repaired UTF-8
};

void feed_init(struct feed *f, const char *const *paths, size_t count);
void feed_finish(struct feed *f);

/* "following" */
const char *feed_state_name(enum feed_state state);

/* Appends the next entry of its file and takes it over; consecutive invalid lines are merged. */
void feed_add(struct feed *f, struct feed_entry *e);

struct feed_request { // texts are borrowed; empty: not given
	struct str event, tag, file;
	enum { FEED_UNGROUPED, FEED_BY_EVENT, FEED_BY_TAG } group;
	bool as_object;
	size_t limit; // of a list
};

/* Appends the answer of GET /api/metrics. */
void feed_answer(const struct feed *f, const struct feed_request *r, struct buf *out);

/* How many of the last FEED_RECENT lines are valid entries. */
size_t feed_count_recent(const struct feed *f);

/* Appends [{"path","state","offset","size"}]. */
void feed_append_files(const struct feed *f, struct buf *out);
