/* Lines that wait for one reader, up to a limit. A reader that falls behind loses its backlog, but
 * never the rest of a line whose beginning it has: every line is whole or not there at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct sink_queue {
	struct buf bytes;
	size_t limit_bytes;
	size_t begun_bytes; // in front: the rest of a line of which the reader has the beginning
	bool lagging;       // the backlog was dropped: only a fresh list makes sense now
};

void sink_queue_init(struct sink_queue *q, size_t limit_bytes);
void sink_queue_finish(struct sink_queue *q);

/* Forgets everything, as for a new reader. */
void sink_queue_clear(struct sink_queue *q);

/* Takes a copy of a whole line. One that does not fit below the limit drops the backlog and itself,
 * and from then on nothing is taken until sink_queue_restart(). An empty queue takes a line of any
 * size. False if the line was not taken. */
bool sink_queue_push(struct sink_queue *q, struct str line);

/* The same, but instead of starting to lag the oldest lines make room. */
void sink_queue_push_over_oldest(struct sink_queue *q, struct str line);

/* Whether all that was left has gone and the reader is due a fresh list. */
bool sink_queue_wants_list(const struct sink_queue *q);

/* The reader gets this list and takes part again. To be called when it wants one. */
void sink_queue_restart(struct sink_queue *q, struct str list_line);

/* What is to be written next, valid until the queue changes; empty when there is nothing. */
struct str sink_queue_pending(const struct sink_queue *q);

/* The first n bytes of that were written. */
void sink_queue_sent(struct sink_queue *q, size_t n);
