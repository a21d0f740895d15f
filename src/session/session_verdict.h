/* What shall happen to a session next, seen from its ledger and its sender: the tiers of
 * docs/states.md, section 1, as a list of rules of which the first that holds decides. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/tracked_session.h"

struct session_settings;

struct session_verdict {
	const char *rule;                 // its name in docs/states.md
	bool over;                        // the turn ends at due_ms ...
	bool asks;                        // ... or rather waits for its user, and stays open ...
	enum session_attention attention; // ... who is wanted for this
	enum session_reason reason;       // ... and how it is known
	int64_t end_ns;                   // when it ended, as told; 0: with its last work
	int64_t due_ms; // monotonic, now or later; for a busy session: when it counts as stalled
};

/* For a session with an open turn, or with a request, after news at now. */
struct session_verdict session_verdict_of(const struct tracked_session *w,
	const struct session_settings *settings, struct moment now);
