/* roadmap.yaml */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "board/board_arena.h"
#include "board/board_yaml.h"
#include "orchestrator/orchestrator_facts.h"

struct reading {
	struct orchestrator_facts *facts;
	struct orchestrator_faults faults;
	struct orchestrator_task *tasks; // on the heap
	size_t count, capacity;
};

/* The text of a scalar; data NULL: not a scalar. */
static struct str take_text(struct reading *r, const struct board_value *map, const char *name)
{
	const struct board_value *v = board_value_find(map, str_from(name));
	if (v == NULL || v->kind == BOARD_NULL) {
		return (struct str){0};
	}
	if (!board_value_is_scalar(v)) {
		orchestrator_fault(&r->faults, name, "a text");
		return (struct str){0};
	}
	return orchestrator_keep(r->facts, v->text);
}

static enum orchestrator_stage stage_of(struct str status)
{
	static const struct {
		const char *word;
		enum orchestrator_stage stage;
	} rows[] = {
		{"block", ORCHESTRATOR_BLOCKED},
		{"progress", ORCHESTRATOR_IN_PROGRESS},
		{"ready", ORCHESTRATOR_READY},
		{"done", ORCHESTRATOR_DONE},
		{"complete", ORCHESTRATOR_DONE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (str_contains(status, str_from(rows[i].word))) {
			return rows[i].stage;
		}
	}
	return ORCHESTRATOR_PENDING;
}

static struct str take_status(struct reading *r, const struct board_value *map)
{
	struct str status = take_text(r, map, "status");
	if (status.size == 0) {
		return STR("pending");
	}
	str_lower(status, (char *)status.data); // a copy of ours
	return status;
}

static void take_labels(
	struct reading *r, const struct board_value *map, struct orchestrator_task *task)
{
	const struct board_value *list = orchestrator_find(&r->faults, map, "labels", BOARD_LIST);
	task->has_labels = list != NULL;
	if (list == NULL) {
		return;
	}
	task->labels = board_arena_take(&r->facts->blocks, list->count * sizeof(struct str));
	for (size_t i = 0; i < list->count; i++) {
		const struct board_value *v = list->items[i];
		if (!board_value_is_scalar(v)) {
			orchestrator_fault(&r->faults, "labels", "a list of texts");
		} else if (v->kind != BOARD_NULL) {
			task->labels[task->label_count++] = orchestrator_keep(r->facts, v->text);
		}
	}
}

static void take_task(struct reading *r, const struct board_value *map, struct str milestone)
{
	struct orchestrator_task task = {
		.id = take_text(r, map, "id"),
		.title = take_text(r, map, "title"),
		.status = take_status(r, map),
		.domain = take_text(r, map, "domain"),
		.milestone = milestone,
	};
	if (task.id.size == 0 || task.title.size == 0) {
		return;
	}
	task.stage = stage_of(task.status);
	take_labels(r, map, &task);
	r->tasks = xgrow(r->tasks, r->count, &r->capacity, sizeof(*r->tasks));
	r->tasks[r->count++] = task;
}

/* Iterates over the maps in a list. */
static const struct board_value *next_map(
	struct reading *r, const struct board_value *list, const char *name, size_t *at)
{
	while (list != NULL && *at < list->count) {
		const struct board_value *item = list->items[(*at)++];
		if (item->kind == BOARD_MAP) {
			return item;
		}
		if (item->kind != BOARD_NULL) {
			orchestrator_fault(&r->faults, name, "a list of mappings");
		}
	}
	return NULL;
}

static const struct board_value *find_list(
	struct reading *r, const struct board_value *map, const char *name)
{
	return orchestrator_find(&r->faults, map, name, BOARD_LIST);
}

static void take_milestones(struct reading *r, const struct board_value *epic)
{
	const struct board_value *milestones = find_list(r, epic, "milestones");
	const struct board_value *milestone, *task;
	for (size_t i = 0; (milestone = next_map(r, milestones, "milestones", &i)) != NULL;) {
		const struct board_value *tasks = find_list(r, milestone, "tasks");
		struct str title = take_text(r, milestone, "title");
		for (size_t k = 0; (task = next_map(r, tasks, "tasks", &k)) != NULL;) {
			take_task(r, task, title);
		}
	}
}

static void take_epics(struct reading *r, const struct board_value *top)
{
	const struct board_value *epics = find_list(r, top, "epics");
	const struct board_value *epic;
	for (size_t i = 0; (epic = next_map(r, epics, "epics", &i)) != NULL;) {
		take_milestones(r, epic);
	}
}

static void write_fault(struct orchestrator_reading *ret, const struct board_fault *fault)
{
	ret->state = ORCHESTRATOR_BROKEN;
	if (fault->line > 0) {
		(void)snprintf(ret->error, sizeof(ret->error), "line %lld, column %lld: %.110s",
			(long long)fault->line, (long long)fault->column, fault->message);
	} else {
		(void)snprintf(ret->error, sizeof(ret->error), "%s", fault->message);
	}
}

void orchestrator_read_roadmap(struct orchestrator_reading *ret, struct str bytes)
{
	struct reading r = {.facts = ret->facts};
	struct orchestrator_roadmap *roadmap = &ret->facts->roadmap;
	struct board_yaml yaml;
	board_yaml_read(&yaml, bytes, ORCHESTRATOR_FILE_BYTES);
	if (yaml.top == NULL) {
		write_fault(ret, &yaml.fault);
		board_yaml_finish(&yaml);
		return;
	}
	take_epics(&r, yaml.top);
	board_yaml_finish(&yaml);
	roadmap->is_known = true;
	roadmap->tasks = board_arena_take(&ret->facts->blocks, r.count * sizeof(*r.tasks));
	roadmap->count = r.count;
	for (size_t i = 0; i < r.count; i++) {
		roadmap->tasks[i] = r.tasks[i];
	}
	free(r.tasks);
	if (r.faults.count > 0) {
		ret->state = ORCHESTRATOR_WRONG;
		(void)snprintf(ret->error, sizeof(ret->error), "%s", r.faults.first);
	}
}
