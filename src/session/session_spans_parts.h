/* Shared by the parts of session_spans. session_spans.c follows the turn and the session's end;
 * session_spans_calls.c the tool calls; session_spans_asks.c the waits; session_spans_agents.c the
 * subagents. */
#pragma once

#include "session/ledger_parts.h"
#include "session/session_span.h"
#include "session/session_spans.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

/* How many are remembered per session, open or not: telemetry may correct those already reported.
 */
enum { SPAN_CALLS = 64, SPAN_AGENTS = 64, SPAN_WAITS = 40 };

/* How far apart two sources of one client report the same moment. */
#define SPAN_SLACK_NS (2000 * MS_NS)

/* The current turn, or the last one. */
struct span_turn {
	int number;
	uint64_t id;
	int64_t from_ns; // 0: unknown
	int64_t seen_ns; // when it was first seen
	bool told;       // handed out
	bool goes_on;    // ... and open again
	int64_t end_ns;  // as handed out, as are the next
	enum session_reason reason;
	enum session_outcome outcome;
};

/* A tool call, a wait or a subagent. */
struct span_item {
	uint64_t id;    // of the span
	uint64_t call;  // hash of the call's id; 0: none
	uint64_t agent; // hash of its subagent's id; 0: the main agent
	uint64_t print; // fingerprint of what was reported; 0: nothing yet
	int turn;
	enum event_actor actor;
	int64_t begin_ns, end_ns; // end 0: open
	bool end_told;            // reported, not just inferred
	enum session_outcome outcome;
	char *name, *agent_id; // owned; NULL: unknown

	/* of a call */
	bool by_hook, by_telemetry;  // reported by
	bool begin_measured;         // by its client
	int64_t failed_ns;           // when telemetry, but no hook, reported its failure; 0: no
	char *decision, *decided_by; // owned

	/* of a wait */
	enum event_attention attention;
	int64_t asked_ns;    // as in the ledger, which identifies it by this
	bool by_name;        // inferred from the tool's name
	bool concluded;      // ... or from the state: there is no request in the ledger
	int64_t answered_ns; // of an inferred one: when its agent went on; 0: it has not

	/* of a subagent */
	bool is_early; // it began as a session of its own, unknown to the ledger

	bool seen; // in a walk over the ledger
};

struct span_items {
	struct span_item *all; // owned, oldest first
	unsigned count, capacity;
};

struct session_spans {
	struct tracked_session *w;               // borrowed
	const struct session_observer *observer; // borrowed
	struct span_turn turn;
	struct span_items calls, waits, agents;
	uint64_t number; // of the last wait or subagent
	bool has_news;   // of reported calls or subagents
	bool ids_agree;  // hooks and telemetry use the same call ids
};

/* ---- shared: session_spans.c */

/* An id from these parts, which identify something within the session; unique across sessions. */
uint64_t session_spans_id(const struct session_spans *s, const uint64_t parts[4]);

/* id, or another one if it is taken in items. */
uint64_t session_spans_free_id(const struct span_items *items, uint64_t id);

/* The turn of something that began then. */
int session_spans_turn_at(const struct session_spans *s, int64_t begin_ns);

/* When e happened, on the tracker's clock. */
int64_t session_spans_time(const struct event *e, struct moment now);

/* Adds one, replacing the oldest of max that has ended. If none has, the oldest is reported as it
 * is. */
struct span_item *session_spans_add(struct session_spans *s, struct span_items *items,
	enum session_span_kind kind, unsigned max, struct moment now);
void session_spans_remove(struct span_items *items, struct span_item *item);

/* Sets a text, as a name of max_bytes at most; an empty one changes nothing. */
void session_spans_set_text(char **text, struct str s, size_t max_bytes);

/* Reports item, which has ended; if it already was, at the end of the batch and only if anything
 * has changed. */
void session_spans_tell(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, struct moment now);

/* item is over without a report of its end. */
void session_spans_close(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, enum session_outcome outcome, int64_t end_ns,
	struct moment now);

/* ---- session_spans_calls.c */

void session_spans_enter_call(
	struct session_spans *s, const struct event *e, struct str name, struct moment now);

/* Ends the main agent's open calls that began before that. */
void session_spans_end_calls(struct session_spans *s, int64_t before_ns,
	enum session_outcome outcome, int64_t end_ns, struct moment now);

/* The full name of the call with that hash; empty if unknown. */
struct str session_spans_call_name(const struct session_spans *s, uint64_t call);

/* Takes over the calls of a session that is this one's subagent, identified by that hash. */
void session_spans_take_calls(
	struct session_spans *s, struct session_spans *child, uint64_t agent, struct moment now);

/* ---- session_spans_asks.c */

enum span_waits {
	SPAN_WAITS_AFTER_EVENT,
	SPAN_WAITS_IN_STATE, // which the session has from now on
	SPAN_WAITS_AT_END,   // of the turn
};

/* e: NULL unless after an event. */
void session_spans_follow_waits(
	struct session_spans *s, enum span_waits when, const struct event *e, struct moment now);

/* ---- session_spans_agents.c */

/* To be called after e; or with NULL after the end of a turn with that outcome. */
void session_spans_follow_agents(struct session_spans *s, const struct event *e,
	enum session_outcome outcome, struct moment now);

/* A session that is this one's subagent has worked as in that turn. */
void session_spans_take_agent(struct session_spans *s, const struct session_spans *child,
	uint64_t agent, struct moment now);
