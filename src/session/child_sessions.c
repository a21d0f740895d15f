#include "session/child_sessions.h"

#include <stdbool.h>

uint64_t child_sessions_parent(const struct child_sessions *c, struct str child)
{
	uint64_t hash = c->next > 0 ? str_hash(child) : 0; // mostly there are none
	for (unsigned i = 0; i < CHILD_SESSIONS && hash != 0; i++) {
		if (c->rows[i].child == hash) {
			return c->rows[i].parent;
		}
	}
	return 0;
}

/* Whatever its parent's parent may be, it is shown as its own. */
void child_sessions_add(struct child_sessions *c, struct str child, struct str parent)
{
	uint64_t grandparent = child_sessions_parent(c, parent);
	bool named = child.size > 0 && parent.size > 0 && !str_equal(child, parent);
	uint64_t hash = str_hash(child), owner = grandparent != 0 ? grandparent : str_hash(parent);
	if (!named || owner == hash || child_sessions_parent(c, child) != 0) {
		return;
	}
	for (unsigned i = 0; i < CHILD_SESSIONS; i++) { // its own children were named first
		c->rows[i].parent = c->rows[i].parent == hash ? owner : c->rows[i].parent;
	}
	unsigned row = c->next++ % CHILD_SESSIONS;
	c->rows[row].child = hash;
	c->rows[row].parent = owner;
}
