/* GET /api/models: how well each model answers: how fast, and how often it fails with what. */
#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_latency.h"
#include "store/store_db.h"

enum { MODELS_MAX = 50, DAY_MAX = 99991231 };

/* ?1 and ?2: the first and the last day; ?3 project, ?4 tool. */
#define CHOSEN                                                                                     \
	" day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"

static const char models[] =
	"SELECT model, sum(calls), sum(errors) FROM daily WHERE" CHOSEN
	" GROUP BY model HAVING sum(calls) > 0 ORDER BY sum(calls) DESC, model LIMIT ?5";

/* Months have rows of their own, with day 0. */
static const char latencies[] =
	"SELECT what, sum(count), sum(sum_ms) FROM latency WHERE" CHOSEN
	" AND model = ?5 AND what IN ('call', 'ttft') AND day % 100 > 0 GROUP BY what, low_ms"
	" ORDER BY what, low_ms";

/* By time, from an index that has the failed calls alone. */
static const char faults[] =
	"SELECT fault, status, count(*) FROM call INDEXED BY call_of_fault"
	" WHERE fault IS NOT NULL AND coalesce(model, '') = ?5 AND end_ms >= ?1 AND end_ms < ?2"
	" AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"
	" GROUP BY fault, status ORDER BY count(*) DESC, fault, status";

static struct store_query *query(struct store_db *db, const char *sql,
	const struct report_request *request, int64_t first, int64_t last)
{
	struct store_query *q = store_db_query(db, sql);
	store_db_bind_int(q, 1, first);
	store_db_bind_int(q, 2, last);
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 4, str_from(request->tool));
	}
	return q;
}

static struct store_query *query_days(
	struct store_db *db, const char *sql, const struct report_request *request)
{
	int64_t first = request->from_ms > 0 ? report_day(request->from_ms) : 0;
	int64_t last = request->to_ms > 0 ? report_day(request->to_ms - 1) : DAY_MAX;
	return query(db, sql, request, first, last);
}

static int write_latency(struct json_writer *j, struct store_db *db,
	const struct report_request *request, struct str model)
{
	struct report_latency calls = {0}, ttft = {0};
	struct store_query *q = query_days(db, latencies, request);
	store_db_bind_text(q, 5, model);
	while (store_db_step(q)) {
		bool is_call = str_equal(store_db_text(q, 0), STR("call"));
		report_latency_add(
			is_call ? &calls : &ttft, store_db_int(q, 1), store_db_int(q, 2));
	}
	report_latency_write(j, &calls, &ttft);
	return store_db_end(q);
}

static int write_faults(struct json_writer *j, struct store_db *db,
	const struct report_request *request, struct str model)
{
	int64_t to_ms = request->to_ms > 0 ? request->to_ms : INT64_MAX;
	struct store_query *q = query(db, faults, request, request->from_ms, to_ms);
	store_db_bind_text(q, 5, model);
	json_name(j, "faults");
	json_array_begin(j);
	while (store_db_step(q)) {
		json_object_begin(j);
		report_name_text(j, "fault", q, 0);
		report_name_number(j, "status", !store_db_is_null(q, 1), store_db_int(q, 1));
		json_name_int(j, "calls", store_db_int(q, 2));
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

int report_models(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct store_query *q = query_days(db, models, request);
	struct json_writer j;
	int r = 0;
	store_db_bind_int(q, 5, MODELS_MAX);
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "models");
	json_array_begin(&j);
	while (r == 0 && store_db_step(q)) {
		struct str model = store_db_text(q, 0);
		json_object_begin(&j);
		json_name_str(&j, "model", model.size > 0 ? model : (struct str){0});
		json_name_int(&j, "calls", store_db_int(q, 1));
		json_name_int(&j, "errors", store_db_int(q, 2));
		r = write_latency(&j, db, request, model);
		r = r < 0 ? r : write_faults(&j, db, request, model);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	int r2 = store_db_end(q);
	return r < 0 ? r : r2;
}
