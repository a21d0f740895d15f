/* What a user wants to be told of, and when. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/quiet_hours.h"
#include "session/session.h"

struct notify_rules {
	unsigned kinds;          // bits 1 << enum session_attention
	int64_t min_duration_ms; // a turn that was shorter is done silently
	int64_t delay_ms;        // how long something must be so before it is told
	bool even_focused;       // also while the session's terminal has the focus
	struct quiet_hours quiet;
};

/* worked_ms: how long the turn took, negative if that is unknown. minute: of the day, local time.
 */
bool notify_rules_allow(const struct notify_rules *rules, enum session_attention attention,
	int64_t worked_ms, int minute);
