#include "report/report_latency.h"

#include "base/json_write.h"

void report_latency_add(struct report_latency *l, int64_t count, int64_t sum_ms)
{
	if (l->size < REPORT_LATENCY_BUCKETS) {
		l->counts[l->size] = count;
		l->sums_ms[l->size] = sum_ms;
		l->count += count;
		l->sum_ms += sum_ms;
		l->size++;
	}
}

/* By nearest rank: the mean of the bucket in which that call lies, which is at most a quarter wide.
 */
static void write_percentile(
	struct json_writer *j, const char *name, const struct report_latency *l, int64_t percent)
{
	json_name(j, name);
	int64_t rank = (l->count * percent + 99) / 100, passed = 0;
	for (size_t i = 0; i < l->size; i++) {
		passed += l->counts[i];
		if (passed >= rank && l->counts[i] > 0) {
			json_int(j, l->sums_ms[i] / l->counts[i]);
			return;
		}
	}
	json_null(j);
}

void report_latency_write(struct json_writer *j, const struct report_latency *calls,
	const struct report_latency *ttft)
{
	json_name(j, "latency_ms");
	json_object_begin(j);
	json_name(j, "avg");
	if (calls->count > 0) {
		json_int(j, calls->sum_ms / calls->count);
	} else {
		json_null(j);
	}
	write_percentile(j, "p50", calls, 50);
	write_percentile(j, "p95", calls, 95);
	json_object_end(j);
	json_name(j, "ttft_ms");
	json_object_begin(j);
	write_percentile(j, "p50", ttft, 50);
	write_percentile(j, "p95", ttft, 95);
	json_object_end(j);
}
