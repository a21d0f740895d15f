/* The last few lines, by number, for readers that reconnect and say what they saw last. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "sink/sink_type.h"

struct sink_ring_entry {
	enum sink_type type;
	const char *name; // a literal
	struct str line;  // owned
};

struct sink_ring {
	struct sink_ring_entry *lines; // owned
	size_t max_lines, max_bytes;
	size_t first, count, bytes;
	uint64_t last_id; // of the newest line; before the first line, one less than its number
};

/* Keeps up to max_lines lines with max_bytes in total. The first line will have the number last_id
 * + 1. */
void sink_ring_init(struct sink_ring *r, size_t max_lines, size_t max_bytes, uint64_t last_id);
void sink_ring_finish(struct sink_ring *r);

/* Adds a copy of line as the next number; the oldest lines make room. name is a literal. */
void sink_ring_add(struct sink_ring *r, enum sink_type type, const char *name, struct str line);

/* Whether every line after id is still here; also true when id is the newest. */
bool sink_ring_has_all_after(const struct sink_ring *r, uint64_t id);

/* The line with this number, which must be here. Valid until the next sink_ring_add(). */
const struct sink_ring_entry *sink_ring_line(const struct sink_ring *r, uint64_t id);
