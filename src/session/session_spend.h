/* What a session has counted. Logs, spans and metrics may tell the same spend: the best of them
 * that has told any is believed, the others are dropped; and what a worse one told before is not
 * counted again. */
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

/* A cumulative counter of a session's, as it was told last (metrics data model, "Sums"). */
struct session_series {
	uint64_t id;
	int64_t start_ns; // when it began to count, as sent
	int64_t time_ns;  // when it told last
	bool keeps_start; // it told one start twice
	struct usage last;
};

/* A call that was counted and has an id. */
struct session_spend_call {
	uint64_t id;
	int64_t nano_usd, covered_nano_usd; // counted of its cost, and counted before it
	enum session_cost cost;
	enum event_source source;
};

struct session_spend {
	bool has_begun;
	enum event_source believed; // once it has begun
	int64_t newest_ns;          // the newest time of what was counted, as sent

	/* what worse sources told until then, and the believed one may tell again */
	struct usage ahead, ahead_named; // all of it; that of calls with an id
	int64_t ahead_ns;

	struct usage named;               // counted of calls with an id
	struct session_spend_call *calls; // owned: the last ones with an id
	unsigned call_count, next_call;
	struct session_series *series; // owned; of its cumulative counters
	unsigned series_count;
	bool knows_calls; // restored: logs or spans were believed, whichever speak first
	bool is_restored; // the calls are those that were handed out, also without an id of their
			  // own
};

void session_spend_finish(struct session_spend *s);

struct session_spend session_spend_copy(const struct session_spend *s);

/* Adds a counter as it was told last, in the order of their slots; with SESSION_SERIES of them,
 * does nothing. */
void session_spend_add_series(struct session_spend *s, const struct session_series *series);

/* Remembers a call that was handed out, over the oldest. */
void session_spend_add_call(struct session_spend *s, const struct session_spend_call *call);

/* Counts what e tells, and hands it out. */
void session_spend_count(struct tracked_session *w, const struct event *e,
	const struct price_book *prices, struct moment now,
	const struct session_observer *observer);

/* Takes over what another session, which is a subagent of w, has counted. */
void session_spend_absorb(struct tracked_session *w, struct tracked_session *child,
	const struct session_observer *observer);
