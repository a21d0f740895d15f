/* What is open in a session: the turn, its model call, its tools, its subagents. Times are on the
 * tracker's clock (session/clock.h), so that events which come late or twice find their place; the
 * ledger never asks what time it is.
 *
 * The rules, with what they were measured on, are in docs/states.md, sections 2 and 4. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "session/agents.h"
#include "session/tool_calls.h"

enum { LEDGER_HINTS = 8, LEDGER_CLOSED_CALLS = 8 };

/* What one source said of a model call that another source tells of as well. */
struct ledger_hint {
	uint64_t request_hash;
	enum event_next next;
};

/* The turn at hand, or the last one. */
struct ledger_turn {
	bool open;
	bool by_prompt; // opened by a prompt, not by work
	bool prompt_by_hook, prompt_by_logs;
	uint64_t id;     // as the hook of its prompt named it; 0: not told
	int64_t from_ns; // when it was asked for, also before what had only looked like its end
	int64_t begin_ns;
	int64_t end_ns; // of the last turn that ended: what began before it is old news
	bool end_told;  // ... and it was the client that said so
	enum event_attention end_attention; // what it ended with: ERROR, LIMIT or NONE
	bool failed;    // its last model call failed, and nothing has gone well since
	bool broke_off; // ... and is not tried again

	/* An end that was told but may not be the last word; 0: none. */
	int64_t held_ns;
	bool agents_go_on; // ... because subagents go on, who may bring the main agent back
};

/* The main agent's model call. */
struct ledger_model {
	bool open;        // somebody waits for it
	int64_t since_ns; // since when
	bool streams;     // its answer is told piece by piece
	bool asks;        // ... and a piece asked for a tool
	bool served;      // ... which has ended already

	/* what the last call that ended left behind */
	int64_t begin_ns, end_ns;
	uint64_t request;
	enum event_next next;
};

/* What this client has shown that it tells. */
struct ledger_client {
	bool has_logs;
	unsigned hook_kinds; // bits 1 << enum event_kind that its hooks have told
	bool tells_text;
	bool tells_decisions;   // of every tool that starts
	bool told_decision;     // at least once
	bool waited_for_prompt; // it made calls before the first prompt: somebody sits at a
				// terminal
	bool unattended;
	bool leave_given;    // its settings let every tool run
	bool big_model_seen; // so that calls of the small one are side calls
	bool restarts;       // it has gone on by itself after an end that it told
};

struct ledger {
	unsigned turns; // so far
	struct ledger_turn turn;
	struct ledger_model model;
	struct tool_calls calls;
	uint64_t closed_calls[LEDGER_CLOSED_CALLS]; // that the end of a turn closed: their own ends
	unsigned next_closed;                       // may come behind it
	struct agents agents;
	struct ledger_client client;

	/* subagents of a client that does not tell them by id */
	bool agent_model_open;     // a subagent's model is being asked
	bool agent_in_background;  // one runs on after the tool that began it has returned
	int64_t agent_call_end_ns; // the end of the last tool that ran one

	int64_t agent_end_ns; // when the last subagent came back
	int64_t work_ns;      // the begin of the newest work of the main agent
	int64_t refused_ns;   // its user refused a tool, and nothing has begun since; 0: no
	int64_t activity_ns;  // last work of a client that tells neither starts nor ends
	bool command_runs_on; // a command goes on behind its result and is polled
	bool compacts;        // the conversation is being shortened
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
	LEDGER_ENDED,       // the turn came to its end as told by the event
	LEDGER_NEW_TURN,    // a turn that looked over gave way to the next
	LEDGER_INTERRUPTED, // its user stopped the turn
};

void ledger_init(struct ledger *l, const struct assistant *assistant);
void ledger_finish(struct ledger *l);

/* Enters e. LEDGER_NEW_TURN is given before anything changes: the caller closes the old turn with
 * ledger_close() and enters e again. */
enum ledger_effect ledger_enter(struct ledger *l, const struct event *e);

/* Whether the client's hooks tell of that: then they tell it better than its telemetry. */
bool ledger_hooks_tell(const struct ledger *l, enum event_kind kind);

/* Whether hooks have told work: then silence proves nothing. */
bool ledger_hooks_tell_work(const struct ledger *l);

/* True while a model call, a tool or a subagent is known to run. */
bool ledger_is_busy(const struct ledger *l);

/* Whether a subagent is known to run. */
bool ledger_has_agents(const struct ledger *l);

/* A failed tool of the main agent's that its hook would have told of by now, had its user not
 * stopped it; 0: none. */
int64_t ledger_stopped_ns(const struct ledger *l);

/* The turn is over: at_ns as told, 0 for the end of the last work known, which nobody told. */
void ledger_close(struct ledger *l, int64_t at_ns);

/* The end of the last work, for a turn with nothing open. */
int64_t ledger_last_work_ns(const struct ledger *l);

/* How long the last turn took, as far as its client has told, or the open one until its last work;
 * -1 if that is not known. */
int64_t ledger_turn_ms(const struct ledger *l);
