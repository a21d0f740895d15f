/* The subagents that are known to run in a session, by id: starting or stopping one twice is
 * nothing, and a client's own list of them replaces what was counted. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

enum { AGENTS_MAX = 64 };

struct agent {
	uint64_t id; // tool_calls_hash() of its id
	int64_t begin_ns;
	bool asks; // its open model call has asked for a tool
};

struct agents {
	struct agent *all; // owned
	unsigned count, capacity;
};

void agents_finish(struct agents *a);
void agents_clear(struct agents *a);

/* NULL if it is not known to run. */
struct agent *agents_find(const struct agents *a, uint64_t id);

/* The one of that id, known from now on; NULL if there are AGENTS_MAX. */
struct agent *agents_add(struct agents *a, uint64_t id);

/* False if it was not known. */
bool agents_remove(struct agents *a, uint64_t id);

/* These run, and no others. Returns how many of the other tasks are subagents that are known by
 * another name for what they are. */
unsigned agents_replace(struct agents *a, const struct event_tasks *tasks);
