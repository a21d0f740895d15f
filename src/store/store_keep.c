#include "store/store_keep.h"

#include <stddef.h>

#include "base/mem.h"
#include "store/store.h"
#include "store/store_db.h"

/* So many rows at a time keep a transaction short. */
#define STEP_ROWS  "500"
#define STEP_PAGES "256"

#define OF_PROJECT "(?2 IS NULL OR coalesce(project, '') = ?2)"
#define OF_SESSION                                                                                 \
	"(?2 IS NULL OR session IN (SELECT row FROM session WHERE coalesce(project, '') = ?2))"

#define OLD(table, time, condition)                                                                \
	"DELETE FROM " table " WHERE row IN (SELECT row FROM " table " WHERE " time                \
	" < ?1 AND " condition " LIMIT " STEP_ROWS ")"
#define NONE_OF(table)                                                                             \
	" AND NOT EXISTS (SELECT 1 FROM " table " WHERE " table ".session = session.row)"

/* In this order: a session goes when nothing of it is left. */
static const char *const old_rows[] = {
	OLD("call", "end_ms", OF_PROJECT),
	OLD("tool_call", "end_ms", OF_SESSION),
	OLD("turn", "end_ms", OF_PROJECT),
	OLD("wait", "end_ms", OF_PROJECT),
	OLD("agent", "end_ms", OF_SESSION),
	OLD("event", "at_ms", OF_PROJECT),
	OLD("mcp_connection", "at_ms", "?2 IS NULL"), // of no project
	OLD("session", "last_seen_ms",
		OF_PROJECT NONE_OF("call") NONE_OF("tool_call") NONE_OF("turn") NONE_OF("wait")
			NONE_OF("agent")),
};

static const char *const old_sums[] = {
	"DELETE FROM daily WHERE day < ?1 AND " OF_PROJECT,
	"DELETE FROM latency WHERE day < ?1 AND " OF_PROJECT,
	// the month that goes on has lost its row, too
	"INSERT INTO latency SELECT ?1 / 100 * 100, tool, model, project, what, low_ms,"
	" sum(count), sum(sum_ms) FROM latency"
	" WHERE day >= ?1 AND day < (?1 / 100 + 1) * 100 AND " OF_PROJECT
	" GROUP BY tool, model, project, what, low_ms",
};

/* *rows: how many went. */
static int delete_rows(
	struct store_db *db, const char *sql, int64_t before, const char *project, int64_t *rows)
{
	struct store_query *q = store_db_query(db, sql);
	store_db_bind_int(q, 1, before);
	if (project != NULL) {
		store_db_bind_text(q, 2, str_from(project));
	}
	int r = store_db_run(q);
	*rows = r == 0 ? store_db_changed(db) : 0;
	return r;
}

/* STORE_MORE after the first table of which anything went. */
static int delete_some(struct store_db *db, int64_t before_ms, const char *project, int64_t *rows)
{
	for (size_t i = 0; i < ARRAY_SIZE(old_rows); i++) {
		int r = delete_rows(db, old_rows[i], before_ms, project, rows);
		if (r < 0 || *rows > 0) {
			return r < 0 ? r : STORE_MORE;
		}
	}
	return 0;
}

/* Gives some of the pages that hold nothing back to the file system. */
static int give_back_pages(struct store_db *db)
{
	static const char unused_pages[] = "PRAGMA freelist_count";
	int64_t before = 0, after = 0;
	int r = store_db_number(db, unused_pages, 0, &before);
	r = r == 0 ? store_db_execute(db, "PRAGMA incremental_vacuum(" STEP_PAGES ")") : r;
	r = r == 0 ? store_db_number(db, unused_pages, 0, &after) : r;
	return r == 0 && after < before ? STORE_MORE : r;
}

int store_keep(struct store_db *db, int64_t before_ms)
{
	int64_t rows;
	int r = delete_some(db, before_ms, NULL, &rows);
	return r == 0 ? give_back_pages(db) : r;
}

int store_purge(struct store_db *db, void *arg)
{
	struct store_purge *purge = arg;
	int64_t rows = 0;
	int r = delete_some(db, purge->before_ms, purge->project, &rows);
	purge->rows += rows;
	for (size_t i = 0; i < ARRAY_SIZE(old_sums) && r == 0; i++) {
		r = delete_rows(db, old_sums[i], purge->before_day, purge->project, &rows);
		purge->rows += rows;
	}
	return r;
}
