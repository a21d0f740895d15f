/* The subagents known to run in a session, by id: starting or stopping one twice is harmless, and a
 * client's own list replaces what was counted. */
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

/* NULL if it is not running. */
struct agent *agents_find(const struct agents *a, uint64_t id);

/* Finds or adds the one with that id; NULL if there are AGENTS_MAX. */
struct agent *agents_add(struct agents *a, uint64_t id);

/* False if it was not there. */
bool agents_remove(struct agents *a, uint64_t id);

/* Replaces the list by these. Returns how many of the other tasks are subagents under another name.
 */
unsigned agents_replace(struct agents *a, const struct event_tasks *tasks);
