/* Sessions that are subagents of another, where a client gives a subagent an id of its own: what
 * they tell belongs to their parent. */
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

/* Nothing happens if one of them has no id, or if the child is known. */
void child_sessions_add(struct child_sessions *c, struct str child, struct str parent);

/* The hash of its parent's id; 0 if it is nobody's. */
uint64_t child_sessions_parent(const struct child_sessions *c, struct str child);
