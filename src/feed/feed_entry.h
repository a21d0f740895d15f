/* One line of a metrics file, as appended by programs: a JSON object with a time, a name, a value,
 * tags and a message, each under one of the usual names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

enum {
	FEED_LINE_BYTES = 64 * 1024, // a longer line is invalid
	FEED_DEPTH = 32,
	FEED_TEXT_BYTES = 4096, // of a text that is shown
};

/* An entry, or a run of invalid lines. One allocation. */
struct feed_entry {
	struct list link;
	size_t file;       // index of its file
	int64_t offset;    // of the line, in bytes from the start of the file; -1: none
	const char *error; // a literal; NULL: a valid entry
	int64_t count;     // consecutive invalid lines
	bool has_time;
	int64_t time_ms;  // wall clock
	int64_t order_ms; // its own time, or that of its predecessor: for merging files
	bool is_old;      // it was there when the daemon started
	struct str json;  // as in answers: its keys, and _meta
	struct str event; // its name; data NULL: none
	struct str value; // a number as written; data NULL: none
	struct str *tags;
	size_t tag_count;
	size_t bytes; // of memory
};

/* Reads a line, which is modified. name: of its file. Never NULL: an invalid line becomes an entry
 * with the reason. */
struct feed_entry *feed_entry_read(char *line, size_t size, const char *name, int64_t offset);

/* An entry for an invalid line; error is a literal. */
struct feed_entry *feed_entry_bad(const char *error, int64_t offset);

bool feed_entry_has_tag(const struct feed_entry *e, struct str tag);
