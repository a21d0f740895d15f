/* The inner side of a session: what the tracker knows beyond what it shows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/ledger.h"
#include "session/seen.h"
#include "session/sender.h"
#include "session/session.h"

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
	int64_t news_ms;      // monotonic: the last sign of life
	int64_t deadline_ms;  // monotonic; INT64_MAX: none
	bool project_named;   // by the client, so not after its directory
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

/* The directory it works in; the project is named after it unless the client names one. Empty:
 * stays. */
void session_work_set_cwd(struct session_work *w, struct str cwd);

/* Brings what is shown of the open work up to date. */
void session_work_show(struct session_work *w);

/* What shall happen to the session next, seen from its ledger and its sender. */
struct session_verdict {
	bool over;      // the turn ends at due_ms ...
	bool asks;      // ... because it waits for a permission
	int64_t due_ms; // monotonic, now or later; for a busy session: when it counts as stalled
};

struct session_settings;

/* For a session with an open turn, after news at now. */
struct session_verdict session_work_judge(
	const struct session_work *w, const struct session_settings *settings, struct instant now);
