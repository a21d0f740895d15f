#include "session/agents.h"

#include <stdlib.h>

#include "base/mem.h"

enum { AGENTS_FIRST = 4 };

void agents_finish(struct agents *a)
{
	free(a->all);
	*a = (struct agents){0};
}

void agents_clear(struct agents *a)
{
	a->count = 0;
}

struct agent *agents_find(const struct agents *a, uint64_t id)
{
	for (unsigned i = 0; i < a->count; i++) {
		if (a->all[i].id == id) {
			return &a->all[i];
		}
	}
	return NULL;
}

struct agent *agents_add(struct agents *a, uint64_t id)
{
	struct agent *found = agents_find(a, id);
	if (found != NULL || a->count == AGENTS_MAX) {
		return found;
	}
	if (a->count == a->capacity) {
		a->capacity = a->capacity > 0 ? a->capacity * 2 : AGENTS_FIRST;
		a->all = xrealloc(a->all, a->capacity * sizeof(*a->all));
	}
	a->all[a->count] = (struct agent){.id = id};
	return &a->all[a->count++];
}

bool agents_remove(struct agents *a, uint64_t id)
{
	struct agent *found = agents_find(a, id);
	if (found == NULL) {
		return false;
	}
	*found = a->all[--a->count];
	return true;
}

static bool holds(const uint64_t *ids, unsigned count, uint64_t id)
{
	for (unsigned i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

unsigned agents_replace(struct agents *a, const struct event_tasks *tasks)
{
	unsigned others = tasks->background < EVENT_TASK_AGENTS ? tasks->background
								: EVENT_TASK_AGENTS;
	unsigned known = 0;
	for (unsigned i = a->count; i > 0; i--) {
		uint64_t id = a->all[i - 1].id;
		if (holds(tasks->others, others, id)) {
			known++;
		} else if (!holds(tasks->agents, tasks->agent_count, id)) {
			agents_remove(a, id);
		}
	}
	for (unsigned i = 0; i < tasks->agent_count; i++) {
		agents_add(a, tasks->agents[i]);
	}
	return known;
}
