/* How a session moves between its states: applies verdicts.
 *
 * A turn is shown as working before it is shown as over, even if both become known at once. What is
 * not a turn of the user's (a requested compaction, a request from something in the background) is
 * shown in passing: afterwards the session is as before, and nothing is reported again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/session_registry.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

struct session_states {
	const struct session_settings *settings; // borrowed, like the observer
	const struct session_observer *observer;
	struct session_registry *registry;
	int64_t soonest_ms; // a lower bound of all deadlines; INT64_MAX: none
};

/* Reports w to the observer. */
void session_states_tell(
	struct session_states *t, struct tracked_session *w, enum session_state previous);

/* Updates the state from the ledger after news. */
void session_states_settle(struct session_states *t, struct tracked_session *w, struct moment now);

/* Its turn is over: at end_ns as reported, or with its last work (0). */
void session_states_complete(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t end_ns, struct moment now);

/* The client is gone: its open turn has ended, unless work was open. */
void session_states_end_turn(
	struct session_states *t, struct tracked_session *w, struct moment now);

/* It has ended, and is destroyed. told_ns: when its client reported that; 0: it did not. */
void session_states_expire(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t told_ns, struct moment now);

/* Its client reported its end, at that time. */
void session_states_leave(
	struct session_states *t, struct tracked_session *w, int64_t told_ns, struct moment now);

/* It will end at leaves_ms, monotonic. */
void session_states_leave_at(
	struct session_states *t, struct tracked_session *w, int64_t leaves_ms);

/* The user has seen it. */
void session_states_acknowledge(
	struct session_states *t, struct tracked_session *w, struct moment now);

/* Its connection has ended though it may live on: checks again after a while. */
void session_states_doubt(struct session_states *t, struct tracked_session *w, struct moment now);

/* Handles everything due by now. */
void session_states_tick(struct session_states *t, struct moment now);
