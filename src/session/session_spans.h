/* Follows a session's ledger and events, and reports what has ended: session_span.h.
 *
 * Turns, waits and subagents are derived from the ledger, which knows what is open; tool calls are
 * followed event by event, since the ledger forgets those closed by the end of a turn, whose
 * telemetry may follow later. One per session, or NULL without an observer: every function is then
 * a no-op. */
#pragma once

#include "event/event.h"
#include "session/clock.h"
#include "session/session.h"

struct session_observer;
struct session_past_turn;
struct session_spans;
struct tracked_session;

/* Borrows w, of which it will be part, and the observer. */
struct session_spans *session_spans_create(
	struct tracked_session *w, const struct session_observer *observer);
void session_spans_destroy(struct session_spans *s);

/* e was entered into the ledger. call_name: e's, before it was cut. */
void session_spans_enter(
	struct session_spans *s, const struct event *e, struct str call_name, struct moment now);

/* The batch is over: reports corrections. */
void session_spans_settle(struct session_spans *s, struct moment now);

/* The turn is over, and closed in the ledger; attention: the resulting one. */
void session_spans_complete(struct session_spans *s, enum session_reason reason,
	enum session_attention attention, struct moment now);

/* The session has another state. */
void session_spans_note_state(struct session_spans *s, struct moment now);

/* The session is over: reports whatever is open. */
void session_spans_end(struct session_spans *s, enum session_reason reason, struct moment now);

/* Saves what a restart needs to know of the turn, besides the ledger. */
void session_spans_save(const struct session_spans *s, struct session_past_turn *turn);
void session_spans_restore(struct session_spans *s, const struct session_past_turn *turn);

/* Takes over everything from another session, which is a subagent of this one and ends with this
 * call. */
void session_spans_absorb(struct session_spans *s, struct session_spans *child, struct moment now);
