/* Sessions that are really subagents, of clients that give subagents session ids of their own:
 * their events belong to the parent. */
#pragma once

#include <stdint.h>

#include "base/str.h"

enum { CHILD_SESSIONS = 128 };

struct child_sessions {
	struct {
		uint64_t child, parent; // str_hash() of their ids; 0: none
	} rows[CHILD_SESSIONS];
	unsigned next; // the oldest is forgotten
};

/* No-op if either id is empty or the child is known. */
void child_sessions_add(struct child_sessions *c, struct str child, struct str parent);

/* The hash of its parent's id; 0: none. */
uint64_t child_sessions_parent(const struct child_sessions *c, struct str child);
