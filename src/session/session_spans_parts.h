/* What the parts of session_spans share. session_spans.c follows the turn and the session's end;
 * session_spans_calls.c the tool calls; session_spans_asks.c what the ledger has open beside them:
 * waits and subagents. */
#pragma once

#include "session/session_span.h"
#include "session/session_spans.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

/* The turn at hand, or the last one. */
struct span_turn {
	int number;
	uint64_t id;
	int64_t from_ns;
	bool told;      // handed out
	bool goes_on;   // ... and open again
	int64_t end_ns; // as handed out, as are the next
	enum session_reason reason;
	enum session_outcome outcome;
};

struct session_spans {
	struct tracked_session *w;               // borrowed
	const struct session_observer *observer; // borrowed
	struct span_turn turn;
};

/* Of what is told apart within a session. */
uint64_t session_spans_hash(const uint64_t *parts, size_t count);

/* The turn that something which began then is part of. */
int session_spans_turn_at(const struct session_spans *s, int64_t begin_ns);

/* Hands span out, which has everything but its session and its times; those are on the tracker's
 * clock. */
void session_spans_tell(struct session_spans *s, struct session_span *span, int64_t begin_ns,
	int64_t end_ns, struct moment now);
