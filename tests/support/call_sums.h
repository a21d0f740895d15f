/* Adds up the calls that a tracker hands out, as whoever keeps them would. A session that begins
 * anew under the id of one that is gone is known by its first call. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "session/session.h"
#include "session/session_call.h"

struct call_sum {
	char *id; // owned
	struct usage usage;
	struct session_sum costs[SESSION_COST_COUNT];
	unsigned calls, faults;
};

struct call_sums {
	struct call_sum *sums; // owned
	size_t count;
};

void call_sums_finish(struct call_sums *s);
void call_sums_add(struct call_sums *s, const struct session_call *call);

/* The sum of that session's calls; NULL if there were none. */
const struct call_sum *call_sums_find(const struct call_sums *s, const char *id);

/* Whether the session shows what was handed out of it, no more and no less. */
bool call_sums_agree(const struct call_sums *s, const struct session *session);
