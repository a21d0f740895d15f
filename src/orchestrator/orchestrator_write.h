/* The answers of /api/metrics/..., whatever their source. Members go into an object that the caller
 * begins and ends. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "orchestrator/orchestrator_facts.h"

struct buf;
struct json_writer;

enum { ORCHESTRATOR_PAGE = 20, ORCHESTRATOR_PAGE_MAX = 500 };

/* Tasks by stage; data NULL and NaN: unknown. */
struct orchestrator_work {
	struct str updated_at;
	int running; // -1: unknown
	double stages[ORCHESTRATOR_STAGES];
	double queue_depth, last_hour, last_5min, wip, success, retry;
	struct str history; // JSON
	bool has_tasks;
	const struct orchestrator_task *tasks; // borrowed
	size_t count;
};

struct orchestrator_quality {
	struct str updated_at;
	double total, consensus, approvals, rejections, escalations;
	struct str by_type, reasons, gates, rubric, categories, history; // JSON
};

struct orchestrator_loops {
	struct str updated_at;
	struct str loops, stats, events, closed; // JSON
	struct str own;                          // JSON; data NULL: no such member
};

struct orchestrator_resources {
	struct str updated_at;
	double cpu, memory, disk, claude, node, level;
	struct str params, providers, tokens; // JSON
	double estimate;                      // of a task, USD
	double cost_usd, tasks;               // of today
	const char *cost_source;
	struct str own; // JSON
};

void orchestrator_write_work(struct json_writer *j, const struct orchestrator_work *w);
void orchestrator_write_quality(struct json_writer *j, const struct orchestrator_quality *q);
void orchestrator_write_loops(struct json_writer *j, const struct orchestrator_loops *l);
void orchestrator_write_resources(struct json_writer *j, const struct orchestrator_resources *r);
void orchestrator_write_used(struct json_writer *j, struct str updated_at, struct str providers,
	struct str raw); // JSON but for the first

/* Parses "inProgress", as answers name it, or "in_progress". False: not a stage. */
const char *orchestrator_stage_name(enum orchestrator_stage stage);
bool orchestrator_stage_read(struct str text, enum orchestrator_stage *ret);

/* Which tasks, in which form. */
enum orchestrator_form { ORCHESTRATOR_WHOLE, ORCHESTRATOR_ONE_PAGE, ORCHESTRATOR_CSV };
struct orchestrator_choice {
	enum orchestrator_form form;
	bool has_stage; // of a CSV; false: it has the counts
	enum orchestrator_stage stage;
	size_t offset, limit; // of a page
};

/* {"state","total","offset","limit","tasks"} */
void orchestrator_write_page(struct json_writer *j, const struct orchestrator_work *w,
	const struct orchestrator_choice *choice);

/* The counts, or the tasks of one stage. */
void orchestrator_append_csv(struct buf *out, const struct orchestrator_work *w,
	const struct orchestrator_choice *choice);

/* Writes the loops; rows: finished CSV rows. */
void orchestrator_append_loops_csv(struct buf *out, struct str rows);
