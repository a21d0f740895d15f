/* How a session moves between its states: what the tracker does with a verdict.
 *
 * A turn that was asked for is shown as worked on before it is shown as over, also where both are
 * learnt at once. What is no turn of the user's (a compaction that was asked for, a request of what
 * runs beside) is shown aside: after it the session is what it was, and nothing is told anew. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/session_registry.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

struct session_states {
	const struct session_settings *settings; // borrowed, as the observer
	const struct session_observer *observer;
	struct session_registry *registry;
	int64_t soonest_ms; // no deadline lies before it; INT64_MAX: there is none
};

/* Tells the observer of w as it is now. */
void session_states_tell(
	struct session_states *t, struct tracked_session *w, enum session_state previous);

/* Draws the conclusions from its ledger after news. */
void session_states_settle(struct session_states *t, struct tracked_session *w, struct moment now);

/* Its turn is over: as told at end_ns, or with its last work (0). */
void session_states_complete(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t end_ns, struct moment now);

/* Nobody can send any more for the turn that is open: it came to its end, unless work was open. */
void session_states_end_turn(
	struct session_states *t, struct tracked_session *w, struct moment now);

/* It is gone, and destroyed. told_ns: when its client said so; 0 if it did not. */
void session_states_expire(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t told_ns, struct moment now);

/* Its client said that it was gone at that time. */
void session_states_leave(
	struct session_states *t, struct tracked_session *w, int64_t told_ns, struct moment now);

/* It will be gone at leaves_ms, monotonic. */
void session_states_leave_at(
	struct session_states *t, struct tracked_session *w, int64_t leaves_ms);

/* Its user has seen it. */
void session_states_acknowledge(
	struct session_states *t, struct tracked_session *w, struct moment now);

/* What lives on though its connection does not is asked again after a while. */
void session_states_doubt(struct session_states *t, struct tracked_session *w, struct moment now);

/* What is due by now. */
void session_states_tick(struct session_states *t, struct moment now);
