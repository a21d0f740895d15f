/* What a session has spent. Logs, spans and metrics may report the same spend: only the best source
 * seen so far counts, others are dropped, and what a worse source reported before is not counted
 * again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "session/session.h"

struct price_book;
struct session_call;
struct session_observer;
struct tracked_session;
struct moment;

enum { SESSION_SERIES = 128, SESSION_SPEND_CALLS = 128 };

/* A session's cumulative counter, as last reported (metrics data model, "Sums"). */
struct session_series {
	uint64_t id;
	int64_t start_ns; // when it started counting, as sent
	int64_t time_ns;  // of the last report
	bool keeps_start; // it has reported the same start twice
	struct usage last;
};

/* A counted call with an id. */
struct session_spend_call {
	uint64_t id;
	int64_t nano_usd, covered_nano_usd; // its cost counted here, and before by another source
	enum session_cost cost;
	enum event_source source;
};

struct session_spend {
	bool has_begun;
	enum event_source believed; // once it has begun
	int64_t newest_ns;          // the newest time of what was counted, as sent

	/* what worse sources reported until then, and the believed one may report again */
	struct usage ahead, ahead_named; // all of it; that of calls with an id
	int64_t ahead_ns;
	bool ahead_is_steps; // of counters: their calls are still to be counted

	struct usage named;               // counted of calls with an id
	struct session_spend_call *calls; // owned: the last ones with an id
	unsigned call_count, next_call;
	struct session_series *series; // owned; of its cumulative counters
	unsigned series_count;
	bool knows_calls; // restored: logs or spans were believed, whichever come first
	bool is_restored; // the calls are those that were handed out, also without an id of their
			  // own
};

void session_spend_finish(struct session_spend *s);

struct session_spend session_spend_copy(const struct session_spend *s);

/* Adds a counter as last reported, in the order of their slots; no-op beyond SESSION_SERIES. */
void session_spend_add_series(struct session_spend *s, const struct session_series *series);

/* Remembers a reported call, replacing the oldest. */
void session_spend_add_call(struct session_spend *s, const struct session_spend_call *call);

/* Counts the usage in e, and reports it. */
void session_spend_count(struct tracked_session *w, const struct event *e,
	const struct price_book *prices, struct moment now,
	const struct session_observer *observer);

/* Takes over the spend of another session, which is a subagent of w. */
void session_spend_absorb(struct tracked_session *w, struct tracked_session *child,
	const struct session_observer *observer);
