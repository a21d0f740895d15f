/* Follows a session's ledger and events, and hands out what came to its end: session_span.h.
 *
 * Turns, waits and subagents are read off the ledger, which knows what is open; tool calls are
 * followed event by event, since the ledger forgets what the end of a turn closes, and their
 * telemetry may come behind it. One of these per session, and none where nobody listens: every
 * function does nothing then. */
#pragma once

#include "event/event.h"
#include "session/clock.h"
#include "session/session.h"

struct session_observer;
struct session_past_turn;
struct session_spans;
struct tracked_session;

/* w, which it will be part of, and the observer are borrowed. */
struct session_spans *session_spans_create(
	struct tracked_session *w, const struct session_observer *observer);
void session_spans_destroy(struct session_spans *s);

/* e was entered into the ledger. call_name: that of e before it was cut. */
void session_spans_enter(
	struct session_spans *s, const struct event *e, struct str call_name, struct moment now);

/* The batch is over: hands out again what it has told more of. */
void session_spans_settle(struct session_spans *s, struct moment now);

/* The turn is over, and closed in the ledger; attention: what it leaves. */
void session_spans_complete(struct session_spans *s, enum session_reason reason,
	enum session_attention attention, struct moment now);

/* The session has another state. */
void session_spans_note_state(struct session_spans *s, struct moment now);

/* The session is over: hands out what is open. */
void session_spans_end(struct session_spans *s, enum session_reason reason, struct moment now);

/* What is to be known of the turn over a restart, beside what the ledger knows. */
void session_spans_save(const struct session_spans *s, struct session_past_turn *turn);
void session_spans_restore(struct session_spans *s, const struct session_past_turn *turn);

/* Takes over all of another session's, which is a subagent of this one and ends with this. */
void session_spans_absorb(struct session_spans *s, struct session_spans *child, struct moment now);
