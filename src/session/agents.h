/* The subagents that are known to run in a session, by id: starting or stopping one twice is
 * nothing, and a client's own list of them replaces what was counted. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

enum { AGENTS_MOST = 64 };

struct agent {
	uint64_t id; // calls_hash() of its id
	bool asks;   // its open model call has asked for a tool
};

struct agents {
	struct agent *all; // owned
	unsigned count, capacity;
};

void agents_finish(struct agents *a);
void agents_clear(struct agents *a);

/* NULL if it is not known to run. */
struct agent *agents_find(const struct agents *a, uint64_t id);

/* The one of that id, known from now on; NULL if there are AGENTS_MOST. */
struct agent *agents_add(struct agents *a, uint64_t id);

/* False if it was not known. */
bool agents_remove(struct agents *a, uint64_t id);

/* These run, and no others. */
void agents_replace(struct agents *a, const struct event_tasks *tasks);
