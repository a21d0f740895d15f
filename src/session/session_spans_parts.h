/* What the parts of session_spans share. session_spans.c follows the turn and the session's end;
 * session_spans_calls.c the tool calls; session_spans_asks.c the waits; session_spans_agents.c the
 * subagents. */
#pragma once

#include "session/ledger_parts.h"
#include "session/session_span.h"
#include "session/session_spans.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

/* How many of a session are remembered, open or not: of what was handed out, telemetry may tell
 * more. */
enum { SPAN_CALLS = 64, SPAN_AGENTS = 64, SPAN_WAITS = 40 };

/* Two sources of one client tell of the same moment this far apart. */
#define SPAN_SLACK_NS (2000 * MS_NS)

/* The turn at hand, or the last one. */
struct span_turn {
	int number;
	uint64_t id;
	int64_t from_ns; // 0: not told
	int64_t seen_ns; // when it was first heard of
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
	uint64_t agent; // hash of its subagent's id; 0: the main agent's
	uint64_t print; // of what was handed out; 0: nothing yet
	int turn;
	enum event_actor actor;
	int64_t begin_ns, end_ns; // end 0: open
	bool end_told;            // not only concluded from something else
	enum session_outcome outcome;
	char *name, *agent_id; // owned; NULL: not told

	/* of a call */
	bool by_hook, by_telemetry;  // who told of it
	bool begin_measured;         // by its client
	int64_t failed_ns;           // telemetry told that it failed, its hook has not; 0: no
	char *decision, *decided_by; // owned

	/* of a wait */
	enum event_attention attention;
	int64_t asked_ns;    // as the ledger has it, which knows it by that
	bool by_name;        // concluded from the tool's name
	bool concluded;      // ... or from the state: the ledger knows of no request
	int64_t answered_ns; // of a concluded one: when its agent went on; 0: it has not

	/* of a subagent */
	bool is_early; // it began as a session of its own, and the ledger may not know it

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
	bool has_news;   // of calls or subagents that were handed out
	bool ids_agree;  // hooks and telemetry of its client name calls by the same ids
};

/* ---- shared: session_spans.c */

/* Of what is told apart within a session by these; not the same in any other. */
uint64_t session_spans_id(const struct session_spans *s, const uint64_t parts[4]);

/* id, or another if one of items has it. */
uint64_t session_spans_free_id(const struct span_items *items, uint64_t id);

/* The turn that something which began then is part of. */
int session_spans_turn_at(const struct session_spans *s, int64_t begin_ns);

/* When e happened, on the tracker's clock. */
int64_t session_spans_time(const struct event *e, struct moment now);

/* A new one; it takes the place of the oldest of max that has ended. If none has, the oldest is
 * handed out as it is. */
struct span_item *session_spans_add(struct session_spans *s, struct span_items *items,
	enum session_span_kind kind, unsigned max, struct moment now);
void session_spans_remove(struct span_items *items, struct span_item *item);

/* Sets a text, as a name of max_bytes at most; an empty one changes nothing. */
void session_spans_set_text(char **text, struct str s, size_t max_bytes);

/* Hands item out, which has ended; if it was already, then at the end of the batch, and only if
 * anything has changed. */
void session_spans_tell(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, struct moment now);

/* item is over, without a word of it. */
void session_spans_close(struct session_spans *s, struct span_item *item,
	enum session_span_kind kind, enum session_outcome outcome, int64_t end_ns,
	struct moment now);

/* ---- session_spans_calls.c */

void session_spans_enter_call(
	struct session_spans *s, const struct event *e, struct str name, struct moment now);

/* The open calls of the main agent that began before that are over. */
void session_spans_end_calls(struct session_spans *s, int64_t before_ns,
	enum session_outcome outcome, int64_t end_ns, struct moment now);

/* The name of the call with that hash, uncut; empty if it is not known. */
struct str session_spans_call_name(const struct session_spans *s, uint64_t call);

/* Takes over the calls of a session that is this one's subagent, known by that hash. */
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

/* After e; or NULL, after a turn's end with that outcome. */
void session_spans_follow_agents(struct session_spans *s, const struct event *e,
	enum session_outcome outcome, struct moment now);

/* A session that is this one's subagent has worked as that turn. */
void session_spans_take_agent(struct session_spans *s, const struct session_spans *child,
	uint64_t agent, struct moment now);
