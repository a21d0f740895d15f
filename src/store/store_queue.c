#include "store/store_queue.h"

enum { KEPT_BYTES = 16 * 1024 };

void store_queue_init(struct store_queue *q, size_t max_bytes)
{
	*q = (struct store_queue){.max_bytes = max_bytes};
	buf_init(&q->bytes, max_bytes);
}

void store_queue_finish(struct store_queue *q)
{
	buf_finish(&q->bytes);
}

bool store_queue_put(struct store_queue *q, enum store_kind kind, const struct store_source *from)
{
	size_t before = q->bytes.size;
	if (store_record_append(&q->bytes, kind, from) == 0 &&
		store_queue_bytes(q) <= q->max_bytes) {
		return true;
	}
	q->bytes.size = before;
	q->dropped++;
	return false;
}

void store_queue_take(struct store_queue *q, struct buf *taken)
{
	struct buf empty = *taken;
	*taken = q->bytes;
	q->bytes = empty;
	buf_trim(&q->bytes, KEPT_BYTES);
	q->held_bytes += taken->size;
}

void store_queue_let_go(struct store_queue *q, size_t bytes)
{
	q->held_bytes -= bytes;
}

size_t store_queue_bytes(const struct store_queue *q)
{
	return q->held_bytes + q->bytes.size;
}
