/* What happens to a session next, judging by its ledger and its exporter: implements
 * docs/states.md, section 1, as a list of rules, the first of which that applies decides. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/tracked_session.h"

struct session_settings;

/* The names of the rules, in their order; docs/states.md has the table. */
#define SESSION_RULE_ASKS        "asks"
#define SESSION_RULE_STOPPED     "stopped"
#define SESSION_RULE_REFUSED     "refused"
#define SESSION_RULE_HELD        "held"
#define SESSION_RULE_BROKE_OFF   "broke-off"
#define SESSION_RULE_OPEN        "open"
#define SESSION_RULE_UNSEEN      "unseen"
#define SESSION_RULE_HOOKS_GO_ON "hooks-go-on"
#define SESSION_RULE_HOOKS       "hooks"
#define SESSION_RULE_UNKNOWN     "unknown"
#define SESSION_RULE_ANSWERED    "answered"
#define SESSION_RULE_GRANTED     "granted"
#define SESSION_RULE_ASKED       "asked"
#define SESSION_RULE_UNDECIDED   "undecided"
#define SESSION_RULE_UNCLEAR     "unclear"

/* ... and the reasons for a state without a verdict: what ended its turn, or that nothing has
 * begun. */
#define SESSION_RULE_EXPLICIT   "explicit"
#define SESSION_RULE_CONNECTION "connection"
#define SESSION_RULE_REPLACED   "replaced"
#define SESSION_RULE_STALLED    "stalled"
#define SESSION_RULE_KNOWN      "known"

struct session_verdict {
	const char *rule;                 // its name in docs/states.md
	bool over;                        // the turn ends at due_ms ...
	bool asks;                        // ... or rather waits for its user, and stays open ...
	enum session_attention attention; // ... who is needed for this
	enum session_reason reason;       // ... and how this is known
	int64_t end_ns;                   // when it ended, as reported; 0: with its last work
	int64_t due_ms; // monotonic, now or later; for a busy session: when it counts as stalled
};

/* For a session with an open turn or request, after news at now. */
struct session_verdict session_verdict_of(const struct tracked_session *w,
	const struct session_settings *settings, struct moment now);
