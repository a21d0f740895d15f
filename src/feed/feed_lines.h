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
	int64_t offset;     // where the unfinished line begins
	struct buf line;    // its bytes so far
	bool is_too_long;   // the rest of it is dropped
	bool skips_first;   // the first bytes are the rest of a line
	int64_t long_bytes; // of an overlong line, so far
	uint64_t repaired;  // lines with invalid UTF-8
};

void feed_lines_init(struct feed_lines *l, const char *name);
void feed_lines_finish(struct feed_lines *l);

/* Continues at that offset of the file; skips_first: in the middle of a line. */
void feed_lines_restart(struct feed_lines *l, int64_t offset, bool skips_first);

/* Consumes *bytes up to the end of a line. Returns the entry, for the caller to free; NULL: a blank
 * line, or no complete line is left. */
struct feed_entry *feed_lines_next(struct feed_lines *l, struct str *bytes);

/* The last line, still without an end: counts if it is a complete object. NULL: it is not. */
struct feed_entry *feed_lines_take_rest(struct feed_lines *l);
