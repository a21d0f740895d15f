/* The tables of the file, how each version of them is made from the one before, and the statements
 * that enter facts. Text only.
 *
 * Rows are facts as they were handed out; sums are kept beside them by triggers, so that they hold
 * whatever changes the rows:
 *	session   its totals, which outlive its rows
 *	daily     by local day, tool, model and project; '' where that is not told
 *	latency   how many durations lie from one bound (latency_bound) up to the next, by the same,
 *and by what was timed: call, ttft, turn, tool. Each is in the row of its day and in that of its
 *month, whose day is yyyymm00. counter   what goes on counting for /metrics: turns_total [tool,
 *reason], tool_calls_total [tool, name, outcome], blocked_on_user_ms_total [tool, kind]; labels are
 *a JSON array. What is counted of calls is the sum over daily.
 *
 * Times are wall clock ms since the epoch, money is nano-USD, NULL is "not told". */
#pragma once

#include <stdint.h>

#include "store/store_record.h"

#define STORE_APPLICATION_ID 0x4f41494d // "OAIM"

/* The version that this program reads and writes: of PRAGMA user_version. */
extern const int64_t store_schema_version;

/* Texts that make version + 1 of version, which is below store_schema_version; 0 is the empty file.
 * Ends with NULL. */
const char *const *store_schema_step(int64_t version);

enum { STORE_MAX_WRITES = 7 }; // with the NULL behind them

/* The statements that enter a record of that kind, in their order; ends with NULL. Parameters are
 * named as the kind's columns. */
const char *const *store_schema_writes(enum store_kind kind);
