#include "store/store_keep.h"

#include <stddef.h>

#include "base/mem.h"
#include "store/store.h"
#include "store/store_db.h"

/* Rows per step, to keep transactions short. */
#define STEP_ROWS  "500"
#define STEP_PAGES "256"

#define OLD(table, time, condition)                                                                \
	"DELETE FROM " table " WHERE row IN (SELECT row FROM " table " WHERE " time                \
	" < ?1" condition " LIMIT " STEP_ROWS ")"
#define NONE_OF(table)                                                                             \
	" AND NOT EXISTS (SELECT 1 FROM " table " WHERE " table ".session = session.row)"

/* In this order: a session goes once nothing of it is left. */
static const char *const old_rows[] = {
	OLD("call", "end_ms", ""),
	OLD("tool_call", "end_ms", ""),
	OLD("turn", "end_ms", ""),
	OLD("wait", "end_ms", ""),
	OLD("agent", "end_ms", ""),
	OLD("event", "at_ms", ""),
	OLD("mcp_connection", "at_ms", ""),
	OLD("session", "last_seen_ms",
		NONE_OF("call") NONE_OF("tool_call") NONE_OF("turn") NONE_OF("wait")
			NONE_OF("agent")),
};

static int delete_mcp(struct store_db *db, int64_t before_ms)
{
	struct store_query *q = store_db_query(db,
		"DELETE FROM mcp_daily WHERE day < CAST("
		"strftime('%Y%m%d', ?1 / 1000, 'unixepoch', 'localtime') AS INTEGER)");
	store_db_bind_int(q, 1, before_ms);
	return store_db_run(q);
}

/* STORE_MORE after the first table with deletions. */
static int delete_some(struct store_db *db, int64_t before_ms)
{
	for (size_t i = 0; i < ARRAY_SIZE(old_rows); i++) {
		struct store_query *q = store_db_query(db, old_rows[i]);
		store_db_bind_int(q, 1, before_ms);
		int r = store_db_run(q);
		if (r < 0 || store_db_changed(db) > 0) {
			return r < 0 ? r : STORE_MORE;
		}
	}
	return 0;
}

int store_keep_give_back_pages(struct store_db *db)
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
	int r = delete_mcp(db, before_ms);
	r = r == 0 ? delete_some(db, before_ms) : r;
	return r == 0 ? store_keep_give_back_pages(db) : r;
}
