/* What a new process needs from the past: sessions that may continue, and what was spent. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "session/session.h"
#include "session/session_past.h"

struct store_db;

enum { STORE_PAST_SESSIONS = 1000, STORE_PAST_CALLS = 128 };

struct store_past_call {
	uint64_t id; // of session_call
	enum session_cost cost;
	int64_t nano_usd;
};

struct store_past_session {
	char *id, *assistant_name;
	char *project, *cwd, *model; // NULL: unknown
	int turns;
	int64_t last_seen_ms; // wall clock
	bool has_usage;
	struct usage usage;
	struct session_sum costs[SESSION_COST_COUNT];
	int64_t counted_calls;         // of all its calls; steps of counters are none
	int64_t newest_call_ms;        // the end of the last of calls; 0: there is none
	struct store_past_call *calls; // the newest, oldest first
	size_t call_count;
	struct session_spend counters; // with its series alone
	int64_t over_ms;               // it has expired; 0: it has not
	bool over_told;
};

struct store_past {
	int64_t since_ms; // wall clock: sessions last seen since then

	struct store_past_session *sessions; // owned, with all they contain; the last seen first
	size_t count;
	struct session_kin kin;
};

/* A store_work; arg: a struct store_past with since_ms set. Absorbed sessions of subagents are left
 * out. */
int store_load_past(struct store_db *db, void *arg);
void store_past_finish(struct store_past *past);

/* What was spent between two local days (yyyymmdd), inclusive. */
struct store_spent {
	int64_t from_day, to_day;

	int64_t reported_nano_usd, estimated_nano_usd;
	int64_t free_calls, unpriced_calls, unpriced_tokens, calls;
};

/* A store_work; arg: a struct store_spent with its days set. */
int store_load_spent(struct store_db *db, void *arg);
