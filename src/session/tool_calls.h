/* The open tool calls of a session, and their requests to the user.
 *
 * A request belongs to a call: the one named by the client, else the last open call of that tool
 * and actor without one. It is answered by the end of that call, by a decision on it, or by its
 * actor going on, so nothing running in parallel affects it (docs/states.md, section 5). A request
 * without a known call is kept as a call of its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

enum {
	TOOL_CALLS_MAX = 32,  // open at once; any more are ignored
	CALL_NAME_BYTES = 48, // of a tool's name, as shown
};

struct tool_call {
	uint64_t id;    // hash; 0: the client gave none
	uint64_t agent; // hash of its subagent's id; 0: the main agent's
	int64_t begin_ns;
	enum event_attention attention; // PERMISSION, QUESTION or NONE
	int64_t asked_ns;               // when it was reported
	bool by_name;   // the request was inferred from the tool's name, not reported
	bool guessed;   // the request named only a tool; it may belong to another call of that tool
	bool decided;   // telemetry reported that it may run
	bool only_asks; // a request without a call
	bool runs_agent;
	int64_t failed_ns; // when telemetry, but no hook, reported its failure; 0: no
	char name[CALL_NAME_BYTES];
};

struct tool_calls {
	struct tool_call *all; // owned, oldest first
	unsigned count, capacity;
};

void tool_calls_finish(struct tool_calls *c);

/* The hash that identifies a call or subagent; 0 for an empty id. */
uint64_t tool_calls_hash(struct str id);

/* The call of e: by id or, if one of the two has none, the first of that name. NULL if it is not
 * open. */
struct tool_call *tool_calls_find(const struct tool_calls *c, const struct event *e);

/* A call begins; no-op if it is open already. A request of that tool without a call was for this
 * one, and is granted. */
void tool_calls_begin(struct tool_calls *c, const struct event *e);

/* A call ended. False if it was not open. */
bool tool_calls_end(struct tool_calls *c, const struct event *e);

/* Everything of one actor is over: of the main agent (0), or of a subagent. */
void tool_calls_end_actor(struct tool_calls *c, uint64_t agent);

/* Ends everything except open requests of subagents. */
void tool_calls_end_silent(struct tool_calls *c);

/* e is a request. A vague one only confirms one that is open. */
void tool_calls_ask(struct tool_calls *c, const struct event *e);

/* A decision on the call of e; without one, on the request made during the wait, or else on the
 * oldest one. A call that never had to wait passes a guessed request on to another call of that
 * tool. False if nothing was answered. */
bool tool_calls_answer(struct tool_calls *c, const struct event *e);

/* The actor has gone on since that time: its earlier requests are answered, all of them or only
 * those without a call. False if there were none. */
bool tool_calls_go_on(struct tool_calls *c, uint64_t agent, int64_t since_ns, bool all);

/* The most urgent request; NULL if there is none. */
const struct tool_call *tool_calls_asking(const struct tool_calls *c);

/* Whether this actor has a request, and no running call besides. */
bool tool_calls_only_wait(const struct tool_calls *c, uint64_t agent);

/* The running call that began last, other than a request; NULL if there is none. */
const struct tool_call *tool_calls_last(const struct tool_calls *c);

/* Whether a tool that runs a subagent is open. */
bool tool_calls_run_agent(const struct tool_calls *c);
