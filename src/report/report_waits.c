/* GET /api/waits: how long assistants waited for their user, by the tool that they asked for; those
 * that took longest in all first. */
#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

enum { ROWS_MAX = 200 };

/* Percentiles by nearest rank, within each kind and name. */
static const char waits[] =
	"WITH chosen AS (SELECT kind, name, outcome, end_ms - begin_ms AS ms,"
	" row_number() OVER (PARTITION BY kind, name ORDER BY end_ms - begin_ms) AS rank,"
	" count(*) OVER (PARTITION BY kind, name) AS n"
	" FROM wait WHERE end_ms >= ?1 AND end_ms < ?2 AND (?3 IS NULL OR project = ?3)"
	" AND (?4 IS NULL OR tool = ?4))"
	" SELECT kind, name, n, sum(outcome IS 'rejected'), sum(outcome IS 'interrupted'), sum(ms),"
	" max(iif(rank = (n + 1) / 2, ms, 0)), max(iif(rank = (n * 95 + 99) / 100, ms, 0)), max(ms)"
	" FROM chosen GROUP BY kind, name ORDER BY sum(ms) DESC, kind, name LIMIT ?5";

int report_waits(struct store_db *db, const struct report_request *request, struct buf *out)
{
	static const char *const numbers[] = {
		"asks", "refused", "interrupted", "waited_ms", "median_ms", "p95_ms", "max_ms"};
	struct store_query *q = store_db_query(db, waits);
	struct json_writer j;
	store_db_bind_int(q, 1, request->from_ms);
	store_db_bind_int(q, 2, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 4, str_from(request->tool));
	}
	store_db_bind_int(q, 5, ROWS_MAX);
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "waits");
	json_array_begin(&j);
	while (store_db_step(q)) {
		json_object_begin(&j);
		report_name_text(&j, "kind", q, 0);
		report_name_text(&j, "name", q, 1);
		for (int i = 0; i < (int)ARRAY_SIZE(numbers); i++) {
			json_name_int(&j, numbers[i], store_db_int(q, 2 + i));
		}
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	return store_db_end(q);
}
