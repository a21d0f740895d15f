/* What is open in a session: the turn, its model call, its tools, its subagents. Times are on the
 * tracker's clock (session/clock.h), so that late and repeated events find their place; the ledger
 * never reads a clock.
 *
 * docs/states.md, sections 2 and 4, has the rules and the measurements behind them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "session/agents.h"
#include "session/tool_calls.h"

enum { LEDGER_HINTS = 8, LEDGER_CLOSED_CALLS = 8 };

/* What one source says about a model call that another source reports, too. */
struct ledger_hint {
	uint64_t request_hash;
	enum event_next next;
};

/* The current turn, or the last one. */
struct ledger_turn {
	bool open;
	bool by_prompt; // opened by a prompt, not by work
	bool prompt_by_hook, prompt_by_logs;
	uint64_t id;     // from the hook of its prompt; 0: unknown
	int64_t from_ns; // its prompt, even if it seemed to end since
	int64_t begin_ns;
	int64_t end_ns; // of the last turn that ended: anything that began earlier is old news
	bool end_told;  // ... and the client reported it
	enum event_attention end_attention; // how it ended: ERROR, LIMIT or NONE
	bool failed;    // its last model call failed, and nothing has succeeded since
	bool broke_off; // ... and is not retried

	/* A reported end that may not be final; 0: none. */
	int64_t held_ns;
	bool agents_go_on; // ... because subagents are running, which may resume the main agent
};

/* The main agent's model call. */
struct ledger_model {
	bool open;        // somebody waits for it
	int64_t since_ns; // since when
	bool streams;     // its answer is reported piece by piece
	bool asks;        // ... and a piece asked for a tool
	bool served;      // ... which has ended already

	/* what the last call that ended left behind */
	int64_t begin_ns, end_ns;
	uint64_t request;
	enum event_next next;
};

/* What this client is known to report. */
struct ledger_client {
	bool has_logs;
	unsigned hook_kinds; // bits 1 << enum event_kind reported by its hooks
	bool tells_text;
	bool tells_decisions;   // for every tool that starts
	bool told_decision;     // at least once
	bool waited_for_prompt; // it made calls before the first prompt: there is a user at a
				// terminal
	bool unattended;
	bool leave_given;    // its settings allow every tool
	bool big_model_seen; // so calls of the small one are side calls
	bool restarts;       // it has continued by itself after a reported end
};

struct ledger {
	unsigned turns; // so far
	struct ledger_turn turn;
	struct ledger_model model;
	struct tool_calls calls;
	uint64_t closed_calls[LEDGER_CLOSED_CALLS]; // closed by the end of a turn: their own ends
	unsigned next_closed;                       // may follow
	struct agents agents;
	struct ledger_client client;

	/* subagents of a client that does not identify them */
	bool agent_model_open;     // a subagent's model call is open
	bool agent_in_background;  // one continues after the tool that started it has returned
	int64_t agent_call_end_ns; // the end of the last tool that ran one

	int64_t agent_end_ns; // when the last subagent finished
	int64_t work_ns;      // when the newest work of the main agent began
	int64_t refused_ns;   // when the user rejected a tool, if nothing has begun since; 0: no
	int64_t activity_ns;  // last work of a client that reports neither starts nor ends
	bool command_runs_on; // a command continues after its result and is polled
	bool compacts;        // the conversation is being compacted
	int64_t compact_ns;   // since when
	int64_t compact_end_ns;
	unsigned background; // shells and the like that the last turn left running

	struct ledger_hint hints[LEDGER_HINTS];
	unsigned next_hint;
};

/* What an event did to the turn. */
enum ledger_effect {
	LEDGER_NOTHING,
	LEDGER_CHANGED,     // look at the ledger
	LEDGER_ENDED,       // the event reported the end of the turn
	LEDGER_NEW_TURN,    // the next turn begins
	LEDGER_INTERRUPTED, // the user stopped the turn
};

void ledger_init(struct ledger *l, const struct assistant *assistant);
void ledger_finish(struct ledger *l);

/* Enters e. LEDGER_NEW_TURN is returned before anything changes: the caller closes the old turn
 * with ledger_close() and enters e again. */
enum ledger_effect ledger_enter(struct ledger *l, const struct event *e);

/* Whether the client's hooks report that kind: they are then preferred to telemetry. */
bool ledger_hooks_tell(const struct ledger *l, enum event_kind kind);

/* Whether hooks report work: silence then proves nothing. */
bool ledger_hooks_tell_work(const struct ledger *l);

/* True while a model call, a tool or a subagent is known to run. */
bool ledger_is_busy(const struct ledger *l);

/* Whether a subagent is known to run. */
bool ledger_has_agents(const struct ledger *l);

/* When a tool of the main agent failed that its hook would have reported by now, had the user not
 * stopped it; 0: none. */
int64_t ledger_stopped_ns(const struct ledger *l);

/* The turn is over: at_ns as reported, or 0 for the end of the last known work. */
void ledger_close(struct ledger *l, int64_t at_ns);

/* The end of the last work, for a turn without anything open. */
int64_t ledger_last_work_ns(const struct ledger *l);

/* How long the last turn took, as far as reported, or the open one until its last work; -1:
 * unknown. */
int64_t ledger_turn_ms(const struct ledger *l);
