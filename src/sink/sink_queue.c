#include "sink/sink_queue.h"

#include <string.h>

#include "base/number.h"
#include "sink/sink_encode.h"

enum { KEPT_BYTES = 16 * 1024 };

void sink_queue_init(struct sink_queue *q, size_t limit_bytes)
{
	*q = (struct sink_queue){.limit_bytes = limit_bytes};
	buf_init(&q->bytes, limit_bytes + SINK_MAX_LINE_BYTES);
}

void sink_queue_finish(struct sink_queue *q)
{
	buf_finish(&q->bytes);
}

void sink_queue_clear(struct sink_queue *q)
{
	buf_clear(&q->bytes);
	buf_trim(&q->bytes, KEPT_BYTES);
	q->begun_bytes = 0;
	q->lagging = false;
}

bool sink_queue_push(struct sink_queue *q, struct str line)
{
	if (q->lagging) {
		return false;
	}
	bool fits = q->bytes.size == 0 || q->bytes.size + line.size <= q->limit_bytes;
	if (fits && buf_append_str(&q->bytes, line) == 0) {
		return true;
	}
	q->bytes.size = q->begun_bytes;
	q->lagging = true;
	return false;
}

/* The length of the line at offset from, with its '\n'. */
static size_t line_bytes(const struct sink_queue *q, size_t from)
{
	struct str rest = str_skip(buf_str(&q->bytes), from);
	return min_size(str_find_char(rest, '\n') + 1, rest.size);
}

void sink_queue_push_over_oldest(struct sink_queue *q, struct str line)
{
	while (q->bytes.size > q->begun_bytes && q->bytes.size + line.size > q->limit_bytes) {
		char *first = q->bytes.data + q->begun_bytes;
		size_t size = line_bytes(q, q->begun_bytes);
		memmove(first, first + size, q->bytes.size - q->begun_bytes - size);
		q->bytes.size -= size;
	}
	buf_append_str(&q->bytes, line);
}

bool sink_queue_wants_list(const struct sink_queue *q)
{
	return q->lagging && q->bytes.size == 0;
}

void sink_queue_restart(struct sink_queue *q, struct str list_line)
{
	q->lagging = false;
	sink_queue_push(q, list_line);
}

struct str sink_queue_pending(const struct sink_queue *q)
{
	return buf_str(&q->bytes);
}

void sink_queue_sent(struct sink_queue *q, size_t n)
{
	if (n == 0) {
		return;
	}
	bool at_line_end = q->bytes.data[n - 1] == '\n';
	buf_consume(&q->bytes, n);
	q->begun_bytes = at_line_end || q->bytes.size == 0 ? 0 : line_bytes(q, 0);
	if (q->bytes.size == 0) {
		buf_trim(&q->bytes, KEPT_BYTES);
	}
}
