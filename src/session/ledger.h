/* What is open in a session: the turn, its model call, its tools, its subagents. Times are on the
 * sender's own clock, so that events which come late or twice find their place; the ledger never
 * asks what time it is here.
 *
 * The rules, with what they were measured on, are in docs/states.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum {
	LEDGER_CALLS = 32,      // tools open at once; more are not told apart
	LEDGER_NAME_BYTES = 48, // of a tool's name, as shown
	LEDGER_HINTS = 8,
};

struct ledger_call {
	uint64_t id_hash; // 0: the client gave no id
	int64_t begin_ns;
	bool is_agent;
	char name[LEDGER_NAME_BYTES];
};

/* What one source said of a model call that another source tells of as well. */
struct ledger_hint {
	uint64_t request_hash;
	enum event_next next;
};

struct ledger {
	unsigned turns; // so far
	bool turn_open;
	bool turn_by_prompt;   // opened by a prompt, not by work
	int64_t turn_from_ns;  // when it was asked for, also before what had only looked like its
			       // end
	int64_t turn_begin_ns; // of the open turn
	int64_t turn_end_ns;   // of the last turn that ended; what began before it is old news
	bool end_told;         // ... and it was the client that said so

	bool model_open;        // somebody waits for the model
	int64_t model_since_ns; // since when
	bool model_streams;     // its answer is told piece by piece
	bool model_asks;        // ... and a piece asked for a tool
	bool model_served;      // ... which has ended already
	unsigned agents;        // subagents that hooks told of
	bool agent_open;        // a subagent's model is being asked
	bool background;        // a subagent runs on after the tool that began it has returned

	struct ledger_call *calls; // open tools, owned
	unsigned call_count;

	/* what the last main model call that ended left behind */
	int64_t model_begin_ns, model_end_ns;
	int64_t agent_call_end_ns; // the end of the last tool that ran a subagent
	uint64_t model_request;
	enum event_next next;
	bool failed;

	enum event_wish wish; // what it was told to want from its user, and has not got
	int64_t wish_ns;
	uint64_t wish_call;       // the tool call it is about; 0: not told
	enum event_wish end_wish; // what the end of the last turn asked for

	int64_t activity_ns; // last work of a client that tells neither starts nor ends; 0: it
			     // tells

	/* what this client has shown it tells */
	bool has_logs;
	unsigned hook_kinds;  // bits 1 << enum event_kind that its hooks have told
	uint64_t prompt_turn; // of the open turn, as the hook of its prompt named it; 0: not told
	bool prompt_by_hook;  // who told of the open turn's prompt
	bool prompt_by_logs;
	bool tells_text;
	bool tells_decisions;   // of every tool that starts
	bool told_decision;     // at least once
	bool waited_for_prompt; // it made calls before the first prompt: somebody sits at a
				// terminal
	bool unattended;
	bool big_model_seen; // so that calls of the small one are side calls

	struct ledger_hint hints[LEDGER_HINTS];
	unsigned next_hint;
};

/* What an event did to the turn. */
enum ledger_effect {
	LEDGER_NOTHING,
	LEDGER_CHANGED,     // look at the ledger
	LEDGER_ENDED,       // the turn came to its end as told by the event
	LEDGER_NEW_TURN,    // a turn that looked over gave way to the next
	LEDGER_INTERRUPTED, // the user refused a tool: the turn is over
};

void ledger_init(struct ledger *l, const struct tool *tool);
void ledger_finish(struct ledger *l);

/* Enters e. LEDGER_NEW_TURN is given before anything changes: the caller closes the old turn with
 * ledger_close() and enters e again. */
enum ledger_effect ledger_enter(struct ledger *l, const struct event *e);

/* Whether the client's hooks tell of that: then they tell it better than its telemetry. */
bool ledger_hooks_tell(const struct ledger *l, enum event_kind kind);

/* True while a model call, a tool or a subagent is known to run. */
bool ledger_is_busy(const struct ledger *l);

/* The turn is over: at_ns as told, 0 for the end of the last work known, which nobody told. */
void ledger_close(struct ledger *l, int64_t at_ns);

/* The end of the last work, for a turn with nothing open. */
int64_t ledger_last_work_ns(const struct ledger *l);

/* How long the last turn took, as far as its client has told, or the open one until its last work;
 * -1 if that is not known. */
int64_t ledger_turn_ms(const struct ledger *l);

/* The name of the tool that was opened last; NULL if none is open. *ret_agent: it runs a subagent.
 */
const char *ledger_open_tool(const struct ledger *l, bool *ret_agent);
