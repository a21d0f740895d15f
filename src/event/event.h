/* What happened, in one vocabulary for all assistants. Strings are borrowed from the request and
 * live as long as it does; whoever keeps one copies it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/usage.h"

enum event_kind {
	EVENT_NONE,        // tells nothing about a session
	EVENT_SEEN,        // the session exists; nothing was asked of it
	EVENT_PROMPT,      // somebody asked
	EVENT_MODEL_BEGIN, // a model call began
	EVENT_MODEL_TEXT,  // the model call that just ended answered with text
	EVENT_MODEL_ASKS,  // the model call that is open asks for a tool
	EVENT_MODEL_END,   // a model call ended, well or not
	EVENT_TOOL_BEGIN,  // a tool was allowed to run
	EVENT_TOOL_END,    // a tool ended; the model is asked next
	EVENT_TOOL_REJECT, // a tool was refused
	EVENT_AGENT_BEGIN, // a subagent began to work
	EVENT_AGENT_END,   // a subagent came back, or failed
	EVENT_TURN_END,    // told: the assistant came back to its user
	EVENT_SESSION_END, // told: the session is over
	EVENT_ACTIVITY,    // work of a client that tells neither starts nor ends
	EVENT_USAGE,       // only a count
	EVENT_ASKS,        // told: the assistant wants something from its user, see event::request
	EVENT_ANSWERED,    // told: its user has answered
	EVENT_COMPACT_BEGIN, // it began to shorten the conversation
	EVENT_COMPACT_END,
	EVENT_AGENT_RUN, // a subagent's whole work, told for the record: changes no state
	EVENT_KIND_COUNT,
};

/* Which signal an event came by. The same spend is told by several: of these the one
 * that stands first here is believed. */
enum event_source {
	EVENT_FROM_LOGS,
	EVENT_FROM_TRACES,
	EVENT_FROM_METRICS,
	EVENT_FROM_HOOK, // carries no usage
	EVENT_SOURCE_COUNT,
};

/* What a model call that ended wants next. */
enum event_next {
	EVENT_NEXT_UNKNOWN,
	EVENT_NEXT_TOOL, // it asked for a tool
	EVENT_NEXT_USER, // it gave its answer
};

/* On whose behalf a model call or a tool ran. */
enum event_actor {
	EVENT_BY_MAIN,
	EVENT_BY_AGENT,   // a subagent within the session
	EVENT_BY_SIDE,    // a title, a summary: costs, but is no work anybody waits for
	EVENT_BY_UNKNOWN, // the client does not tell these apart
};

/* Whether tools wait for their user's leave, as the client's settings have it. */
enum event_leave {
	EVENT_LEAVE_UNTOLD,
	EVENT_LEAVE_ASKED,
	EVENT_LEAVE_GIVEN, // nobody is ever asked
};

/* What the assistant wants from its user. */
enum event_attention {
	EVENT_ATTENTION_NONE,
	EVENT_ATTENTION_PERMISSION, // leave to run a tool
	EVENT_ATTENTION_QUESTION,   // an answer
	EVENT_ATTENTION_ERROR,      // help: the turn broke off
	EVENT_ATTENTION_LIMIT,      // patience or money: the turn broke off at a limit
	EVENT_ATTENTION_IDLE,       // the next prompt, for a while already
};

/* How a tool call, a subagent or a request to the user ended, as far as the event tells. */
enum event_result {
	EVENT_RESULT_UNTOLD,
	EVENT_RESULT_OK,
	EVENT_RESULT_ERROR,
	EVENT_RESULT_STOPPED, // its user stopped it
	EVENT_RESULT_REFUSED, // ... or did not want it to begin
};

enum { EVENT_TASK_AGENTS = 64 };

/* What a turn that ends leaves running, as the client lists it. */
struct event_tasks {
	uint64_t agents[EVENT_TASK_AGENTS]; // subagents and workflows: hashes of their ids
	unsigned agent_count;
	uint64_t others[EVENT_TASK_AGENTS]; // shells, monitors and the like
	unsigned background;
};

/* How its user pays, as far as that is told. */
enum event_plan {
	EVENT_PLAN_UNTOLD,
	EVENT_PLAN_KEY,          // by the token
	EVENT_PLAN_SUBSCRIPTION, // at a flat rate
	EVENT_PLAN_FREE,         // nothing: a free tier, or a model of this machine
};

/* Why a model call failed. */
enum event_fault {
	EVENT_FAULT_NONE,
	EVENT_FAULT_HTTP, // see event_model_call::status
	EVENT_FAULT_OVERLOADED,
	EVENT_FAULT_RATE_LIMIT,
	EVENT_FAULT_ABORTED,
	EVENT_FAULT_OTHER,
	EVENT_FAULT_COUNT,
};

/* What is told of a model call that ended, beside what it used. */
struct event_model_call {
	bool ended;      // there is one: the rest is about it
	bool is_timed;   // the event's begin is its own
	uint8_t attempt; // from 1; 0: not told
	uint16_t status; // of HTTP; 0: not told
	int32_t ttft_ms; // to the first token; -1: not told
	enum event_fault fault;
	enum event_plan plan;
	struct str speed; // or service tier
};

/* A client program and what its telemetry can tell. */
struct assistant {
	struct str name;       // as shown: "claude-code"; empty for services nobody has heard of
	struct str program;    // what its process is called; empty: one process tells nothing
	struct str title;      // for people: "Claude Code"
	int batch_interval_ms; // how long it collects records, until it has shown that itself
	int quiet_ms; // how long an end that nobody told must be quiet; 0: settle time and batch
	bool tells_tool_begin;   // a tool that starts is told before it ends
	bool connection_is_life; // its connections end only when it ends
	int connection_idle_ms;  // it closes a connection idle for so long by itself; 0: never
	bool shares_connection;  // one connection carries the sessions of many terminals
	bool has_title_threads;  // it opens second conversations, which only find a title
	bool spans_repeat_logs;  // its spans tell nothing that its logs do not tell sooner
	bool tells_asks;         // a model call that asks for a tool says so before it ends
	bool turns_need_prompt;  // after an end that was told, only a prompt begins the next turn
	bool hides_model_end;    // the end of its last model call comes by no telemetry
	bool asks_per_call;      // it notifies of every call that waits for leave, without its id
	bool prompts_itself;     // it may go on by a prompt of its own, as if it were its user's
	bool asks_before_tools;  // it runs no tool of an answer before all it asks was answered
	bool agents_converse;    // a subagent has a session id of its own
};

/* A longer session id is rejected: everything that shows sessions carries it with every change. */
enum { EVENT_ID_BYTES = 256 };

struct event {
	enum event_kind kind;
	enum event_source source;
	enum event_actor actor;
	enum event_next next;
	enum event_attention attention; // of EVENT_ASKS, a tool that asks by itself, what failed
	enum event_leave leave;
	enum event_result result;
	const struct assistant *assistant;
	struct str assistant_name; // shown name: tool->name, or the service's own
	struct str session_id; // empty for EVENT_NONE, and where the turn or connection tells whose
	bool has_long_id;      // EVENT_NONE: more than EVENT_ID_BYTES
	struct str turn_id;    // if told
	bool by_connection;    // of the session that this connection's client works on

	int64_t time_ns;  // when it happened on the sender's clock, since the epoch; 0 unknown
	int64_t stamp_ns; // time_ns as sent, whatever is made of it later
	int64_t begin_ns; // when what ended began (model call, tool, turn); 0 unknown; negative:
			  // so long before time_ns, which is not known
	int64_t sequence; // the sender's own count of its events; -1 unknown
	uint32_t order;   // its place in the request

	bool tells_text;     // EVENT_MODEL_TEXT follows an answer with text, in this version
	bool unattended;     // no person at a terminal: nobody can be asked for permission
	bool by_small_model; // of a call whose actor is not told: small models make side calls
	bool may_be_nested;  // a turn end that is another's if it began after the turn did
	bool may_be_side;    // a conversation that looks like the title thread of another one
	bool is_top_level;   // a turn end that is no subagent's
	bool proves_work;    // a turn end that comes only after work, never after a mere command
	bool failed;         // the model call or tool ended with an error
	bool continues;      // a turn that had ended once already, and was sent on by a hook
	bool starts_session; // the client opened the session
	bool client_stays;   // of EVENT_SESSION_END: its process goes on with another session
	bool is_final;       // of a failed model call: it is not tried again
	bool is_retried;     // ... or it is, by the same call
	bool is_vague;       // a request that names neither agent nor call
	bool tells_failures; // a hook of this version runs after every tool that failed
	bool by_user;        // a rejection or a turn end: the person's, not the configuration's
	bool runs_on;        // what the tool began goes on after its end
	bool is_agent_tool;  // the tool is one that runs a subagent
	bool cumulative;     // usage is a total so far, not an addition

	struct str agent_id;  // of the subagent it happened in; empty: in none, or not told
	struct str parent_id; // the session that this one is a subagent of
	struct str child_id;  // the session of the subagent that this tool call began
	const struct event_tasks *tasks; // of a turn end: what still runs; NULL: not told

	struct str call_id;     // of a tool call
	struct str call_name;   // the tool's name
	struct str call_server; // of the MCP server that has it, where the name does not say
	struct str mcp_status;  // of an event about a server: "connected", "failed", "disconnected"
	struct str decision, decided_by; // on a tool call, in the client's words
	struct str agent_type;           // of the subagent that begins, ends, or is at work
	struct str request_id;           // of a model call
	uint64_t series; // of usage that is cumulative: which of the session's counters
	struct str model;
	struct str project, cwd; // if told
	bool has_usage;
	bool has_absurd_usage; // a figure of it was not believed, and is 0
	bool costs_apart;      // what these tokens cost is told by an event of its own
	struct usage usage;    // of model_call, or of several calls together
	struct event_model_call model_call;
};

/* The words of the enumerators above, for tests and debugging. */
const char *event_kind_name(enum event_kind kind);
const char *event_fault_name(enum event_fault fault); // NULL for NONE
