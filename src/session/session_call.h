/* A model call as it is handed out, once, by whoever of a client's signals is believed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/event.h"
#include "session/session.h"

struct session_series;

/* Texts are borrowed, and live during the observer's call only. */
struct session_call {
	const struct session *session; // whose it is; its totals hold the call already
	unsigned calls;                // 1; 0: what a counter has grown by, or a sum over a turn
	uint64_t id;                   // the same for the same call, whenever it is told

	struct str model; // as the client tells it
	enum event_actor actor;
	struct str agent_id; // of the subagent, where it is told which
	int turn;            // of the session, from 1
	int64_t end_ms;      // wall clock
	int64_t duration_ms; // -1: not told
	int32_t ttft_ms;     // to the first token; -1: not told

	struct usage usage;        // what it adds to the session's totals
	enum session_cost cost;    // where usage.cost_nano_usd is from
	int64_t estimate_nano_usd; // of the whole call, at list prices; -1: none
	bool is_mispriced;         // the reported cost is more than 5 % off the estimate
	bool has_absurd_usage;     // a figure was not believed, and is 0

	enum event_fault fault; // EVENT_FAULT_NONE: it went well
	uint16_t status;        // of HTTP; 0: not told
	unsigned attempt;       // from 1; 0: not told
	enum event_plan plan;
	struct str speed; // or service tier; empty: not told

	/* What a cumulative counter has grown by: the counter as it is now, with the wall clock's
	 * times, and which of the session's it is. NULL: it is of none. */
	const struct session_series *series;
	unsigned series_slot;

	/* A call that was handed out before, by its id, and is told again by a source that knows
	 * better: nothing is added, and what it cost is replaced. */
	bool corrects;
	enum session_cost replaced;
	int64_t replaced_nano_usd;

	/* Not NULL: no call at all. That session was a subagent of this one, which now holds all
	 * that was handed out of it. */
	const struct session *absorbed;
};
