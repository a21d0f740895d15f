#include "sink/sink_ring.h"

#include <stdlib.h>

#include "base/mem.h"

void sink_ring_init(struct sink_ring *r, size_t max_lines, size_t max_bytes, uint64_t last_id)
{
	*r = (struct sink_ring){
		.lines = xcalloc(max_lines, sizeof(*r->lines)),
		.max_lines = max_lines,
		.max_bytes = max_bytes,
		.last_id = last_id,
	};
}

static void drop_oldest(struct sink_ring *r)
{
	struct sink_ring_entry *oldest = &r->lines[r->first];
	r->bytes -= oldest->line.size;
	free((char *)oldest->line.data);
	*oldest = (struct sink_ring_entry){0};
	r->first = (r->first + 1) % r->max_lines;
	r->count--;
}

void sink_ring_finish(struct sink_ring *r)
{
	while (r->count > 0) {
		drop_oldest(r);
	}
	free(r->lines);
	*r = (struct sink_ring){0};
}

void sink_ring_add(struct sink_ring *r, enum sink_type type, const char *name, struct str line)
{
	r->last_id++;
	while (r->count > 0 && (r->count == r->max_lines || r->bytes + line.size > r->max_bytes)) {
		drop_oldest(r);
	}
	if (line.size > r->max_bytes) {
		return; // the gap also invalidates everything before: no reader can resume across
			// it
	}
	r->lines[(r->first + r->count) % r->max_lines] = (struct sink_ring_entry){
		type, name, {str_dup(line), line.size}};
	r->count++;
	r->bytes += line.size;
}

bool sink_ring_has_all_after(const struct sink_ring *r, uint64_t id)
{
	return id <= r->last_id && r->last_id - id <= r->count;
}

const struct sink_ring_entry *sink_ring_line(const struct sink_ring *r, uint64_t id)
{
	size_t from_newest = (size_t)(r->last_id - id);
	return &r->lines[(r->first + r->count - 1 - from_newest) % r->max_lines];
}
