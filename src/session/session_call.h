/* A model call as reported to the observer, once, from whichever of a client's signals is believed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/event.h"
#include "session/session.h"

struct session_series;

/* Texts are borrowed, and valid only during the observer's call. */
struct session_call {
	const struct session *session; // its session, whose totals already include it
	unsigned calls;                // 1; 0: the growth of a counter, or the sum of a turn
	uint64_t id;                   // the same for the same call, however often reported

	struct str model; // as reported by the client
	enum event_actor actor;
	struct str agent_id; // of the subagent, if known
	int turn;            // of the session, from 1
	int64_t end_ms;      // wall clock
	int64_t duration_ms; // -1: unknown
	int32_t ttft_ms;     // to the first token; -1: unknown

	struct usage usage;        // what it adds to the session's totals
	enum session_cost cost;    // where usage.cost_nano_usd comes from
	int64_t estimate_nano_usd; // of the whole call, at list prices; -1: none
	bool is_mispriced;         // the reported cost is more than 5 % off the estimate
	bool has_absurd_usage;     // an implausible figure was set to 0

	enum event_fault fault; // EVENT_FAULT_NONE: it succeeded
	uint16_t status;        // of HTTP; 0: unknown
	unsigned attempt;       // from 1; 0: unknown
	enum event_plan plan;
	struct str speed; // or service tier; empty: unknown

	/* The counter, if this is the growth of a cumulative one: as it is now, in wall clock time,
	 * and its index. NULL: none. */
	const struct session_series *series;
	unsigned series_slot;

	/* A call reported before under this id, now by a better source: adds nothing, and replaces
	 * its cost. */
	bool corrects;
	enum session_cost replaced;
	int64_t replaced_nano_usd;

	/* Not NULL: not a call. That session was a subagent of this one, which takes over
	 * everything reported for it. */
	const struct session *absorbed;
};
