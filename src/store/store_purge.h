/* Deletes everything before a day, of all projects or one, including daily sums. A session goes
 * once nothing of it is left; the counters of /metrics stay. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meter/budget.h"

struct store_db;

enum store_purge_table {
	STORE_PURGE_CALLS,
	STORE_PURGE_TOOL_CALLS,
	STORE_PURGE_TURNS,
	STORE_PURGE_WAITS,
	STORE_PURGE_AGENTS,
	STORE_PURGE_EVENTS,
	STORE_PURGE_SESSIONS, // after everything that belongs to them
	STORE_PURGE_TABLES,
};

/* As the API names them: "calls", "subagents". */
const char *store_purge_table_name(enum store_purge_table table);

struct store_purge {         // set by the caller; the rest starts as zeros
	int64_t before_ms;   // wall clock: the beginning of ...
	int64_t before_day;  // ... this local day: yyyymmdd
	int64_t today;       // local
	const char *project; // borrowed; NULL: all

	/* the result, as committed so far */
	int64_t rows[STORE_PURGE_TABLES];
	int64_t days;                             // whose sums were deleted
	struct budget_sum change[BUDGET_SESSION]; // to the cost of today and this month: negative

	/* private */
	unsigned phase;
	int64_t after_row; // of the current table: the last row examined
	int64_t step_rows, step_days;
	struct budget_sum step_change[BUDGET_SESSION];
};

/* A store_work; arg: a struct store_purge. Each step examines a few thousand rows of one table, so
 * that no transaction takes long, whatever the size of the history. */
int store_purge(struct store_db *db, void *arg);

/* The same, but only counts: nothing is deleted. For a connection that reads. */
int store_purge_count(struct store_db *db, void *arg);
