/* What happened, in one vocabulary for all assistants. Strings are borrowed from the request and
 * live as long as it does: copy what you keep. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/usage.h"

enum event_kind {
	EVENT_NONE,        // not about a session
	EVENT_SEEN,        // the session exists; it has nothing to do
	EVENT_PROMPT,      // a prompt
	EVENT_MODEL_BEGIN, // a model call began
	EVENT_MODEL_TEXT,  // the model call that just ended answered with text
	EVENT_MODEL_ASKS,  // the open model call asks for a tool
	EVENT_MODEL_END,   // a model call ended, successfully or not
	EVENT_TOOL_BEGIN,  // a tool was allowed to run
	EVENT_TOOL_END,    // a tool ended; the model is called next
	EVENT_TOOL_REJECT, // a tool was refused
	EVENT_AGENT_BEGIN, // a subagent began to work
	EVENT_AGENT_END,   // a subagent finished or failed
	EVENT_TURN_END,    // reported: the assistant is back with its user
	EVENT_SESSION_END, // reported: the session is over
	EVENT_ACTIVITY,    // work of a client that reports neither starts nor ends
	EVENT_USAGE,       // only token counts
	EVENT_ASKS, // reported: the assistant needs something from its user, see event::attention
	EVENT_ANSWERED,      // reported: the user has answered
	EVENT_COMPACT_BEGIN, // it started to compact the conversation
	EVENT_COMPACT_END,
	EVENT_AGENT_RUN, // a subagent's whole run, for the record: changes no state
	EVENT_KIND_COUNT,
};

/* The signal an event arrived by. Several may report the same spend: the first in this list is
 * believed. */
enum event_source {
	EVENT_FROM_LOGS,
	EVENT_FROM_TRACES,
	EVENT_FROM_METRICS,
	EVENT_FROM_HOOK, // carries no usage
	EVENT_SOURCE_COUNT,
};

/* What follows a model call. */
enum event_next {
	EVENT_NEXT_UNKNOWN,
	EVENT_NEXT_TOOL, // it asked for a tool
	EVENT_NEXT_USER, // it gave its final answer
};

/* On whose behalf a model call or tool ran. */
enum event_actor {
	EVENT_BY_MAIN,
	EVENT_BY_AGENT,   // a subagent within the session
	EVENT_BY_SIDE,    // a title, a summary: it costs, but is not waited for
	EVENT_BY_UNKNOWN, // the client does not distinguish these
};

/* Whether tools need the user's permission, by the client's settings. */
enum event_leave {
	EVENT_LEAVE_UNTOLD,
	EVENT_LEAVE_ASKED,
	EVENT_LEAVE_GIVEN, // the user is never asked
};

/* What the assistant needs from its user. */
enum event_attention {
	EVENT_ATTENTION_NONE,
	EVENT_ATTENTION_PERMISSION, // permission to run a tool
	EVENT_ATTENTION_QUESTION,   // an answer
	EVENT_ATTENTION_ERROR,      // help: the turn failed
	EVENT_ATTENTION_LIMIT,      // patience or money: the turn hit a limit
	EVENT_ATTENTION_IDLE,       // the next prompt, and has been waiting for a while
};

/* How a tool call, subagent or request to the user ended, if the event says so. */
enum event_result {
	EVENT_RESULT_UNTOLD,
	EVENT_RESULT_OK,
	EVENT_RESULT_ERROR,
	EVENT_RESULT_STOPPED, // the user stopped it
	EVENT_RESULT_REFUSED, // ... or did not let it start
};

enum { EVENT_TASK_AGENTS = 64 };

/* What a turn leaves running at its end, as listed by the client. */
struct event_tasks {
	uint64_t agents[EVENT_TASK_AGENTS]; // subagents and workflows: hashes of their ids
	unsigned agent_count;
	uint64_t others[EVENT_TASK_AGENTS]; // shells, monitors and the like
	unsigned background;
};

/* How the user pays, if known. */
enum event_plan {
	EVENT_PLAN_UNTOLD,
	EVENT_PLAN_KEY,          // by the token
	EVENT_PLAN_SUBSCRIPTION, // a flat rate
	EVENT_PLAN_FREE,         // nothing: a free tier, or a local model
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

/* Details of a model call that ended, besides its usage. */
struct event_model_call {
	bool ended;      // there is one: the rest is valid
	bool is_timed;   // the event's begin_ns is the call's own
	uint8_t attempt; // from 1; 0: unknown
	uint16_t status; // of HTTP; 0: unknown
	int32_t ttft_ms; // to the first token; -1: unknown
	enum event_fault fault;
	enum event_plan plan;
	struct str speed; // or service tier
};

/* A client program and the traits of its telemetry. */
struct assistant {
	struct str name;       // as shown: "claude-code"; empty for unknown services
	struct str program;    // the name of its process; empty: a single process says nothing
	struct str title;      // for people: "Claude Code"
	int batch_interval_ms; // its batch interval, until one has been observed
	int quiet_ms; // silence before an unreported end is assumed; 0: settle time plus batch
	bool tells_tool_begin;   // it reports a tool before the tool ends
	bool connection_is_life; // its connections last until it exits
	int connection_idle_ms;  // it closes connections idle for this long; 0: never
	bool shares_connection;  // one connection carries the sessions of many terminals
	bool has_title_threads;  // it opens extra conversations just to find a title
	bool spans_repeat_logs;  // its spans contain nothing its logs do not report sooner
	bool tells_asks;         // it reports a request for a tool before the model call ends
	bool turns_need_prompt;  // after a reported end, only a prompt starts the next turn
	bool hides_model_end;    // no telemetry reports the end of its last model call
	bool asks_per_call;      // it notifies of every call that needs permission, without its id
	bool prompts_itself;     // it may prompt itself, as if it were the user
	bool asks_before_tools;  // it runs no tool of an answer until all its requests are answered
	bool agents_converse;    // subagents have session ids of their own
};

/* Longer session ids are rejected, since every update carries them. */
enum { EVENT_ID_BYTES = 256 };

struct event {
	enum event_kind kind;
	enum event_source source;
	enum event_actor actor;
	enum event_next next;
	enum event_attention attention; // of EVENT_ASKS, of a tool that asks, of a failure
	enum event_leave leave;
	enum event_result result;
	const struct assistant *assistant;
	struct str assistant_name; // shown name: assistant->name, or the service's own
	struct str
		session_id; // empty for EVENT_NONE, and if turn or connection identify the session
	bool has_long_id;   // EVENT_NONE: more than EVENT_ID_BYTES
	struct str turn_id; // if known
	bool by_connection; // belongs to the session of this connection's client

	int64_t time_ns;  // when it happened, by the exporter's clock, since the epoch; 0: unknown
	int64_t stamp_ns; // time_ns as sent, before any correction
	int64_t begin_ns; // when what ended began (model call, tool, turn); 0: unknown; negative:
			  // that long before time_ns, which is unknown
	int64_t sequence; // the exporter's own event number; -1: unknown
	uint32_t order;   // its position in the request

	bool tells_text;     // this version reports EVENT_MODEL_TEXT after an answer with text
	bool unattended;     // no user at a terminal: nobody to ask for permission
	bool by_small_model; // of a call with unknown actor: small models make side calls
	bool may_be_nested;  // a turn end that belongs to something else if it began after the turn
	bool may_be_side;    // a conversation that looks like another's title thread
	bool is_top_level;   // a turn end that is not a subagent's
	bool proves_work;    // a turn end that only follows work, never a mere command
	bool failed;         // the model call or tool ended with an error
	bool continues;      // a turn that had ended already and was continued by a hook
	bool starts_session; // the client opened the session
	bool client_stays;   // of EVENT_SESSION_END: its process continues with another session
	bool is_final;       // of a failed model call: it is not retried
	bool is_retried;     // ... or it is, within the same call
	bool is_vague;       // a request without agent and call id
	bool tells_failures; // this version runs a hook after every failed tool
	bool by_user;        // a rejection or turn end by the user, not by configuration
	bool runs_on;        // what the tool started continues after its end
	bool is_agent_tool;  // the tool runs a subagent
	bool cumulative;     // usage is a running total, not an increment

	struct str agent_id;             // of the subagent it happened in; empty: none or unknown
	struct str parent_id;            // the session whose subagent this one is
	struct str child_id;             // the session of the subagent started by this tool call
	const struct event_tasks *tasks; // of a turn end: what is still running; NULL: unknown

	struct str call_id;     // of a tool call
	struct str call_name;   // the tool's name
	struct str call_server; // its MCP server, if the name does not say
	struct str mcp_status;  // of an event about a server: "connected", "failed", "disconnected"
	struct str decision, decided_by; // on a tool call, in the client's words
	struct str agent_type;           // of the subagent that starts, ends, or works
	struct str request_id;           // of a model call
	uint64_t series;                 // of cumulative usage: which of the session's counters
	struct str model;
	struct str project, cwd; // if known
	bool has_usage;
	bool has_absurd_usage; // an implausible figure was set to 0
	bool costs_apart;      // the cost of these tokens arrives in a separate event
	struct usage usage;    // of model_call, or of several calls together
	struct event_model_call model_call;
};

/* The names of the enumerators above, for tests and debugging. */
const char *event_kind_name(enum event_kind kind);
const char *event_fault_name(enum event_fault fault); // NULL for NONE
