/* One session of one assistant: its state, the reason for it, and its cost. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "event/event.h"

enum session_state {
	SESSION_IDLE,      // open, nothing to do
	SESSION_WORKING,   // running a turn
	SESSION_COMPLETED, // turn over: finished
	SESSION_WAITING,   // waiting for its user; published as "completed"
	SESSION_EXPIRED,   // closed; reported once, then forgotten
	SESSION_STATE_COUNT,
};

enum session_reason {
	SESSION_REASON_NONE,
	SESSION_REASON_PROMPT,
	SESSION_REASON_ACTIVITY,
	SESSION_REASON_TURN_END,
	SESSION_REASON_QUIET,
	SESSION_REASON_STALLED,
	SESSION_REASON_ACKNOWLEDGED,
	SESSION_REASON_IDLE_TIMEOUT,
	SESSION_REASON_INTERRUPTED,
	SESSION_REASON_CLOSED,
	SESSION_REASON_EXPIRED,
	SESSION_REASON_COUNT,
};

enum session_attention {
	SESSION_ATTENTION_NONE,
	SESSION_ATTENTION_DONE,
	SESSION_ATTENTION_PERMISSION,
	SESSION_ATTENTION_QUESTION,
	SESSION_ATTENTION_ERROR,
	SESSION_ATTENTION_LIMIT,
	SESSION_ATTENTION_STALLED,
	SESSION_ATTENTION_COUNT,
};

enum session_doing {
	SESSION_DOING_NOTHING,
	SESSION_DOING_LLM,
	SESSION_DOING_TOOL, // which one: session::doing_tool
	SESSION_DOING_SUBAGENT,
	SESSION_DOING_COMPACT, // compacting the conversation
};

/* Where the cost of a call comes from. */
enum session_cost {
	SESSION_COST_NONE,      // no usage, or the cost is reported separately
	SESSION_COST_REPORTED,  // by the client
	SESSION_COST_ESTIMATED, // at list prices
	SESSION_COST_FREE,      // a known 0
	SESSION_COST_UNPRICED,  // no list has its model
	SESSION_COST_COUNT,
};

struct session_sum {
	int64_t nano_usd;
	unsigned count; // of calls, and of steps of counters
};

struct tracked_session; // internal to the tracker: tracked_session.h

/* Code outside this room only reads, and only the first part. */
struct session {
	char *id;             // owned: as sent by the client, made a name of at most 1024 bytes
	char *assistant_name; // owned: "claude-code"
	const struct assistant *assistant;
	enum session_state state;
	enum session_reason reason;
	enum session_attention attention;
	int64_t since_ms; // wall clock: when the state began
	enum session_doing doing;
	const char *doing_tool;      // the tool it runs or asks for, else NULL
	unsigned background;         // shells and the like that its last turn left running
	char *project, *cwd, *model; // owned; NULL while unknown
	int64_t pid;                 // of the client; 0 while unknown
	int turn;                    // prompts so far
	int64_t worked_ms;           // while completed: how long the turn took; -1: unknown
	bool muted;                  // the user wants no notifications of it
	bool has_usage;
	struct usage usage;                           // totals
	struct session_sum costs[SESSION_COST_COUNT]; // of which usage::cost_nano_usd is the sum
	int spent_turn;                               // the last turn with a cost
	int64_t spent_turn_nano_usd;                  // ... and how much

	struct list link; // of session_tracker_sessions()
	struct tracked_session *work;
};

/* The published state: waiting has none of its own, since readers of the first design expect
 * completed with an attention. */
enum session_state session_state_published(enum session_state state);

/* The IDs of the demo command's sessions. They are shown like any other, but not stored and not
 * counted as spending. */
#define SESSION_DEMO_PREFIX "demo-"
bool session_is_demo(const struct session *s);

/* The published words; NULL for NONE. */
const char *session_state_name(enum session_state state);
const char *session_reason_name(enum session_reason reason);
const char *session_attention_name(enum session_attention attention);
const char *session_cost_name(enum session_cost cost);

/* The source of its cost: "reported", "estimated", "mixed" or "free"; NULL while unknown. */
const char *session_cost_source(const struct session *s);

/* The cost of the current or last turn so far, in nano-USD. */
int64_t session_turn_cost(const struct session *s);

/* A copy on the heap of a text from outside, safe to show anywhere: repaired and cut. */
char *session_copy_text(struct str text);

/* Replaces a text that is shown, unless the new one is empty. Whether anything changed. */
bool session_set_text(char **shown, struct str text);

/* Passed to the observer: session is valid only during the call, and has the new state. */
struct session_change {
	const struct session *session;
	bool is_new; // never reported before
	enum session_state previous;
	enum session_attention previous_attention;
};
