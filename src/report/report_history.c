/* GET /api/events: the feed; GET /api/sessions?past=1: the sessions that were. Newest first, by
 * pages: of the feed by the row to go on from, of sessions by an offset, since people jump in them.
 */
#include <string.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/report_sum.h"
#include "store/store_db.h"

static void bind_text(struct store_query *q, int parameter, const char *text)
{
	if (text != NULL) {
		store_db_bind_text(q, parameter, str_from(text));
	}
}

static void write_text(
	struct json_writer *j, const char *name, const struct store_query *q, int column)
{
	json_name_str(
		j, name, store_db_is_null(q, column) ? (struct str){0} : store_db_text(q, column));
}

static void write_money(struct json_writer *j, const char *name, int64_t nano_usd)
{
	json_name(j, name);
	json_billionths(j, nano_usd);
}

/* ---- events */

static void write_event(struct json_writer *j, const struct store_query *q)
{
	json_object_begin(j);
	json_name_int(j, "id", store_db_int(q, 0));
	json_name_int(j, "at", store_db_int(q, 1));
	write_text(j, "kind", q, 2);
	write_text(j, "session_id", q, 3);
	write_text(j, "tool", q, 4);
	write_text(j, "project", q, 5);
	json_name(j, "detail");
	json_raw(j, store_db_is_null(q, 6) ? STR("{}") : store_db_text(q, 6));
	json_object_end(j);
}

/* kind may list several, divided by commas. */
int report_events(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct store_query *q = store_db_query(db,
		"SELECT event.row, at_ms, kind, session.id, event.tool, event.project, detail"
		" FROM event LEFT JOIN session ON session.row = event.session"
		" WHERE event.row < ?1 AND (?2 IS NULL OR instr(',' || ?2 || ',', ',' || kind || ','))"
		" AND (?3 IS NULL OR event.project = ?3) AND (?4 IS NULL OR event.tool = ?4)"
		" ORDER BY event.row DESC LIMIT ?5");
	store_db_bind_int(q, 1, request->before > 0 ? request->before : INT64_MAX);
	bind_text(q, 2, request->kind);
	bind_text(q, 3, request->project);
	bind_text(q, 4, request->tool);
	store_db_bind_int(q, 5, request->limit);
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "events");
	json_array_begin(&j);
	int64_t count = 0, last = 0;
	while (store_db_step(q)) {
		write_event(&j, q);
		last = store_db_int(q, 0);
		count++;
	}
	json_array_end(&j);
	json_name(&j, "next");
	if (count == request->limit) {
		json_int(&j, last);
	} else {
		json_null(&j);
	}
	json_object_end(&j);
	return store_db_end(q);
}

/* ---- sessions */

/* ?1 project, ?2 tool, ?3 and ?4 the range of time, ?5 a text; a subagent's session is a part of
 * its parent's. */
#define CHOSEN                                                                                     \
	" FROM session WHERE parent IS NULL AND (?1 IS NULL OR project = ?1)"                      \
	" AND (?2 IS NULL OR tool = ?2) AND last_seen_ms >= ?3 AND first_seen_ms < ?4"             \
	" AND (?5 IS NULL OR instr(lower(id || ' ' || coalesce(project, '') || ' '"                \
	" || coalesce(model, '')), lower(?5)))"

static void bind_choice(struct store_query *q, const struct report_request *request)
{
	bind_text(q, 1, request->project);
	bind_text(q, 2, request->tool);
	store_db_bind_int(q, 3, request->from_ms);
	store_db_bind_int(q, 4, request->to_ms != 0 ? request->to_ms : INT64_MAX);
	bind_text(q, 5, request->text);
}

enum { SESSION_TEXTS = 6, SESSION_NUMBERS = 14 };

static void write_session(struct json_writer *j, const struct store_query *q)
{
	static const char *const texts[SESSION_TEXTS] = {
		"session_id", "tool", "project", "cwd", "model", "host"};
	static const char *const numbers[SESSION_NUMBERS] = {"first_seen", "last_seen", "turns",
		"worked_ms", "waited_ms", "calls", "errors", "input_tokens", "cache_read_tokens",
		"cache_write_tokens", "output_tokens", "reasoning_tokens", "free_calls",
		"unpriced_calls"};
	json_object_begin(j);
	for (int i = 0; i < SESSION_TEXTS; i++) {
		write_text(j, texts[i], q, i);
	}
	for (int i = 0; i < SESSION_NUMBERS; i++) {
		json_name_int(j, numbers[i], store_db_int(q, SESSION_TEXTS + i));
	}
	int64_t reported = store_db_int(q, SESSION_TEXTS + SESSION_NUMBERS);
	int64_t estimated = store_db_int(q, SESSION_TEXTS + SESSION_NUMBERS + 1);
	write_money(j, "cost_usd", reported + estimated);
	json_name(j, "cost");
	json_object_begin(j);
	write_money(j, "reported", reported);
	write_money(j, "estimated", estimated);
	json_object_end(j);
	json_object_end(j);
}

static int write_total(
	struct json_writer *j, struct store_db *db, const struct report_request *request)
{
	struct store_query *q = store_db_query(db, "SELECT count(*)" CHOSEN);
	bind_choice(q, request);
	json_name_int(j, "total", store_db_step(q) ? store_db_int(q, 0) : 0);
	json_name_int(j, "offset", request->offset);
	json_name_int(j, "limit", request->limit);
	return store_db_end(q);
}

int report_sessions(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct store_query *q = store_db_query(db,
		"SELECT id, tool, project, cwd, model, host, first_seen_ms, last_seen_ms, turns,"
		" worked_ms, waited_ms, calls, errors, input_tokens, cache_read_tokens,"
		" cache_write_5m_tokens + cache_write_1h_tokens + cache_write_tokens, output_tokens,"
		" reasoning_tokens, free_count, unpriced_count, reported_nano_usd,"
		" estimated_nano_usd" CHOSEN
		" ORDER BY last_seen_ms DESC, row DESC LIMIT ?6 OFFSET ?7");
	bind_choice(q, request);
	store_db_bind_int(q, 6, request->limit);
	store_db_bind_int(q, 7, request->offset);
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name(&j, "sessions");
	json_array_begin(&j);
	while (store_db_step(q)) {
		write_session(&j, q);
	}
	json_array_end(&j);
	int r = store_db_end(q);
	r = r < 0 ? r : write_total(&j, db, request);
	json_object_end(&j);
	return r;
}
