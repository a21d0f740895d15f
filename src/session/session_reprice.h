/* Adjusts a session's totals when its reported calls are repriced by other lists. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "session/session.h"

enum { SESSION_REPRICE_CALLS = 128 }; // as many as a session remembers by id

/* A call whose cost was, and is, estimated or unknown. */
struct session_repriced_call {
	uint64_t id;
	int turn; // of its session
	enum session_cost was, is;
	int64_t was_nano_usd, is_nano_usd;
};

struct session_reprice {
	char *id; // of the session; owned

	/* all of its calls together */
	int64_t added_nano_usd; // to the estimate
	int priced; // calls that were unpriced and are now estimated; negative: the reverse

	/* the last ones of them, in a ring */
	struct session_repriced_call *calls; // owned, SESSION_REPRICE_CALLS; NULL: nothing changed
	size_t call_count, next_call;
};

/* Adds a changed call. */
void session_reprice_add(struct session_reprice *r, const struct session_repriced_call *call);
void session_reprice_finish(struct session_reprice *r);

/* ---- for the tracker */

struct session_spend;
struct usage;

/* Applies it to the totals usage and costs, and to the remembered calls. Calls corrected meanwhile
 * keep their correction. */
void session_reprice_apply(const struct session_reprice *r, struct usage *usage,
	struct session_sum costs[SESSION_COST_COUNT], struct session_spend *spend);

/* By how much the cost of one turn grows. */
int64_t session_reprice_of_turn(const struct session_reprice *r, int turn);
