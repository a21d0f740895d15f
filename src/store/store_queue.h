/* Records that wait to be written, up to a limit. What does not fit is counted, not kept: the
 * oldest facts are those that others build on. Knows no threads; whoever shares it locks it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/store_record.h"

struct store_queue {
	struct buf bytes;
	size_t max_bytes;
	size_t held_bytes; // taken, and not written yet: they count
	uint64_t dropped;
};

void store_queue_init(struct store_queue *q, size_t max_bytes);
void store_queue_finish(struct store_queue *q);

/* False: the queue was full, and the record was dropped. */
bool store_queue_put(struct store_queue *q, enum store_kind kind, const struct store_source *from);

/* Moves all records into taken, which must be empty. They still count as queued until
 * store_queue_let_go(). */
void store_queue_take(struct store_queue *q, struct buf *taken);

/* Releases the space of the first bytes taken. */
void store_queue_let_go(struct store_queue *q, size_t bytes);

/* Everything queued, taken or not. */
size_t store_queue_bytes(const struct store_queue *q);
