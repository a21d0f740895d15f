/* Finds the session of an event: by session id, turn, connection or subagent; a new one if it
 * proves work; or none. */
#pragma once

#include <stdint.h>

#include "session/child_sessions.h"
#include "session/session_past.h"
#include "session/session_states.h"
#include "session/title_threads.h"
#include "session/turn_cwds.h"

enum { EARLY_LEAVES = 64 };

/* Permission settings reported before a session is known by its work; the oldest are forgotten. */
struct early_leaves {
	struct {
		uint64_t id_hash;
		enum event_leave leave;
	} rows[EARLY_LEAVES];
	unsigned next;
};

struct session_owners {
	struct session_states *states;           // borrowed, with its registry
	const struct session_projects *projects; // borrowed: for lookups
	struct title_threads title_threads;
	struct child_sessions children;
	struct turn_cwds places;
	struct early_leaves early_leaves;
	struct session_pasts pasts;
};

void session_owners_init(struct session_owners *o, struct session_states *states,
	const struct session_projects *projects);
void session_owners_finish(struct session_owners *o);

/* NULL: none. Events of a subagent's own session are changed to what they mean for its parent. */
struct tracked_session *session_owners_find(
	struct session_owners *o, struct event *e, uint64_t connection, struct moment now);

/* Notes the turn of e, and applies a directory already known for that turn. */
void session_owners_note_turn(
	struct session_owners *o, struct tracked_session *w, const struct event *e);
