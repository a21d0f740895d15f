#include "store/store_past.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session_kin.h"
#include "store/store_db.h"
#include "store/store_word.h"

static char *copy_text(const struct store_query *q, int column)
{
	return store_db_is_null(q, column) ? NULL : str_dup(store_db_text(q, column));
}

/* ---- sessions */

enum column {
	ROW,
	ID,
	TOOL,
	PROJECT,
	CWD,
	MODEL,
	TURNS,
	LAST_SEEN,
	FIRST_TOKENS, // in the order of enum usage_class
	REPORTED = FIRST_TOKENS + USAGE_CLASS_COUNT,
	ESTIMATED,
	FIRST_COUNT, // in the order of enum session_cost
	CALLS = FIRST_COUNT + SESSION_COST_COUNT,
	OVER,
	OVER_TOLD,
};

static const char recent_sessions[] =
	"SELECT row, id, tool, project, cwd, model, turns, last_seen_ms,"
	" input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,"
	" cache_write_tokens, output_tokens, reasoning_tokens,"
	" reported_nano_usd, estimated_nano_usd,"
	" none_count, reported_count, estimated_count, free_count, unpriced_count,"
	" calls, over_ms, over_told"
	" FROM session WHERE last_seen_ms >= ?1 AND parent IS NULL"
	" ORDER BY last_seen_ms DESC LIMIT ?2";

static void read_usage(const struct store_query *q, struct store_past_session *s)
{
	for (int i = 0; i < USAGE_CLASS_COUNT; i++) {
		s->usage.tokens[i] = store_db_int(q, FIRST_TOKENS + i);
	}
	unsigned counted = 0;
	for (int i = 0; i < SESSION_COST_COUNT; i++) {
		s->costs[i].count = (unsigned)store_db_int(q, FIRST_COUNT + i);
		counted += s->costs[i].count;
	}
	s->costs[SESSION_COST_REPORTED].nano_usd = store_db_int(q, REPORTED);
	s->costs[SESSION_COST_ESTIMATED].nano_usd = store_db_int(q, ESTIMATED);
	s->usage.cost_nano_usd = store_db_int(q, REPORTED) + store_db_int(q, ESTIMATED);
	s->usage.has_cost = s->costs[SESSION_COST_REPORTED].count > 0 ||
			    s->costs[SESSION_COST_ESTIMATED].count > 0 ||
			    s->costs[SESSION_COST_FREE].count > 0;
	s->has_usage = counted > 0;
}

static enum session_cost cost_of(struct str source)
{
	static const struct {
		struct str name;
		enum session_cost cost;
	} sources[] = {
		{STR_INIT("reported"), SESSION_COST_REPORTED},
		{STR_INIT("estimated"), SESSION_COST_ESTIMATED},
		{STR_INIT("free"), SESSION_COST_FREE},
		{STR_INIT("unpriced"), SESSION_COST_UNPRICED},
	};
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		if (str_equal(sources[i].name, source)) {
			return sources[i].cost;
		}
	}
	return SESSION_COST_NONE;
}

static int read_calls(struct store_db *db, int64_t session_row, struct store_past_session *s)
{
	struct store_query *q = store_db_query(db,
		"SELECT id, source, cost_nano_usd, end_ms FROM (SELECT row, id, " STORE_COST_SOURCE(
			"cost_source") " AS source, cost_nano_usd, end_ms FROM call"
				       " WHERE session = ?1 ORDER BY row DESC LIMIT ?2) ORDER BY row");
	store_db_bind_int(q, 1, session_row);
	store_db_bind_int(q, 2, STORE_PAST_CALLS);
	while (store_db_step(q)) {
		s->calls = xrealloc(s->calls, (s->call_count + 1) * sizeof(*s->calls));
		s->calls[s->call_count++] = (struct store_past_call){
			.id = (uint64_t)store_db_int(q, 0),
			.cost = cost_of(store_db_text(q, 1)),
			.nano_usd = store_db_int(q, 2),
		};
		int64_t end_ms = store_db_int(q, 3);
		s->newest_call_ms = end_ms > s->newest_call_ms ? end_ms : s->newest_call_ms;
	}
	return store_db_end(q);
}

/* Each in its slot. */
static int read_series(struct store_db *db, int64_t session_row, struct store_past_session *s)
{
	struct store_query *q = store_db_query(db,
		"SELECT slot, id, start_ns, time_ns, keeps_start, cost_nano_usd, input_tokens,"
		" cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,"
		" cache_write_tokens, output_tokens, reasoning_tokens FROM series"
		" WHERE session = ?1 AND slot < ?2 ORDER BY slot");
	store_db_bind_int(q, 1, session_row);
	store_db_bind_int(q, 2, SESSION_SERIES);
	while (store_db_step(q)) {
		struct session_series series = {
			.id = (uint64_t)store_db_int(q, 1),
			.start_ns = store_db_int(q, 2),
			.time_ns = store_db_int(q, 3),
			.keeps_start = store_db_int(q, 4) != 0,
			.last.cost_nano_usd = store_db_int(q, 5),
		};
		for (int i = 0; i < USAGE_CLASS_COUNT; i++) {
			series.last.tokens[i] = store_db_int(q, 6 + i);
		}
		while (s->counters.series_count < store_db_int(q, 0)) {
			session_spend_add_series(&s->counters, &(struct session_series){0});
		}
		session_spend_add_series(&s->counters, &series);
	}
	return store_db_end(q);
}

static int read_session(struct store_db *db, const struct store_query *q, struct store_past *past)
{
	struct store_past_session *s = &past->sessions[past->count++];
	s->id = copy_text(q, ID);
	s->assistant_name = copy_text(q, TOOL);
	s->project = copy_text(q, PROJECT);
	s->cwd = copy_text(q, CWD);
	s->model = copy_text(q, MODEL);
	s->turns = (int)store_db_int(q, TURNS);
	s->last_seen_ms = store_db_int(q, LAST_SEEN);
	s->counted_calls = store_db_int(q, CALLS);
	s->over_ms = store_db_int(q, OVER);
	s->over_told = store_db_int(q, OVER_TOLD) != 0;
	read_usage(q, s);
	int r = read_calls(db, store_db_int(q, ROW), s);
	return r < 0 ? r : read_series(db, store_db_int(q, ROW), s);
}

static int read_kin(struct store_db *db, struct session_kin *ret)
{
	struct store_query *q = store_db_query(db, "SELECT kind, slot, id, parent FROM kin");
	while (store_db_step(q)) {
		cleanup_free char *kind = str_dup(store_db_text(q, 0));
		session_kin_enter(ret, &(struct session_relation){
					       .kind = kind,
					       .slot = (unsigned)store_db_int(q, 1),
					       .id = (uint64_t)store_db_int(q, 2),
					       .parent = (uint64_t)store_db_int(q, 3),
				       });
	}
	return store_db_end(q);
}

int store_load_past(struct store_db *db, void *arg)
{
	struct store_past *past = arg;
	int r = 0;
	past->sessions = xcalloc(STORE_PAST_SESSIONS, sizeof(*past->sessions));
	struct store_query *q = store_db_query(db, recent_sessions);
	store_db_bind_int(q, 1, past->since_ms);
	store_db_bind_int(q, 2, STORE_PAST_SESSIONS);
	while (r == 0 && store_db_step(q)) {
		r = read_session(db, q, past);
	}
	int ended = store_db_end(q);
	r = r < 0 ? r : ended;
	return r < 0 ? r : read_kin(db, &past->kin);
}

void store_past_finish(struct store_past *past)
{
	for (size_t i = 0; i < past->count; i++) {
		struct store_past_session *s = &past->sessions[i];
		free(s->id);
		free(s->assistant_name);
		free(s->project);
		free(s->cwd);
		free(s->model);
		free(s->calls);
		session_spend_finish(&s->counters);
	}
	free(past->sessions);
	*past = (struct store_past){.since_ms = past->since_ms};
}

/* ---- money */

int store_load_spent(struct store_db *db, void *arg)
{
	struct store_spent *spent = arg;
	struct store_query *q = store_db_query(db,
		"SELECT sum(reported_nano_usd), sum(estimated_nano_usd), sum(free_calls),"
		" sum(unpriced_calls), sum(unpriced_tokens), sum(calls)"
		" FROM daily WHERE day BETWEEN ?1 AND ?2");
	store_db_bind_int(q, 1, spent->from_day);
	store_db_bind_int(q, 2, spent->to_day);
	if (store_db_step(q)) {
		spent->reported_nano_usd = store_db_int(q, 0);
		spent->estimated_nano_usd = store_db_int(q, 1);
		spent->free_calls = store_db_int(q, 2);
		spent->unpriced_calls = store_db_int(q, 3);
		spent->unpriced_tokens = store_db_int(q, 4);
		spent->calls = store_db_int(q, 5);
	}
	return store_db_end(q);
}
