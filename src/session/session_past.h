/* What is kept of a session over a restart of the daemon, so that it continues where it was at its
 * next sign of life. Save it with session_tracker_past(), and pass it to the next tracker with
 * session_tracker_restore().
 *
 * All times are wall clock, since a tracker's own clock means nothing to the next. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/child_sessions.h"
#include "session/clock.h"
#include "session/dedup.h"
#include "session/session.h"
#include "session/session_span.h"
#include "session/session_spend.h"
#include "session/title_threads.h"

struct event;
struct tracked_session;

/* The current turn, or the last one. */
struct session_past_turn {
	int number;                 // session::turn
	uint64_t id;                // of its span; 0: none, or no observer
	bool is_open;               // not reported yet
	bool end_told;              // by its client
	int64_t begin_ns, end_ns;   // end: of the last turn that ended; 0: none
	enum session_reason reason; // as reported
	enum session_outcome outcome;
};

/* Set up by session_past_init(); what is unknown stays as it is then. Totals and the ids of the
 * last calls are enough not to count a call twice; only spend and dedup, with counters and other
 * events, recognize a whole batch sent again. */
struct session_past {
	char *id;                    // owned, like all texts
	char *project, *cwd, *model; // NULL: unknown
	int64_t seen_ms;             // when it was last active
	bool muted;
	struct session_past_turn turn;

	/* If it has expired: telemetry up to then is known to be late. 0: it has not. */
	int64_t over_ns;
	bool over_told; // by its client

	bool has_usage;
	struct usage usage;
	struct session_sum costs[SESSION_COST_COUNT];

	/* Its last reported calls, by session_call::id, oldest first; the last values of its
	 * counters. Owned. */
	struct session_spend spend;
	struct dedup dedup; // owned
};

/* Conversations that are not sessions: subagents and title threads. Only numbers, to be stored as
 * they are. */
struct session_kin {
	struct child_sessions children;
	struct title_threads titles;
};

void session_past_init(struct session_past *p);
void session_past_finish(struct session_past *p);

/* Adds a reported call: its id, cost and source. */
void session_past_add_call(struct session_past *p, const struct session_spend_call *call);

/* ---- for the tracker */

/* Restored sessions without a sign of life yet. */
struct session_pasts {
	struct session_past *all; // owned
	size_t count, capacity;
};

enum { SESSION_PASTS = 1000 };

void session_pasts_finish(struct session_pasts *pasts);

/* Copies p, replacing the same session or, with SESSION_PASTS of them, the least recently active
 * one. */
void session_pasts_add(struct session_pasts *pasts, const struct session_past *p);

/* The id with that str_hash(), borrowed; empty if there is none. */
struct str session_pasts_find(const struct session_pasts *pasts, uint64_t id_hash);

/* w is new, because of e: takes over what is known of it, unless older than a day. */
void session_pasts_take(struct session_pasts *pasts, struct tracked_session *w,
	const struct event *e, struct moment now);

/* Sets up *ret from w; clock: that of w's times. */
void session_past_of(
	const struct tracked_session *w, const struct clock *clock, struct session_past *ret);
