/* GET /api/sessions/ID/turns/N: what happened in one turn, in order of start. */
#include <errno.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_db.h"
#include "store/store_word.h"

enum { STEPS_MAX = 2000 };

/* Scans the session by its index; a session is small beside the history. */
#define OF_TURN " WHERE session = ?1 AND turn = ?2"
static const char steps[] = "SELECT 'model' AS kind, model AS name, NULL AS tool_name, model, " STORE_ACTOR(
	"actor") " AS actor, agent,"
		 " end_ms - coalesce(duration_ms, 0) AS begin_ms, duration_ms AS length_ms,"
		 " iif(fault IS NULL, 'ok', 'error') AS outcome, fault, status,"
		 " input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens"
		 " + cache_write_tokens + output_tokens AS tokens, cost_nano_usd"
		 " FROM call" OF_TURN " AND calls > 0"
		 " UNION ALL SELECT 'tool', name, NULL, NULL, " STORE_ACTOR(
			 "actor") ", agent, begin_ms, end_ms - begin_ms,"
				  " outcome, NULL, NULL, NULL, NULL FROM tool_call" OF_TURN
				  " UNION ALL SELECT 'you', kind, name, NULL, " STORE_ACTOR(
					  "actor") ", agent, begin_ms, end_ms - begin_ms,"
						   " outcome, NULL, NULL, NULL, NULL FROM wait" OF_TURN
						   " UNION ALL SELECT 'agent', name, NULL, NULL, NULL, agent, begin_ms, end_ms - begin_ms,"
						   " outcome, NULL, NULL, NULL, NULL FROM agent" OF_TURN
						   " ORDER BY begin_ms, length_ms DESC LIMIT ?3";

enum column {
	KIND,
	NAME,
	TOOL_NAME,
	MODEL,
	ACTOR,
	AGENT,
	BEGIN,
	LENGTH,
	OUTCOME,
	FAULT,
	STATUS,
	STEP_TOKENS,
	COST
};

static void write_step(struct json_writer *j, const struct store_query *q, int64_t begin_ms)
{
	static const struct {
		const char *name;
		enum column column;
	} texts[] = {{"kind", KIND}, {"name", NAME}, {"tool_name", TOOL_NAME}, {"model", MODEL},
		{"actor", ACTOR}, {"agent", AGENT}, {"outcome", OUTCOME}, {"fault", FAULT}};
	static const struct {
		const char *name;
		enum column column;
	} numbers[] = {{"begin_ms", BEGIN}, {"length_ms", LENGTH}, {"status", STATUS},
		{"tokens", STEP_TOKENS}};
	json_object_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		report_name_text(j, texts[i].name, q, (int)texts[i].column);
	}
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		int column = (int)numbers[i].column;
		report_name_number(
			j, numbers[i].name, !store_db_is_null(q, column), store_db_int(q, column));
	}
	json_name_int(j, "offset_ms", store_db_int(q, BEGIN) - begin_ms);
	json_name(j, "cost_usd");
	if (store_db_is_null(q, COST)) {
		json_null(j);
	} else {
		json_billionths(j, store_db_int(q, COST));
	}
	json_object_end(j);
}

struct turn {
	bool is_over;
	int64_t begin_ms, end_ms;
};

static int read_turn(struct store_db *db, int64_t session, int64_t number, struct turn *ret)
{
	struct store_query *q = store_db_query(
		db, "SELECT min(begin_ms), max(end_ms) FROM turn WHERE session = ?1 AND turn = ?2");
	store_db_bind_int(q, 1, session);
	store_db_bind_int(q, 2, number);
	*ret = (struct turn){0};
	if (store_db_step(q) && !store_db_is_null(q, 0)) {
		*ret = (struct turn){true, store_db_int(q, 0), store_db_int(q, 1)};
	}
	return store_db_end(q);
}

static void write_head(struct json_writer *j, const struct report_request *request,
	const struct turn *turn, int64_t begin_ms)
{
	json_name_str(j, "session_id", str_from(request->id));
	json_name_int(j, "turn", request->turn);
	json_name_int(j, "begin", begin_ms);
	report_name_number(j, "end", turn->is_over, turn->end_ms);
}

/* An unfinished turn starts with its first step. */
static int write_steps(struct json_writer *j, struct store_db *db,
	const struct report_request *request, int64_t session, const struct turn *turn)
{
	struct store_query *q = store_db_query(db, steps);
	store_db_bind_int(q, 1, session);
	store_db_bind_int(q, 2, request->turn);
	store_db_bind_int(q, 3, STEPS_MAX + 1);
	bool more = store_db_step(q), is_there = more || turn->is_over;
	int64_t begin_ms = turn->is_over ? turn->begin_ms : more ? store_db_int(q, BEGIN) : 0;
	write_head(j, request, turn, begin_ms);
	json_name(j, "steps");
	json_array_begin(j);
	for (int count = 0; more && count < STEPS_MAX; count++) {
		write_step(j, q, begin_ms);
		more = store_db_step(q);
	}
	json_array_end(j);
	json_name_bool(j, "truncated", more);
	int r = store_db_end(q);
	return r == 0 && !is_there ? -ENOENT : r;
}

int report_turn(struct store_db *db, const struct report_request *request, struct buf *out)
{
	struct json_writer j;
	struct turn turn;
	int64_t session;
	json_writer_init(&j, out);
	int r = report_session_row(db, request, &session);
	r = r < 0 ? r : read_turn(db, session, request->turn, &turn);
	if (r < 0) {
		return r;
	}
	json_object_begin(&j);
	r = write_steps(&j, db, request, session, &turn);
	json_object_end(&j);
	return r;
}
