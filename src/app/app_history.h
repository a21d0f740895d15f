/* The daemon's memory: the store, the counters of /metrics, and the budgets. Receives everything
 * the tracker finds out, and passes it on. */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "base/instant.h"
#include "ingest/ingest.h"
#include "meter/budget.h"
#include "meter/meter.h"
#include "session/session_past.h"

struct config;
struct session_call;
struct session_change;
struct session_span;
struct session_tracker;
struct store;
struct store_event;
struct sink_cost;
struct web_live;

struct app_history {
	const struct config *config; // borrowed, like the next four
	uv_loop_t *loop;
	const struct ingest_counters *ingest;
	struct session_tracker *tracker; // continues where an earlier run ended
	struct web_live *live;           // open; passes it to streams
	/* A budget has been reached; session: NULL unless it is a session's. */
	void (*on_alarm)(
		const struct budget_alarm *alarm, const struct session *session, void *data);
	void *data;

	struct store *store; // the rest is its own
	struct meter meter;
	struct budget budget;
	uv_async_t wake; // the store has results
	uv_timer_t keep; // runs while counters have grown
	bool is_restored;
	struct session_kin kin;         // as it was stored last
	struct ingest_counters counted; // as of the last refresh
	uint64_t store_errors;
};

/* The caller has filled in what is borrowed. Waits briefly for the state of an earlier run, so that
 * the first client is known; a slow file system is not waited for. */
void app_history_open(struct app_history *h, struct instant now);

/* What was spent today: a sink_cost_today; data: the app_history. */
struct sink_cost app_history_cost_today(struct instant now, void *data);

/* Applies limits and retention of the configuration. */
void app_history_apply(struct app_history *h);

void app_history_note_change(
	struct app_history *h, const struct session_change *change, struct instant now);
void app_history_note_call(
	struct app_history *h, const struct session_call *call, struct instant now);

void app_history_note_span(
	struct app_history *h, const struct session_span *span, struct instant now);

/* A row of the feed without a session. */
void app_history_note_event(
	struct app_history *h, const struct store_event *event, struct instant now);

/* The stored costs of today's day and month were changed; change has BUDGET_SESSION sums. */
void app_history_adjust(
	struct app_history *h, int64_t today, const struct budget_sum change[BUDGET_SESSION]);

/* Calls already counted are estimated to cost this much more. Counters do not fall, so never less.
 */
void app_history_count_cost(
	struct app_history *h, const char *tool, const char *model, int64_t added_nano_usd);

/* Brings meter and budget up to date, before they are read. */
void app_history_refresh(struct app_history *h, struct instant now);

/* Writes what is left; blocks for a second at most. To be called after the last question. */
void app_history_close(struct app_history *h);
void app_history_finish(struct app_history *h);
