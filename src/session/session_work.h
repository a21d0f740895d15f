/* The inner side of a session: what the tracker knows beyond what it shows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/ledger.h"
#include "session/seen.h"
#include "session/sender.h"
#include "session/session.h"

/* Who told where a session works; the later one is believed. */
enum session_place {
	SESSION_PLACE_UNKNOWN,
	SESSION_PLACE_BY_PROCESS,
	SESSION_PLACE_BY_TELEMETRY,
	SESSION_PLACE_BY_HOOK,
};

struct session_work {
	struct session session;
	struct hash_node node; // by id
	struct list by_news;   // least recently heard of first
	struct ledger ledger;
	struct sender sender;
	struct seen seen;
	uint64_t turn; // its own id, hashed by turn_places_hash(); 0: not told
	struct usage usage[EVENT_SOURCE_COUNT]; // totals as each signal tells them
	bool has_usage[EVENT_SOURCE_COUNT];
	int64_t news_ms;     // monotonic: the last sign of life
	int64_t deadline_ms; // monotonic; INT64_MAX: none
	int64_t leaves_ms;   // monotonic: when it is gone, its end having been told; INT64_MAX
	enum session_place place_rank;
	bool project_named;   // by the client, so not after its directory
	bool by_hook;         // so far only hooks have told of it
	unsigned turns_shown; // those told of as working
	bool told;            // the observer knows of it
	bool waiting;         // completed because it wants a permission: the turn is still open
	bool dirty;           // something shown has changed since the observer was told
	bool touched;         // by the batch at hand
};

/* A session that nobody was told of yet. */
struct session_work *session_work_create(const struct event *e, struct instant now);
void session_work_destroy(struct session_work *w);

/* Takes over what e tells beside the work itself: model, project, directory, usage. */
void session_work_note(struct session_work *w, const struct event *e);

/* The directory it works in, and its project, which is named after that if it is empty. Nothing
 * happens if both are empty or somebody better has told. */
void session_work_set_place(
	struct session_work *w, struct str cwd, struct str project, enum session_place rank);

/* Brings what is shown of the open work up to date. */
void session_work_show(struct session_work *w);

/* What shall happen to the session next, seen from its ledger and its sender. */
struct session_verdict {
	bool over; // the turn ends at due_ms ...
	bool asks; // ... because it waits for its user, the turn being open ...
	enum session_attention attention; // ... who is wanted for this
	bool told;                        // ... as its hooks say
	int64_t due_ms; // monotonic, now or later; for a busy session: when it counts as stalled
};

struct session_settings;

/* For a session with an open turn, after news at now. */
struct session_verdict session_work_judge(
	const struct session_work *w, const struct session_settings *settings, struct instant now);
