/* A turn, tool call, wait or subagent that has ended, as reported to the observer alongside changes
 * and model calls.
 *
 * Each is reported once, as soon as its end is known: live readers need not wait, and little is
 * lost if the machine stops. More may become known later: a turn that looked over goes on and ends
 * again, a hook's tool call gets its decision from telemetry five seconds later, a call closed by
 * the end of its turn ends after all. The span is then reported again, under the same kind and id,
 * with `corrects`: it replaces everything reported before. So whoever stores spans replaces by
 * (session, kind, id), and whoever counts them skips corrections. The only repetition without
 * `corrects` is a tool call that ended before a restart of the daemon and is reported again under
 * the same id.
 *
 * At its end a session reports whatever is still open: as INTERRUPTED if it was closed, as UNKNOWN
 * if it fell silent. So the number of its reported turns then equals session::turn (less those
 * before session_tracker_restore()). Spans are ordered by their ends; those of one event as tool
 * call, wait, subagent, turn; all before the change they cause. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/event.h"
#include "session/session.h"

enum session_span_kind {
	SESSION_SPAN_TURN,
	SESSION_SPAN_TOOL_CALL,
	SESSION_SPAN_WAIT,  // for its user
	SESSION_SPAN_AGENT, // a subagent at work; a resumed one has another span
	SESSION_SPAN_KIND_COUNT,
};

/* How it ended; for which kinds: */
enum session_outcome {
	SESSION_OUTCOME_UNKNOWN,     // any: it is over, unknown how
	SESSION_OUTCOME_OK,          // any; a wait: the user answered, or allowed the tool
	SESSION_OUTCOME_ERROR,       // a turn, a tool call, a subagent
	SESSION_OUTCOME_LIMIT,       // a turn: at a limit of rate or money
	SESSION_OUTCOME_REJECTED,    // a tool call that did not run; a wait: the user refused
	SESSION_OUTCOME_INTERRUPTED, // any: stopped by the user, or with its turn or session
	SESSION_OUTCOME_COUNT,
};

enum {
	SESSION_SPAN_NAME_BYTES = 128, // the maximum of a name; longer ones are cut
	SESSION_SPAN_WORD_BYTES = 32,  // of a decision, and of who made it
};

/* Texts are borrowed, and valid only during the observer's call. All are names: one line of valid
 * UTF-8, never written by a user or a model. */
struct session_span {
	const struct session *session; // its session, as shown until now
	enum session_span_kind kind;

	/* Unique in its session, also over restarts. For a tool call with an id of its client's,
	 * the hash of that, whatever source reports it. */
	uint64_t id;
	bool corrects; // replaces an earlier report

	int turn; // of the session, from 1: its own number, or that of the turn it belongs to
	enum event_actor actor; // MAIN, AGENT or UNKNOWN; a turn is the main agent's
	struct str agent_id;    // of the subagent whose call or wait it is; empty: unknown

	/* A tool call: the tool, as named by the client; for MCP servers, "mcp__SERVER__TOOL". A
	 * wait: the tool it is for, if known. A subagent: its type, if known. A turn: empty. */
	struct str name;

	/* Wall clock, ms since the epoch, begin <= end. A turn: from its prompt. A tool call: from
	 * the latest known start: its hook, the decision to run it, or what its client measured. A
	 * wait: from the question to the answer. */
	int64_t begin_ms, end_ms;
	enum session_outcome outcome;

	/* Of a turn. */
	enum session_reason reason; // how the end is known: TURN_END, QUIET, INTERRUPTED, CLOSED,
				    // EXPIRED; PROMPT: the next one took its place
	int64_t worked_ms;          // as shown in the session; -1: unknown, or not a turn

	/* Of a tool call, in the client's own words: "accept", "reject", "approved", ... by
	 * "config", "hook", "user_temporary", "User", ...; empty: unknown. */
	struct str decision, decided_by;

	/* Of a wait: PERMISSION or QUESTION. */
	enum session_attention attention;

	/* Not NULL: not a span, nothing else is set. That session was a subagent of this one, which
	 * takes over its spans, in the current turn and under the subagent's id; except its turns,
	 * which never were any. */
	const struct session *absorbed;
};

/* The published words: "turn", "tool_call", "wait", "agent"; "ok", "rejected", ... */
const char *session_span_kind_name(enum session_span_kind kind);
const char *session_outcome_name(enum session_outcome outcome);
