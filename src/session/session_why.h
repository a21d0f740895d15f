/* Why a session is in its state: the rule that decided, the reports it is based on, what is open,
 * and what would change it. Only our own words and the names of tools, never a user's text. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "session/session.h"

enum { SESSION_WHY_EVIDENCE = 8, SESSION_WHY_OPEN = 8, SESSION_WHY_NEXT = 6 };

/* Something reported, or inferred from silence. */
struct session_evidence {
	const char *what;   // "tool_begin"
	const char *text;   // "a tool started"
	const char *source; // hook, logs, spans, metrics, connection, clock, user
	int64_t at_ms;      // wall clock
};

/* Something that has begun and has not ended. */
struct session_open {
	const char *kind; // model, tool, subagent, compaction
	const char *name; // of a tool, like session::doing_tool; else NULL
	int64_t since_ms; // wall clock; 0: not known
};

/* What would change the state. */
struct session_next {
	const char *text; // a sentence
	enum session_state state;
	int64_t at_ms; // wall clock, if by a timeout; 0: unknown
};

struct session_why {
	const char *rule; // a row of the table in docs/states.md
	const char *text; // the rule in a sentence
	struct session_evidence evidence[SESSION_WHY_EVIDENCE]; // the newest first
	struct session_open open[SESSION_WHY_OPEN];             // the oldest first
	struct session_next next[SESSION_WHY_NEXT];
	size_t evidence_count, open_count, next_count;
};

struct moment;
struct session_settings;
struct tracked_session;

/* Explains a session as of now. */
void session_why_of(const struct tracked_session *w, const struct session_settings *settings,
	struct moment now, struct session_why *ret);

/* The sentence of a rule; NULL if there is no such rule. */
const char *session_why_text(const char *rule);
