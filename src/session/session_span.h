/* A turn, a tool call, a wait or a subagent that came to its end, as it is handed out beside
 * changes and model calls.
 *
 * Each is handed out once, at the moment its end is known: a reader that shows what happens need
 * not wait, and little is lost if the machine stops. More may become known after that: a turn that
 * looked over goes on and ends again, a hook's tool call gets its decision from telemetry that
 * comes five seconds later, a call that its turn's end had closed ends after all. Then the span is
 * handed out again, under the same kind and id, with `corrects`: everything in it replaces what was
 * handed out before. So whoever keeps spans replaces by (session, kind, id), and whoever counts
 * them skips what corrects. Nothing is handed out again without it, but for a tool call that ended
 * before the daemon was restarted and is told again after that, under the same id.
 *
 * A session that ends hands out what it leaves open: INTERRUPTED if it was closed, UNKNOWN if
 * nothing was heard of it any more. So the number of its turns handed out is session::turn then
 * (less those before session_tracker_restore()). The order is that of their ends, and of one event
 * the tool call, the wait, the subagent, the turn; all before the change that they make. */
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
	SESSION_SPAN_AGENT, // a subagent at work; one that is resumed works a second time
	SESSION_SPAN_KIND_COUNT,
};

/* How it ended; which of a kind's are possible: */
enum session_outcome {
	SESSION_OUTCOME_UNKNOWN,     // of any: it is over, nobody has told how
	SESSION_OUTCOME_OK,          // of any; a wait: its user answered, or allowed the tool
	SESSION_OUTCOME_ERROR,       // a turn, a tool call, a subagent
	SESSION_OUTCOME_LIMIT,       // a turn: at a limit of rate or money
	SESSION_OUTCOME_REJECTED,    // a tool call that did not run; a wait: its user refused
	SESSION_OUTCOME_INTERRUPTED, // of any: stopped by its user, or with its turn or session
	SESSION_OUTCOME_COUNT,
};

enum {
	SESSION_SPAN_NAME_BYTES = 128, // of a name at most; longer ones are cut
	SESSION_SPAN_WORD_BYTES = 32,  // of a decision, and of who took it
};

/* Texts are borrowed, and live during the observer's call only. All are names: of one line, valid
 * UTF-8, nothing that a user or a model wrote. */
struct session_span {
	const struct session *session; // whose it is, as it was shown until now
	enum session_span_kind kind;

	/* Unique in its session, also over restarts. Of a tool call whose client gives it an id, it
	 * is a hash of that, the same whoever tells of it. */
	uint64_t id;
	bool corrects; // handed out before: all of it is replaced

	int turn;               // of the session, from 1: itself, or the one it is part of
	enum event_actor actor; // MAIN, AGENT or UNKNOWN; a turn is the main agent's
	struct str agent_id; // of the subagent, in a call or wait of which it is; empty: not told

	/* A tool call: the tool, as its client names it; of an MCP server's, "mcp__SERVER__TOOL".
	 * A wait: the tool it is for; empty: not told. A subagent: its type; empty: not told. A
	 * turn: empty. */
	struct str name;

	/* Wall clock, ms since the epoch, begin <= end. A turn: from its prompt. A tool call: from
	 * the last that is told of its begin: its hook, the decision that let it run, what its
	 * client has measured. A wait: from the question to the answer. */
	int64_t begin_ms, end_ms;
	enum session_outcome outcome;

	/* Of a turn. */
	enum session_reason reason; // how the end is known: TURN_END, QUIET, INTERRUPTED, CLOSED,
				    // EXPIRED; PROMPT: the next one took its place
	int64_t worked_ms;          // as the session shows it; -1: not known, or no turn

	/* Of a tool call, in its client's own words: "accept", "reject", "approved", ... by
	 * "config", "hook", "user_temporary", "User", ...; empty: not told. */
	struct str decision, decided_by;

	/* Of a wait: PERMISSION or QUESTION. */
	enum session_attention attention;

	/* Not NULL: no span at all, nothing else is set. That session was a subagent of this one:
	 * what was handed out of it is this one's, as of the subagent by its id, in the turn at
	 * hand; but for its turns, which were none. */
	const struct session *absorbed;
};

/* The words that are published: "turn", "tool_call", "wait", "agent"; "ok", "rejected", ... */
const char *session_span_kind_name(enum session_span_kind kind);
const char *session_outcome_name(enum session_outcome outcome);
