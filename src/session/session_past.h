/* What is kept of a session over a restart of the daemon, so that it goes on where it was once it
 * speaks: whoever stores it takes it from a session with session_tracker_past(), and gives it back
 * to the next tracker with session_tracker_restore().
 *
 * All times are of the wall clock, since one tracker's own clock means nothing to the next. */
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

/* The turn at hand, or the last one. */
struct session_past_turn {
	int number;                 // session::turn
	uint64_t id;                // of its span; 0: none, or nobody listened
	bool is_open;               // not handed out
	bool end_told;              // by its client
	int64_t begin_ns, end_ns;   // end: of the last turn that ended; 0: none has
	enum session_reason reason; // as it was handed out
	enum session_outcome outcome;
};

/* Set up by session_past_init(). What is not known stays as that leaves it: with the totals and the
 * ids of the last calls alone, no call is counted twice; a batch that is sent again is only
 * recognised by spend and dedup, which hold its counters and its other events. */
struct session_past {
	char *id;                    // owned, as all texts
	char *project, *cwd, *model; // NULL: unknown
	int64_t seen_ms;             // when it was last heard of
	bool muted;
	struct session_past_turn turn;

	/* It has expired, with what ended until then: only its late telemetry is known. 0: not. */
	int64_t over_ns;
	bool over_told; // by its client

	bool has_usage;
	struct usage usage;
	struct session_sum costs[SESSION_COST_COUNT];

	/* Of its calls that were handed out the last, by session_call::id, oldest first; of its
	 * counters what they told last. Owned. */
	struct session_spend spend;
	struct dedup dedup; // owned
};

/* Conversations that are no sessions: subagents, and what only finds titles. Numbers alone, to be
 * kept as they are. */
struct session_kin {
	struct child_sessions children;
	struct title_threads titles;
};

void session_past_init(struct session_past *p);
void session_past_finish(struct session_past *p);

/* Adds one that was handed out: its id, what it cost and who told it. */
void session_past_add_call(struct session_past *p, const struct session_spend_call *call);

/* ---- for the tracker */

/* Those that have not spoken yet. */
struct session_pasts {
	struct session_past *all; // owned
	size_t count, capacity;
};

enum { SESSION_PASTS = 1000 };

void session_pasts_finish(struct session_pasts *pasts);

/* Copies p, over what is known of the same session; with SESSION_PASTS of them, over the one that
 * was heard of longest ago. */
void session_pasts_add(struct session_pasts *pasts, const struct session_past *p);

/* The id of the one with that str_hash() of its id, borrowed; empty if there is none. */
struct str session_pasts_find(const struct session_pasts *pasts, uint64_t id_hash);

/* w is new, made by e: it takes over what is known of it, unless that is older than a day. */
void session_pasts_take(struct session_pasts *pasts, struct tracked_session *w,
	const struct event *e, struct moment now);

/* *ret, which is not set up, becomes that of w; clock: by which w's times are. */
void session_past_of(
	const struct tracked_session *w, const struct clock *clock, struct session_past *ret);
