/* Usage in a period: the sums behind every answer about cost. */
#pragma once

#include <stdint.h>

#include "event/usage.h"
#include "report/report.h"

struct json_writer;
struct store_query;

struct report_sum {
	int64_t calls, errors, turns;
	int64_t tokens[USAGE_CLASS_COUNT];
	int64_t reported_nano_usd, estimated_nano_usd;
	int64_t free_calls, unpriced_calls, unpriced_tokens;
	int64_t timed_calls, duration_ms;
	int64_t worked_ms, waited_ms;
};

/* The first columns of every query over daily, in this order. */
#define REPORT_SUM_OF(column) "coalesce(sum(" column "), 0)"
#define REPORT_SUM_COLUMNS                                                                         \
	REPORT_SUM_OF("calls")                                                                     \
	", " REPORT_SUM_OF("errors") ", " REPORT_SUM_OF("turns") ", " REPORT_SUM_OF(               \
		"input_tokens") ", " REPORT_SUM_OF("cache_read_tokens") ", " REPORT_SUM_OF("cache_write_5m_tokens") ", " REPORT_SUM_OF("cache_write_1h_tokens") ", " REPORT_SUM_OF("cache_write_tokens") ", " REPORT_SUM_OF("output_tokens") ", " REPORT_SUM_OF("reasoning_tokens") ", " REPORT_SUM_OF("reported_nano_usd") ", " REPORT_SUM_OF("estimated_nano_usd") ", " REPORT_SUM_OF("free_calls") ", " REPORT_SUM_OF("unpriced_calls") ", " REPORT_SUM_OF("unpriced_tokens") ", " REPORT_SUM_OF("timed_calls") ", " REPORT_SUM_OF("duration_ms") ", " REPORT_SUM_OF("worked_ms") ", " REPORT_SUM_OF("waited_ms")
enum { REPORT_SUM_COUNT = 19 };

void report_sum_read(struct report_sum *ret, const struct store_query *q);
void report_sum_add(struct report_sum *to, const struct report_sum *from);

int64_t report_sum_cost(const struct report_sum *s);

/* All classes but reasoning, which is part of output. */
int64_t report_sum_tokens(const struct report_sum *s);

/* cost_usd, cost, unpriced_*, tokens, calls, errors, success_rate, turns, worked_ms, waited_ms: the
 * members of an object that has begun. */
void report_sum_write(struct json_writer *j, const struct report_sum *s);

/* Only cost_usd, calls and tokens, for long lists. */
void report_sum_write_short(struct json_writer *j, const struct report_sum *s);
