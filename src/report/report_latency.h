/* How long calls took: counts and sums by bucket, as tables latency and latency_month keep them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "report/report.h"

struct json_writer;
struct store_db;

enum { REPORT_LATENCY_BUCKETS = 128 };

struct report_histogram {
	struct {
		int64_t low_ms, count, sum_ms;
	} buckets[REPORT_LATENCY_BUCKETS]; // ascending
	size_t size;
	int64_t count, sum_ms;
};

/* Of whole calls, and until their first token. */
struct report_latency {
	struct report_histogram calls, ttft;
};

/* Adds to a bucket; beyond the last there is no room, and none is expected. */
void report_histogram_add(
	struct report_histogram *h, int64_t low_ms, int64_t count, int64_t sum_ms);

/* By nearest rank: the mean of the bucket in which that call lies, which is at most a quarter wide.
 * -1: there are none. */
int64_t report_histogram_percentile(const struct report_histogram *h, int64_t percent);

/* Where the calls of a model are added to; NULL: nowhere. The model is borrowed. */
typedef struct report_latency *report_latency_place(struct str model, void *data);

/* Reads the calls from one local day to another (yyyymmdd, both included) that the request's
 * project, tool and model choose. Months that lie in between are read as one. */
int report_latency_read(struct store_db *db, const struct report_request *request, int64_t first,
	int64_t last, report_latency_place *place, void *data);

/* latency_ms {avg, p50, p95} and ttft_ms {p50, p95}: members of an object that has begun. */
void report_latency_write(struct json_writer *j, const struct report_latency *l);
