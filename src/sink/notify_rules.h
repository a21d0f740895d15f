/* What a user wants to be told of, and when. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/quiet_hours.h"
#include "config/notify_kind.h"

enum { NOTIFY_SOUND_BYTES = 65 };

struct notify_rules {
	unsigned kinds;          // bits 1 << enum notify_kind
	int64_t min_duration_ms; // a turn that was shorter is done silently
	int64_t delay_ms;        // how long something must be so before it is told; -1: the kind's
	bool even_focused;       // also while the session's terminal has the focus
	struct quiet_hours quiet;
	char sounds[NOTIFY_KIND_COUNT][NOTIFY_SOUND_BYTES]; // empty: none
};

/* worked_ms: how long the turn took, negative if that is unknown. */
bool notify_rules_want(const struct notify_rules *rules, enum notify_kind kind, int64_t worked_ms);

/* minute: of the day, local time. */
bool notify_rules_are_quiet(const struct notify_rules *rules, int minute);

int64_t notify_rules_delay_ms(const struct notify_rules *rules, enum notify_kind kind);
