/* The tool calls that are open in a session, and what they want from its user.
 *
 * A request belongs to a call: the one its client names, else the last open call of that tool and
 * actor that has none yet. It is answered by the end of that call, by a decision on it, or by its
 * actor going on, so nothing that runs beside it changes it (docs/states.md, section 5). A request
 * whose call is not known is kept as a call of its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

enum {
	TOOL_CALLS_MAX = 32,  // open at once; more are not told apart
	CALL_NAME_BYTES = 48, // of a tool's name, as shown
};

struct tool_call {
	uint64_t id;    // hash; 0: the client gave none
	uint64_t agent; // hash of its subagent's id; 0: the main agent's
	int64_t begin_ns;
	enum event_attention attention; // PERMISSION, QUESTION or NONE
	int64_t asked_ns;               // when it was told
	bool by_name;   // the request was concluded from the tool's name, and not told yet
	bool guessed;   // the request named a tool only; it may be another call's of that tool
	bool decided;   // telemetry told that it may run
	bool only_asks; // a request without a call
	bool runs_agent;
	int64_t failed_ns; // telemetry told that it failed, its hook has not; 0: no
	char name[CALL_NAME_BYTES];
};

struct tool_calls {
	struct tool_call *all; // owned, oldest first
	unsigned count, capacity;
};

void tool_calls_finish(struct tool_calls *c);

/* The hash by which a call or a subagent is known; 0 for an empty id. */
uint64_t tool_calls_hash(struct str id);

/* The call e is about: by its id, or, where one of the two came without, the first of that name.
 * NULL if it is not open. */
struct tool_call *tool_calls_find(const struct tool_calls *c, const struct event *e);

/* A call begins; nothing happens if it is open already. A request of that tool without a call was
 * for this one, and is granted. */
void tool_calls_begin(struct tool_calls *c, const struct event *e);

/* A call ended. False if it was not open. */
bool tool_calls_end(struct tool_calls *c, const struct event *e);

/* Everything of one actor is over: of the main agent (0), or of a subagent. */
void tool_calls_end_actor(struct tool_calls *c, uint64_t agent);

/* All but what subagents still ask. */
void tool_calls_end_silent(struct tool_calls *c);

/* e asks something. A vague request only confirms one that is open. */
void tool_calls_ask(struct tool_calls *c, const struct event *e);

/* A decision on the call of e; where e names none, on what was asked while it was waited for, or
 * else on the oldest request. A call that never had to wait hands a guessed request on to another
 * call of that tool. False if nothing was answered. */
bool tool_calls_answer(struct tool_calls *c, const struct event *e);

/* The actor has gone on since that time: what it asked before then is answered; all of it, or what
 * has no call of its own. False if it had asked nothing. */
bool tool_calls_go_on(struct tool_calls *c, uint64_t agent, int64_t since_ns, bool all);

/* The most urgent request; NULL if there is none. */
const struct tool_call *tool_calls_asking(const struct tool_calls *c);

/* Whether any request is of this actor, and no call of it runs beside the request. */
bool tool_calls_only_wait(const struct tool_calls *c, uint64_t agent);

/* The call that began last and runs, not only asks; NULL if there is none. */
const struct tool_call *tool_calls_last(const struct tool_calls *c);

/* Whether a tool that runs a subagent is open. */
bool tool_calls_run_agent(const struct tool_calls *c);
