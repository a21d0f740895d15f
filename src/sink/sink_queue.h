/* Lines waiting for one reader, up to a limit. A reader that falls behind loses its backlog, but
 * never the rest of a line it has begun to read: every line is complete or missing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct sink_queue {
	struct buf bytes;
	size_t limit_bytes;
	size_t begun_bytes; // at the front: the rest of a line the reader has begun to read
	bool lagging;       // the backlog was dropped: a fresh list is next
};

void sink_queue_init(struct sink_queue *q, size_t limit_bytes);
void sink_queue_finish(struct sink_queue *q);

/* Forgets everything, for a new reader. */
void sink_queue_clear(struct sink_queue *q);

/* Adds a copy of a whole line. One that exceeds the limit is dropped together with the backlog, and
 * nothing more is added until sink_queue_restart(). An empty queue accepts a line of any size.
 * False if the line was not added. */
bool sink_queue_push(struct sink_queue *q, struct str line);

/* The same, but the oldest lines make room instead. */
void sink_queue_push_over_oldest(struct sink_queue *q, struct str line);

/* Whether the rest has been sent and a fresh list is due. */
bool sink_queue_wants_list(const struct sink_queue *q);

/* Ends the lag with this list. To be called when one is due. */
void sink_queue_restart(struct sink_queue *q, struct str list_line);

/* What to write next, valid until the queue changes; empty if nothing. */
struct str sink_queue_pending(const struct sink_queue *q);

/* The first n bytes of that were written. */
void sink_queue_sent(struct sink_queue *q, size_t n);
