#include "report/report_latency.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "store/store_db.h"

/* ---- buckets */

void report_histogram_add(struct report_histogram *h, int64_t low_ms, int64_t count, int64_t sum_ms)
{
	size_t at = h->size;
	while (at > 0 && h->buckets[at - 1].low_ms > low_ms) {
		at--;
	}
	bool is_there = at > 0 && h->buckets[at - 1].low_ms == low_ms;
	if (!is_there && h->size == REPORT_LATENCY_BUCKETS) {
		return;
	}
	if (!is_there) {
		for (size_t i = h->size++; i > at; i--) {
			h->buckets[i] = h->buckets[i - 1];
		}
		h->buckets[at].low_ms = low_ms;
		h->buckets[at].count = h->buckets[at].sum_ms = 0;
		at++;
	}
	h->buckets[at - 1].count += count;
	h->buckets[at - 1].sum_ms += sum_ms;
	h->count += count;
	h->sum_ms += sum_ms;
}

int64_t report_histogram_percentile(const struct report_histogram *h, int64_t percent)
{
	int64_t rank = (h->count * percent + 99) / 100, passed = 0;
	for (size_t i = 0; i < h->size; i++) {
		passed += h->buckets[i].count;
		if (passed >= rank && h->buckets[i].count > 0) {
			return h->buckets[i].sum_ms / h->buckets[i].count;
		}
	}
	return -1;
}

/* ---- from the tables */

/* ?1 and ?2: first and last; ?3 project, ?4 tool, ?5 model, NULL for all of them. */
#define BUCKETS(table, time)                                                                       \
	"SELECT model, what = 'call', low_ms, count, sum_ms FROM " table                           \
	" WHERE what IN ('call', 'ttft') AND " time " BETWEEN ?1 AND ?2"                           \
	" AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"                          \
	" AND (?5 IS NULL OR model = ?5)"

static const char by_days[] = BUCKETS("latency", "day");
static const char by_months[] = BUCKETS("latency_month", "month");

struct reading {
	struct store_db *db;
	const struct report_request *request;
	report_latency_place *place;
	void *data;
};

static int read_buckets(const struct reading *r, const char *sql, int64_t first, int64_t last)
{
	if (first > last) {
		return 0;
	}
	struct store_query *q = store_db_query(r->db, sql);
	const char *const texts[] = {r->request->project, r->request->tool, r->request->model};
	store_db_bind_int(q, 1, first);
	store_db_bind_int(q, 2, last);
	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		if (texts[i] != NULL) {
			store_db_bind_text(q, 3 + i, str_from(texts[i]));
		}
	}
	while (store_db_step(q)) {
		struct report_latency *l = r->place(store_db_text(q, 0), r->data);
		if (l != NULL) {
			report_histogram_add(store_db_int(q, 1) != 0 ? &l->calls : &l->ttft,
				store_db_int(q, 2), store_db_int(q, 3), store_db_int(q, 4));
		}
	}
	return store_db_end(q);
}

/* The first month that begins on a day or after it, and the last that ends on it or before. Nothing
 * is known of days to come, so that the month at hand ends today. */
static int64_t first_month(int64_t day)
{
	return day % 100 <= 1 ? day / 100 : report_month_plus(day / 100, 1);
}

static int64_t last_month(int64_t day, int64_t now_ms)
{
	bool is_whole = day >= report_day(now_ms) || report_day_plus(day, 1) % 100 == 1;
	return is_whole ? day / 100 : report_month_plus(day / 100, -1);
}

int report_latency_read(struct store_db *db, const struct report_request *request, int64_t first,
	int64_t last, report_latency_place *place, void *data)
{
	const struct reading r = {db, request, place, data};
	int64_t from = first_month(first), to = last_month(last, request->now_ms);
	if (from > to) {
		return read_buckets(&r, by_days, first, last);
	}
	int error = read_buckets(&r, by_days, first, from * 100);
	error = error < 0 ? error : read_buckets(&r, by_months, from, to);
	return error < 0 ? error : read_buckets(&r, by_days, to * 100 + 99, last);
}

/* ---- as JSON */

static void write_percentile(
	struct json_writer *j, const char *name, const struct report_histogram *h, int64_t percent)
{
	int64_t ms = report_histogram_percentile(h, percent);
	report_name_number(j, name, ms >= 0, ms);
}

void report_latency_write(struct json_writer *j, const struct report_latency *l)
{
	int64_t count = l->calls.count;
	json_name(j, "latency_ms");
	json_object_begin(j);
	report_name_number(j, "avg", count > 0, count > 0 ? l->calls.sum_ms / count : 0);
	write_percentile(j, "p50", &l->calls, 50);
	write_percentile(j, "p95", &l->calls, 95);
	json_object_end(j);
	json_name(j, "ttft_ms");
	json_object_begin(j);
	write_percentile(j, "p50", &l->ttft, 50);
	write_percentile(j, "p95", &l->ttft, 95);
	json_object_end(j);
}
