/* What earlier runs of the daemon counted and spent, and their sessions, for this one to continue
 * from. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "meter/budget.h"
#include "store/store_past.h"

struct store_db;

struct report_counter {
	char *name, *labels; // owned
	int64_t value, created_ms;
};

struct report_restored {
	int64_t now_ms;                  // wall clock; set by the caller
	struct report_counter *counters; // owned
	size_t counter_count;
	struct budget_sum sums[BUDGET_SESSION]; // of today, of this month
	unsigned reported[BUDGET_SESSION];      // percentages of the budgets
	struct store_past past;                 // sessions of the last day
};

/* A store_work; arg: a struct report_restored. */
int report_restore(struct store_db *db, void *arg);
void report_restored_finish(struct report_restored *r);
