/* GET /api/timeline: when each session worked, and when it waited for its user. */
#include <errno.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"

enum { SESSIONS_MAX = 200, SPANS_MAX = 2000 };

/* ?1 and ?2: the period; ?3 project, ?4 tool, ?5 how many. Latest first. */
static const char sessions[] =
	"SELECT row, id, tool, project, model, first_seen_ms, last_seen_ms,"
	" (SELECT coalesce(sum(cost_nano_usd), 0) FROM call WHERE session = s.row"
	" AND end_ms >= ?1 AND end_ms < ?2),"
	" (SELECT coalesce(sum(calls), 0) FROM call WHERE session = s.row AND end_ms >= ?1"
	" AND end_ms < ?2 AND cost_source = 'u'),"
	" (SELECT count(*) FROM call WHERE session = s.row AND end_ms >= ?1 AND end_ms < ?2"
	" AND cost_source = 'e')"
	" FROM session AS s WHERE parent IS NULL AND last_seen_ms >= ?1 AND first_seen_ms < ?2"
	" AND (?3 IS NULL OR project = ?3) AND (?4 IS NULL OR tool = ?4)"
	" ORDER BY last_seen_ms DESC, row DESC LIMIT ?5";

/* Of an unfinished turn only the waits are stored; the live session knows more. */
static const char spans[] =
	"SELECT 'working', turn, min(begin_ms) AS begin_ms, max(end_ms) AS end_ms FROM turn"
	" WHERE session = ?1 GROUP BY turn HAVING max(end_ms) >= ?2 AND min(begin_ms) < ?3"
	" UNION ALL SELECT 'waiting', turn, begin_ms, end_ms FROM wait"
	" WHERE session = ?1 AND end_ms >= ?2 AND begin_ms < ?3"
	" ORDER BY begin_ms, end_ms DESC LIMIT ?4";

enum column { ROW, FIRST_TEXT, FIRST_SEEN = FIRST_TEXT + 4, LAST_SEEN, COST, UNPRICED, ESTIMATED };

struct range {
	int64_t from_ms, to_ms;
};

/* Default: today. */
static struct range range_of(const struct report_request *request)
{
	int64_t today = report_day(request->now_ms);
	bool is_open = request->from_ms == 0 && request->to_ms == 0;
	return (struct range){
		.from_ms = is_open ? report_day_begin_ms(today) : request->from_ms,
		.to_ms = request->to_ms > 0 ? request->to_ms
					    : report_day_begin_ms(report_day_plus(today, 1)),
	};
}

/* ret_more: more exist than were written. */
static int write_spans(struct json_writer *j, struct store_db *db, int64_t session,
	struct range range, bool *ret_more)
{
	struct store_query *q = store_db_query(db, spans);
	int count = 0;
	store_db_bind_int(q, 1, session);
	store_db_bind_int(q, 2, range.from_ms);
	store_db_bind_int(q, 3, range.to_ms);
	store_db_bind_int(q, 4, SPANS_MAX + 1);
	json_name(j, "spans");
	json_array_begin(j);
	bool more = store_db_step(q);
	for (; more && count < SPANS_MAX; count++) {
		json_object_begin(j);
		report_name_text(j, "kind", q, 0);
		json_name_int(j, "turn", store_db_int(q, 1));
		json_name_int(j, "begin", store_db_int(q, 2));
		json_name_int(j, "end", store_db_int(q, 3));
		json_object_end(j);
		more = store_db_step(q);
	}
	json_array_end(j);
	*ret_more = more;
	return store_db_end(q);
}

static int write_session(
	struct json_writer *j, struct store_db *db, const struct store_query *q, struct range range)
{
	static const char *const texts[] = {"session_id", "tool", "project", "model"};
	bool more;
	json_object_begin(j);
	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		report_name_text(j, texts[i], q, FIRST_TEXT + i);
	}
	json_name_int(j, "first_seen", store_db_int(q, FIRST_SEEN));
	json_name_int(j, "last_seen", store_db_int(q, LAST_SEEN));
	json_name(j, "cost_usd");
	json_billionths(j, store_db_int(q, COST));
	json_name_int(j, "unpriced_calls", store_db_int(q, UNPRICED));
	json_name_bool(j, "is_estimated", store_db_int(q, ESTIMATED) > 0);
	int r = write_spans(j, db, store_db_int(q, ROW), range, &more);
	json_name_bool(j, "truncated", more);
	json_object_end(j);
	return r;
}

int report_timeline(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct store_query *q = store_db_query(db, sessions);
	struct range range = range_of(request);
	struct json_writer j;
	int r = 0, count = 0;
	store_db_bind_int(q, 1, range.from_ms);
	store_db_bind_int(q, 2, range.to_ms);
	if (request->project != NULL) {
		store_db_bind_text(q, 3, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 4, str_from(request->tool));
	}
	store_db_bind_int(q, 5, SESSIONS_MAX + 1);
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name_int(&j, "begin", range.from_ms);
	json_name_int(&j, "end", range.to_ms);
	json_name(&j, "sessions");
	json_array_begin(&j);
	bool more = store_db_step(q);
	for (; r == 0 && more && count < SESSIONS_MAX; count++) {
		r = write_session(&j, db, q, range);
		more = store_db_step(q);
	}
	json_array_end(&j);
	json_name_bool(&j, "truncated", more);
	json_object_end(&j);
	int r2 = store_db_end(q);
	return r < 0 ? r : r2;
}
