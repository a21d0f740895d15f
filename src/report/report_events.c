/* GET /api/events: the feed, newest first, a page at a time. */
#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

/* ?1: rows before it; ?2: how many; ?3: the project; ?4 and on: kinds, NULL beyond the last. Each
 * kind is read from its own end of the index, so that a rare one costs no more. */
#define PAGE      " AND row < ?1 ORDER BY row DESC LIMIT ?2"
#define EVENTS    "SELECT e.row, at_ms, kind, id, e.tool, e.project, detail FROM event AS e"
#define WITH_ID   " LEFT JOIN session AS s ON s.row = e.session"
#define THE_KINDS "(VALUES(?4), (?5), (?6), (?7), (?8), (?9), (?10), (?11))"
#define NEWEST    " ORDER BY e.row DESC LIMIT ?2"

static const char *const queries[2][2] = {
	{EVENTS WITH_ID " WHERE e.row < ?1" NEWEST,
		EVENTS WITH_ID " WHERE e.project = ?3 AND e.row < ?1" NEWEST},
	{EVENTS WITH_ID " WHERE e.row IN (SELECT k.row FROM " THE_KINDS " AS wanted"
			" JOIN event AS k ON k.row IN (SELECT row FROM event"
			" WHERE kind = wanted.column1" PAGE "))" NEWEST,
		EVENTS WITH_ID " WHERE e.project = ?3 AND e.row < ?1"
			       " AND kind IN (SELECT column1 FROM " THE_KINDS ")" NEWEST},
};

static void bind(struct store_query *q, const struct report_request *request)
{
	struct str kinds = str_from(request->kind);
	store_db_bind_int(q, 1, request->before > 0 ? request->before : INT64_MAX);
	store_db_bind_int(q, 2, request->limit + 1); // one more: shows whether there are more
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	for (int i = 0; i < REPORT_KINDS && kinds.size > 0; i++) {
		store_db_bind_text(q, 4 + i, str_cut(&kinds, ','));
	}
}

static void write_event(struct json_writer *j, const struct store_query *q)
{
	json_object_begin(j);
	json_name_int(j, "id", store_db_int(q, 0));
	json_name_int(j, "at", store_db_int(q, 1));
	json_name_str(j, "kind", store_db_text(q, 2));
	report_name_text(j, "session_id", q, 3);
	report_name_text(j, "tool", q, 4);
	report_name_text(j, "project", q, 5);
	json_name(j, "detail");
	json_raw(j, store_db_is_null(q, 6) ? STR("{}") : store_db_text(q, 6));
	json_object_end(j);
}

int report_events(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	struct store_query *q = store_db_query(
		db, queries[request->kind != NULL][request->project != NULL]);
	int64_t count = 0, last = 0;
	bool more;
	bind(q, request);
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "events");
	json_array_begin(&j);
	while ((more = store_db_step(q)) && count < request->limit) {
		last = store_db_int(q, 0);
		count++;
		write_event(&j, q);
	}
	json_array_end(&j);
	report_name_number(&j, "next", more, last);
	json_object_end(&j);
	return store_db_end(q);
}
