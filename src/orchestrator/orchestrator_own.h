/* Failures that the daemon itself observes: a tool or model that fails repeatedly within one turn
 * (a loop), providers' rate limits, and how the board's tasks end. Since the start of the daemon;
 * touches neither the event loop nor a clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

struct buf;
struct json_writer;
struct orchestrator_loops;
struct session_call;
struct session_span;

enum {
	ORCHESTRATOR_STREAKS = 500, // open at a time; the oldest is dropped
	ORCHESTRATOR_ATTEMPTS = 16, // of a histogram; the last bucket is "or more"
	ORCHESTRATOR_RECENT = 50,   // events, and closed loops
	ORCHESTRATOR_ENDLESS = 5,   // a loop with more attempts is endless
	ORCHESTRATOR_PROVIDERS = 8,
	ORCHESTRATOR_NOTED = 8192, // completed or failed tasks, and loops
	ORCHESTRATOR_DAY_MS = 86400000,
};

enum orchestrator_happening { ORCHESTRATOR_ATTEMPT, ORCHESTRATOR_CLOSED, ORCHESTRATOR_INCIDENT };

/* Texts are valid during the call. */
struct orchestrator_loop_event {
	enum orchestrator_happening what;
	struct str task_id, run_id; // SESSION/TURN/TOOL; SESSION
	struct str label;           // of an incident: how its turn ended
	int64_t attempts, duration_ms, wall_ms;
	bool is_endless; // it became endless with this attempt
};

struct orchestrator_limit {   // of a provider
	const char *provider; // a literal; NULL: unused
	int64_t hits, recoveries, sum_ms, longest_ms, shortest_ms;
	int64_t since_ms; // wall clock; 0: not limited
};

struct orchestrator_noted {
	int64_t wall_ms;
	bool is_completed, is_error, is_loop;
};

struct orchestrator_own {
	struct list streaks; // the oldest first
	size_t streak_count;
	struct list events, closed; // the newest first
	size_t event_count, closed_count;
	int64_t total, closed_total, closed_within_3, endless, incidents;
	int64_t histogram[ORCHESTRATOR_ATTEMPTS];
	struct orchestrator_limit limits[ORCHESTRATOR_PROVIDERS];
	struct orchestrator_noted *noted; // ring buffer; owned
	size_t noted_count;               // ever
	int64_t changed_ms;               // wall clock; 0: never

	/* A loop continues or ends. May be NULL. */
	void (*on_event)(const struct orchestrator_loop_event *event, void *data);
	void *data;
};

void orchestrator_own_init(struct orchestrator_own *own);
void orchestrator_own_finish(struct orchestrator_own *own);

void orchestrator_own_note_call(struct orchestrator_own *own, const struct session_call *call);
void orchestrator_own_note_span(struct orchestrator_own *own, const struct session_span *span);

/* A task was completed, or its status became "error", or both. */
void orchestrator_own_note_task(
	struct orchestrator_own *own, bool is_completed, bool is_error, int64_t wall_ms);

struct orchestrator_rates {
	double last_hour, last_5min; // tasks completed
	double success, retry;       // over 24 hours; NaN: nothing was completed
};
struct orchestrator_rates orchestrator_own_rates(
	const struct orchestrator_own *own, int64_t wall_ms);

/* The members of /api/metrics/resolution. */
void orchestrator_own_write_loops(
	struct json_writer *j, const struct orchestrator_own *own, int64_t wall_ms);

/* Whether there has been any loop. */
bool orchestrator_own_has_loops(const struct orchestrator_own *own);

/* Rows of the open loops. */
void orchestrator_own_append_csv(
	struct buf *out, const struct orchestrator_own *own, int64_t wall_ms);

/* [{"provider","totalLimitHits",...}] */
void orchestrator_own_write_limits(struct json_writer *j, const struct orchestrator_own *own);

/* The provider of a model: "anthropic"; by the assistant where the model's name does not tell. */
const char *orchestrator_provider_of(struct str model, struct str assistant);

/* "attempt" */
const char *orchestrator_happening_name(enum orchestrator_happening what);
