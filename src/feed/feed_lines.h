/* Splits the bytes of a followed file, in pieces cut anywhere, into lines. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct feed_entry;

struct feed_lines {
	const char *name;   // of the file, borrowed
	int64_t offset;     // where the line begins that has not ended yet
	struct buf line;    // what there is of it
	bool is_too_long;   // and more of it is not kept
	bool skips_first;   // what comes first is the rest of a line
	int64_t long_bytes; // of a line that is too long, so far
	uint64_t repaired;  // lines with invalid UTF-8
};

void feed_lines_init(struct feed_lines *l, const char *name);
void feed_lines_finish(struct feed_lines *l);

/* From here on at that offset of the file; skips_first: not at the beginning of a line. */
void feed_lines_restart(struct feed_lines *l, int64_t offset, bool skips_first);

/* Takes bytes up to the end of a line, cutting them off *bytes. The entry, for the caller to free;
 * NULL: a blank line, or all bytes are taken. */
struct feed_entry *feed_lines_next(struct feed_lines *l, struct str *bytes);

/* The last line, still without an end: counts if it is a complete object. NULL: it is not. */
struct feed_entry *feed_lines_take_rest(struct feed_lines *l);
