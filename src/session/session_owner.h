/* Whose event it is: the session that it names, or the one whose turn, connection or subagent it
 * names; a new one, if it proves work; or nobody's. */
#pragma once

#include <stdint.h>

#include "session/child_sessions.h"
#include "session/session_past.h"
#include "session/session_states.h"
#include "session/title_threads.h"
#include "session/turn_cwds.h"

enum { EARLY_LEAVES = 64 };

/* Settings that a client tells before its session is known by work; the oldest are forgotten. */
struct early_leaves {
	struct {
		uint64_t id_hash;
		enum event_leave leave;
	} rows[EARLY_LEAVES];
	unsigned next;
};

struct session_owners {
	struct session_states *states;           // borrowed, with its registry
	const struct session_projects *projects; // borrowed: whom sessions ask for theirs
	struct title_threads title_threads;
	struct child_sessions children;
	struct turn_cwds places;
	struct early_leaves early_leaves;
	struct session_pasts pasts;
};

void session_owners_init(struct session_owners *o, struct session_states *states,
	const struct session_projects *projects);
void session_owners_finish(struct session_owners *o);

/* NULL: nobody's. What a subagent's own session tells is changed to what it means for its parent's.
 */
struct tracked_session *session_owners_find(
	struct session_owners *o, struct event *e, uint64_t connection, struct moment now);

/* Takes note of the turn that e names, and of the directory that is known of that turn. */
void session_owners_note_turn(
	struct session_owners *o, struct tracked_session *w, const struct event *e);
