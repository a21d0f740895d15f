/* How long calls took: counts and sums by bucket, as table latency keeps them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct json_writer;

enum { REPORT_LATENCY_BUCKETS = 128 };

struct report_latency {
	int64_t counts[REPORT_LATENCY_BUCKETS], sums_ms[REPORT_LATENCY_BUCKETS];
	size_t size;
	int64_t count, sum_ms;
};

/* Buckets are added in ascending order; beyond the last there is no room, and none is expected. */
void report_latency_add(struct report_latency *l, int64_t count, int64_t sum_ms);

/* latency_ms {avg, p50, p95} and ttft_ms {p50, p95}: members of an object that has begun. */
void report_latency_write(struct json_writer *j, const struct report_latency *calls,
	const struct report_latency *ttft);
