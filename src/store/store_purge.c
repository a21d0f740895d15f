#include "store/store_purge.h"

#include "base/mem.h"
#include "store/store.h"
#include "store/store_db.h"
#include "store/store_keep.h"

#define STEP_ROWS "2000"

/* ?1: before_ms; ?2: the project, or NULL; rows after ?3, up to ?4. */
#define OF_PROJECT "(?2 IS NULL OR coalesce(project, '') = ?2)"
#define OF_SESSION(table)                                                                          \
	"(?2 IS NULL OR ?2 = (SELECT coalesce(project, '') FROM session"                           \
	" WHERE session.row = " table ".session))"
#define NONE_LEFT(table, when)                                                                     \
	" AND NOT EXISTS (SELECT 1 FROM " table " WHERE " table ".session = session.row" when ")"
#define NOTHING_LEFT(when)                                                                         \
	NONE_LEFT("call", when)                                                                    \
	NONE_LEFT("tool_call", when)                                                               \
	NONE_LEFT("turn", when) NONE_LEFT("wait", when) NONE_LEFT("agent", when)

#define TABLE(table, label, time, condition) TABLE_COUNTED(table, label, time, condition, condition)
#define TABLE_COUNTED(table, label, time, condition, count_condition)                              \
	{                                                                                          \
		label,                                                                             \
			"SELECT max(row) FROM (SELECT row FROM " table " WHERE row > ?1"           \
			" ORDER BY row LIMIT " STEP_ROWS ")",                                      \
			"DELETE FROM " table " WHERE row > ?3 AND row <= ?4 AND " time             \
			" < ?1 AND " condition,                                                    \
			"SELECT count(*) FROM " table " WHERE " time " < ?1 AND " count_condition, \
	}

static const struct {
	const char *name;
	const char *window; // the last row of the next step, which starts after row ?1
	const char *delete;
	const char *count;
} tables[STORE_PURGE_TABLES] = {
	[STORE_PURGE_CALLS] = TABLE("call", "calls", "end_ms", OF_PROJECT),
	[STORE_PURGE_TOOL_CALLS] = TABLE(
		"tool_call", "tool_calls", "end_ms", OF_SESSION("tool_call")),
	[STORE_PURGE_TURNS] = TABLE("turn", "turns", "end_ms", OF_PROJECT),
	[STORE_PURGE_WAITS] = TABLE("wait", "waits", "end_ms", OF_PROJECT),
	[STORE_PURGE_AGENTS] = TABLE("agent", "subagents", "end_ms", OF_SESSION("agent")),
	[STORE_PURGE_EVENTS] = TABLE("event", "events", "at_ms", OF_PROJECT),
	[STORE_PURGE_SESSIONS] = TABLE_COUNTED("session", "sessions", "last_seen_ms",
		OF_PROJECT NOTHING_LEFT(""), OF_PROJECT NOTHING_LEFT(" AND end_ms >= ?1")),
};

const char *store_purge_table_name(enum store_purge_table table)
{
	return tables[table].name;
}

/* After the tables. */
enum { PHASE_SUMS = STORE_PURGE_TABLES, PHASE_PAGES };

static void bind_project(struct store_query *q, const char *project)
{
	if (project != NULL) {
		store_db_bind_text(q, 2, str_from(project));
	}
}

/* The last step was committed, since there is another one. */
static void take_step(struct store_purge *p)
{
	if (p->phase < STORE_PURGE_TABLES) {
		p->rows[p->phase] += p->step_rows;
	}
	p->days += p->step_days;
	for (size_t i = 0; i < BUDGET_SESSION; i++) {
		budget_sum_add(&p->change[i], &p->step_change[i]);
		p->step_change[i] = (struct budget_sum){0};
	}
	p->step_rows = p->step_days = 0;
}

/* ---- rows */

static int find_window(struct store_db *db, const struct store_purge *p, int64_t *ret_last)
{
	struct store_query *q = store_db_query(db, tables[p->phase].window);
	store_db_bind_int(q, 1, p->after_row);
	*ret_last = store_db_step(q) && !store_db_is_null(q, 0) ? store_db_int(q, 0) : 0;
	return store_db_end(q);
}

static int delete_window(struct store_db *db, struct store_purge *p, int64_t last)
{
	struct store_query *q = store_db_query(db, tables[p->phase].delete);
	store_db_bind_int(q, 1, p->before_ms);
	bind_project(q, p->project);
	store_db_bind_int(q, 3, p->after_row);
	store_db_bind_int(q, 4, last);
	int r = store_db_run(q);
	if (r == 0) {
		p->step_rows = store_db_changed(db);
		p->after_row = last;
	}
	return r;
}

static int delete_rows(struct store_db *db, struct store_purge *p)
{
	int64_t last;
	int r = find_window(db, p, &last);
	if (r == 0 && last > 0) {
		return delete_window(db, p, last);
	}
	p->phase++;
	p->after_row = 0;
	return r;
}

/* ---- sums */

static const char *const old_sums[] = {
	"DELETE FROM daily WHERE day < ?1 AND " OF_PROJECT,
	"DELETE FROM latency WHERE day < ?1 AND " OF_PROJECT,
	"DELETE FROM latency_month WHERE month <= ?1 / 100 AND " OF_PROJECT,
	// the current month has lost its row too
	"INSERT INTO latency_month SELECT what, ?1 / 100, tool, model, project, low_ms,"
	" sum(count), sum(sum_ms) FROM latency"
	" WHERE day >= ?1 AND day < (?1 / 100 + 1) * 100 AND " OF_PROJECT
	" GROUP BY what, tool, model, project, low_ms",
	"DELETE FROM recent WHERE day < ?1 AND " OF_PROJECT,
};

/* These tell no project: they are made anew of what is left. */
static const char *const remade_sums[] = {
	"DELETE FROM mcp_daily WHERE day < ?1 AND ?2 IS NOT NULL",
	("INSERT INTO mcp_daily SELECT day, server, low_ms, count(*), sum(is_error), sum(ms)"
	 " FROM mcp_call WHERE day < ?1 AND ?2 IS NOT NULL GROUP BY 1, 2, 3"),
	"DELETE FROM recent_decision WHERE ?1 + ?2 IS NOT NULL",
	"INSERT INTO recent_decision SELECT * FROM decided WHERE ?1 IS NOT NULL AND quarter >= ?2",
};

/* What remains of a sum without the days from first on. */
static int sum_change(
	struct store_db *db, const struct store_purge *p, int64_t first, struct budget_sum *ret)
{
	struct store_query *q = store_db_query(db,
		"SELECT -sum(reported_nano_usd), -sum(estimated_nano_usd), -sum(unpriced_calls)"
		" FROM daily WHERE day >= ?3 AND day <= ?4 AND day < ?1 AND " OF_PROJECT);
	store_db_bind_int(q, 1, p->before_day);
	bind_project(q, p->project);
	store_db_bind_int(q, 3, first);
	store_db_bind_int(q, 4, p->today);
	if (store_db_step(q)) {
		ret->nano_usd[SESSION_COST_REPORTED] = store_db_int(q, 0);
		ret->nano_usd[SESSION_COST_ESTIMATED] = store_db_int(q, 1);
		ret->unpriced_calls = store_db_int(q, 2);
	}
	return store_db_end(q);
}

static int count_days(struct store_db *db, const struct store_purge *p, int64_t *ret)
{
	struct store_query *q = store_db_query(
		db, "SELECT count(DISTINCT day) FROM daily WHERE day < ?1 AND " OF_PROJECT);
	store_db_bind_int(q, 1, p->before_day);
	bind_project(q, p->project);
	*ret = store_db_step(q) ? store_db_int(q, 0) : 0;
	return store_db_end(q);
}

static int remake_sums(struct store_db *db, const struct store_purge *p)
{
	int64_t first = 0; // quarter of an hour
	int r = store_db_number(db, "SELECT min(quarter) FROM recent_decision", 0, &first);
	for (size_t i = 0; i < ARRAY_SIZE(remade_sums) && r == 0; i++) {
		struct store_query *q = store_db_query(db, remade_sums[i]);
		store_db_bind_int(q, 1, p->before_day);
		store_db_bind_int(q, 2, first);
		r = store_db_run(q);
	}
	return r;
}

static int delete_sums(struct store_db *db, struct store_purge *p)
{
	const int64_t firsts[] = {
		[BUDGET_DAY] = p->today, [BUDGET_MONTH] = p->today / 100 * 100 + 1};
	int r = count_days(db, p, &p->step_days);
	for (size_t i = 0; i < ARRAY_SIZE(firsts) && r == 0; i++) {
		r = sum_change(db, p, firsts[i], &p->step_change[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(old_sums) && r == 0; i++) {
		struct store_query *q = store_db_query(db, old_sums[i]);
		store_db_bind_int(q, 1, p->before_day);
		bind_project(q, p->project);
		r = store_db_run(q);
	}
	r = r == 0 ? remake_sums(db, p) : r;
	p->phase = PHASE_PAGES;
	return r;
}

int store_purge(struct store_db *db, void *arg)
{
	struct store_purge *p = arg;
	take_step(p);
	if (p->phase == PHASE_PAGES) {
		return store_keep_give_back_pages(db);
	}
	int r = p->phase == PHASE_SUMS ? delete_sums(db, p) : delete_rows(db, p);
	return r == 0 ? STORE_MORE : r;
}

/* ---- counting */

int store_purge_count(struct store_db *db, void *arg)
{
	struct store_purge *p = arg;
	int r = 0;
	for (unsigned i = 0; i < STORE_PURGE_TABLES && r == 0; i++) {
		struct store_query *q = store_db_query(db, tables[i].count);
		store_db_bind_int(q, 1, p->before_ms);
		bind_project(q, p->project);
		p->rows[i] = store_db_step(q) ? store_db_int(q, 0) : 0;
		r = store_db_end(q);
	}
	return r == 0 ? count_days(db, p, &p->days) : r;
}
