/* Past sessions: GET /api/sessions?past=1, a single one, and its turns. */
#include <errno.h>
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_sum.h"
#include "store/store_db.h"

#define TOKENS                                                                                     \
	"input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens"         \
	" + cache_write_tokens + output_tokens"

/* The columns of a report_sum, then the session's own. Its row counts unpriced calls, but not their
 * tokens. */
#define SESSION                                                                                    \
	"SELECT calls, errors, turns, input_tokens, cache_read_tokens, cache_write_5m_tokens,"     \
	" cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,"             \
	" reported_nano_usd, estimated_nano_usd, free_count, unpriced_count,"                      \
	" iif(unpriced_count > 0, (SELECT coalesce(sum(" TOKENS "), 0) FROM call"                  \
	" WHERE call.session = s.row AND cost_source = 'u'), 0), 0, 0, worked_ms,"                 \
	" waited_ms, row, id, tool, project, cwd, model, host, first_seen_ms, last_seen_ms"        \
	" FROM session AS s"

enum column {
	ROW = REPORT_SUM_COUNT,
	FIRST_TEXT,
	FIRST_SEEN = FIRST_TEXT + 6,
	LAST_SEEN,
};

/* Writes members into an open object. */
static void write_session(struct json_writer *j, const struct store_query *q)
{
	static const char *const texts[] = {
		"session_id", "tool", "project", "cwd", "model", "host"};
	struct report_sum sum;
	report_sum_read(&sum, q);
	for (int i = 0; i < (int)ARRAY_SIZE(texts); i++) {
		report_name_text(j, texts[i], q, FIRST_TEXT + i);
	}
	json_name_int(j, "first_seen", store_db_int(q, FIRST_SEEN));
	json_name_int(j, "last_seen", store_db_int(q, LAST_SEEN));
	report_sum_write(j, &sum);
}

/* ---- the list */

#define CHOSEN                                                                                     \
	" WHERE parent IS NULL AND (?1 IS NULL OR project = ?1) AND (?2 IS NULL OR tool = ?2)"     \
	" AND last_seen_ms >= ?3 AND first_seen_ms < ?4"                                           \
	" AND (?5 IS NULL OR id LIKE ?5 ESCAPE '!' OR project LIKE ?5 ESCAPE '!'"                  \
	" OR model LIKE ?5 ESCAPE '!')"

/* The pattern of LIKE for a text that lies anywhere within. */
static void append_pattern(struct buf *out, struct str text)
{
	buf_append_char(out, '%');
	for (size_t i = 0; i < text.size; i++) {
		if (strchr("!%_", text.data[i]) != NULL) {
			buf_append_char(out, '!');
		}
		buf_append_char(out, text.data[i]);
	}
	buf_append_char(out, '%');
}

/* pattern: of the text that is looked for, if one is; borrowed until the query ends. */
static void bind_choice(
	struct store_query *q, const struct report_request *request, struct str pattern)
{
	if (request->project != NULL) {
		store_db_bind_text(q, 1, str_from(request->project));
	}
	if (request->tool != NULL) {
		store_db_bind_text(q, 2, str_from(request->tool));
	}
	store_db_bind_int(q, 3, request->from_ms);
	store_db_bind_int(q, 4, request->to_ms > 0 ? request->to_ms : INT64_MAX);
	if (request->text != NULL) {
		store_db_bind_text(q, 5, pattern);
	}
}

static int count_sessions(
	struct store_db *db, const struct report_request *request, struct str pattern, int64_t *ret)
{
	struct store_query *q = store_db_query(db, "SELECT count(*) FROM session" CHOSEN);
	bind_choice(q, request, pattern);
	*ret = store_db_step(q) ? store_db_int(q, 0) : 0;
	return store_db_end(q);
}

static int write_page(struct json_writer *j, struct store_db *db,
	const struct report_request *request, struct str pattern, int64_t total)
{
	struct store_query *q = store_db_query(
		db, SESSION CHOSEN " ORDER BY last_seen_ms DESC, row DESC LIMIT ?6 OFFSET ?7");
	bind_choice(q, request, pattern);
	store_db_bind_int(q, 6, request->offset < total ? request->limit : 0);
	store_db_bind_int(q, 7, request->offset);
	json_name(j, "sessions");
	json_array_begin(j);
	while (store_db_step(q)) {
		json_object_begin(j);
		write_session(j, q);
		json_object_end(j);
	}
	json_array_end(j);
	return store_db_end(q);
}

int report_sessions(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	struct buf pattern;
	int64_t total = 0;
	buf_init(&pattern, 2 * REPORT_TEXT_BYTES + 2);
	append_pattern(&pattern, str_from(request->text));
	json_writer_init(&j, out);
	int r = count_sessions(db, request, buf_str(&pattern), &total);
	json_object_begin(&j);
	r = r < 0 ? r : write_page(&j, db, request, buf_str(&pattern), total);
	buf_finish(&pattern);
	json_name_int(&j, "total", total);
	json_name_int(&j, "offset", request->offset);
	json_name_int(&j, "limit", request->limit);
	json_object_end(&j);
	return r;
}

/* ---- turns of a session, including the current one, of which only calls and waits are known */

static const char turns[] =
	"SELECT n.turn, t.begin_ms, t.end_ms, t.worked_ms, t.reason, t.outcome, t.model,"
	" coalesce(c.cost, 0), coalesce(c.unpriced, 0), coalesce(c.calls, 0),"
	" coalesce(c.errors, 0), coalesce(c.tokens, 0), coalesce(u.count, 0),"
	" coalesce(w.count, 0), coalesce(w.waited_ms, 0) FROM"
	" (SELECT turn FROM turn WHERE session = ?1 UNION SELECT turn FROM call WHERE session = ?1"
	" UNION SELECT turn FROM tool_call WHERE session = ?1"
	" UNION SELECT turn FROM wait WHERE session = ?1 ORDER BY 1 DESC LIMIT ?2) AS n"
	" LEFT JOIN (SELECT turn, min(begin_ms) AS begin_ms, max(end_ms) AS end_ms,"
	" sum(worked_ms) AS worked_ms, reason, outcome, model FROM turn WHERE session = ?1"
	" GROUP BY turn) AS t ON t.turn = n.turn"
	" LEFT JOIN (SELECT turn, sum(calls) AS calls, sum(fault IS NOT NULL) AS errors,"
	" sum(" TOKENS ") AS tokens, sum(cost_nano_usd) AS cost,"
	" sum(iif(cost_source = 'u', calls, 0)) AS unpriced"
	" FROM call WHERE session = ?1 GROUP BY turn) AS c ON c.turn = n.turn"
	" LEFT JOIN (SELECT turn, count(*) AS count FROM tool_call WHERE session = ?1"
	" GROUP BY turn) AS u ON u.turn = n.turn"
	" LEFT JOIN (SELECT turn, count(*) AS count, sum(end_ms - begin_ms) AS waited_ms"
	" FROM wait WHERE session = ?1 GROUP BY turn) AS w ON w.turn = n.turn ORDER BY n.turn";

static void write_turn(struct json_writer *j, const struct store_query *q)
{
	static const char *const counts[] = {
		"unpriced_calls", "calls", "errors", "tokens", "tool_calls", "waits", "waited_ms"};
	json_object_begin(j);
	json_name_int(j, "turn", store_db_int(q, 0));
	report_name_number(j, "begin", !store_db_is_null(q, 1), store_db_int(q, 1));
	report_name_number(j, "end", !store_db_is_null(q, 2), store_db_int(q, 2));
	report_name_number(j, "worked_ms", !store_db_is_null(q, 3), store_db_int(q, 3));
	report_name_text(j, "reason", q, 4);
	report_name_text(j, "outcome", q, 5);
	report_name_text(j, "model", q, 6);
	json_name(j, "cost_usd");
	json_billionths(j, store_db_int(q, 7));
	for (int i = 0; i < (int)ARRAY_SIZE(counts); i++) {
		json_name_int(j, counts[i], store_db_int(q, 8 + i));
	}
	json_object_end(j);
}

static int write_turns(struct json_writer *j, struct store_db *db, int64_t session)
{
	struct store_query *q = store_db_query(db, turns);
	store_db_bind_int(q, 1, session);
	store_db_bind_int(q, 2, REPORT_PAGE_MAX);
	json_array_begin(j);
	while (store_db_step(q)) {
		write_turn(j, q);
	}
	json_array_end(j);
	return store_db_end(q);
}

/* ---- a single session */

int report_session_row(struct store_db *db, const struct report_request *request, int64_t *ret)
{
	struct store_query *q = store_db_query(db, "SELECT row FROM session WHERE id = ?1");
	store_db_bind_text(q, 1, str_from(request->id));
	bool is_there = store_db_step(q);
	*ret = is_there ? store_db_int(q, 0) : 0;
	int r = store_db_end(q);
	return r == 0 && !is_there ? -ENOENT : r;
}

int report_session(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	json_writer_init(&j, out);
	struct store_query *q = store_db_query(db, SESSION " WHERE id = ?1");
	store_db_bind_text(q, 1, str_from(request->id));
	bool is_there = store_db_step(q);
	int64_t row = is_there ? store_db_int(q, ROW) : 0;
	json_object_begin(&j);
	if (is_there) {
		write_session(&j, q);
		json_name(&j, "why"); // a past session has no state
		json_null(&j);
	}
	int r = store_db_end(q);
	r = r == 0 && !is_there ? -ENOENT : r;
	json_name(&j, "turn_list");
	r = r < 0 ? r : write_turns(&j, db, row);
	json_object_end(&j);
	return r;
}

int report_turns(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	int64_t row;
	json_writer_init(&j, out);
	int r = report_session_row(db, request, &row);
	return r < 0 ? r : write_turns(&j, db, row);
}
