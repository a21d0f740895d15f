/* What the files of an orchestrator's state say, one struct for each file; read once, never
 * changed. Texts and JSON are slices of the facts' own memory; data NULL, or NaN for numbers: not
 * known. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "orchestrator/orchestrator_json.h"

struct board_arena_block;

enum orchestrator_file { // in the order in which answers name them
	ORCHESTRATOR_HEALTH,
	ORCHESTRATOR_ORCHESTRATION,
	ORCHESTRATOR_DECISIONS,
	ORCHESTRATOR_RESOLUTION,
	ORCHESTRATOR_RESOURCE,
	ORCHESTRATOR_CAPACITY,
	ORCHESTRATOR_USAGE,
	ORCHESTRATOR_SUMMARY,
	ORCHESTRATOR_ROADMAP,
	ORCHESTRATOR_FILES,
};

enum orchestrator_stage {
	ORCHESTRATOR_PENDING,
	ORCHESTRATOR_READY,
	ORCHESTRATOR_IN_PROGRESS,
	ORCHESTRATOR_BLOCKED,
	ORCHESTRATOR_DONE,
	ORCHESTRATOR_STAGES,
};

enum {
	ORCHESTRATOR_FILE_BYTES = 4 << 20, // of a file; of a JSONL the end that is read
	ORCHESTRATOR_DECIDED = 500,        // decisions that count
	ORCHESTRATOR_DECIDED_TASKS = 300,  // ... for the rates of tasks
	ORCHESTRATOR_HISTORY = 288,        // states of the queue: a day of five minutes each
};

struct orchestrator_health {
	struct str updated_at;
	int running; // -1: unknown
	double stages[ORCHESTRATOR_STAGES];
	double queue_depth, last_hour, last_5min, wip;
	struct str history; // JSON: the last ORCHESTRATOR_HISTORY
};

struct orchestrator_orchestration {
	struct str updated_at;
	double total;
	struct str by_type, history; // JSON
	double consensus;            // share
};

/* One decision, for whoever reports it. */
struct orchestrator_decision {
	struct str task_id, decision, reason;
	double timestamp;
};

struct orchestrator_decisions {
	bool is_known;
	size_t count, approvals, escalations;
	size_t recent_count, recent_approvals;         // of the last ORCHESTRATOR_DECIDED_TASKS
	struct str reasons, gates, rubric, categories; // JSON
	struct orchestrator_decision *all;             // count of them, the oldest first
};

struct orchestrator_loop {
	struct str task_id, label;
	double attempts;
	bool is_infinite;
};

struct orchestrator_resolution {
	struct str updated_at;
	struct str loops, stats, events, closed; // JSON
	struct str csv;                          // rows of the loops
	double total_loops;
	struct orchestrator_loop *all;
	size_t count;
};

struct orchestrator_resource {
	struct str updated_at;
	double cpu, memory, disk, claude, node, level;
	struct str params; // JSON
};

struct orchestrator_usage {
	struct str updated_at;
	struct str providers, tokens, raw; // JSON; tokens: as /api/metrics/resources shows them
	double daily_tokens;
};

struct orchestrator_task {
	struct str id, title, status, domain, milestone;
	struct str *labels;
	size_t label_count;
	bool has_labels;
	enum orchestrator_stage stage;
};

struct orchestrator_roadmap {
	bool is_known;
	struct orchestrator_task *tasks;
	size_t count;
};

/* Of one file; the other parts say that nothing is known. */
struct orchestrator_facts {
	struct orchestrator_health health;
	struct orchestrator_orchestration orchestration;
	struct orchestrator_decisions decisions;
	struct orchestrator_resolution resolution;
	struct orchestrator_resource resource;
	struct str capacity; // JSON: the providers
	struct orchestrator_usage usage;
	double disk; // of the summary
	struct orchestrator_roadmap roadmap;
	struct board_arena_block *blocks;
};

/* Of which nothing is known, for the caller to orchestrator_facts_free(). */
struct orchestrator_facts *orchestrator_facts_create(void);
void orchestrator_facts_free(struct orchestrator_facts *f); // NULL is fine

enum orchestrator_state {
	ORCHESTRATOR_OK,
	ORCHESTRATOR_MISSING,
	ORCHESTRATOR_BROKEN, // empty, half written, neither JSON nor YAML
	ORCHESTRATOR_WRONG,  // a part is of another kind, or lines were skipped
	ORCHESTRATOR_TOO_LARGE,
	ORCHESTRATOR_UNREADABLE,
	ORCHESTRATOR_STALE, // broken just now: what was there before is shown
	ORCHESTRATOR_STATES,
};

/* What came of reading a file. */
struct orchestrator_reading {
	enum orchestrator_state state;        // never STALE
	char error[ORCHESTRATOR_ERROR_BYTES]; // empty: none
	struct orchestrator_facts *facts;     // owned; NULL: nothing is known
	int64_t mtime_ms;                     // wall clock; -1: not known
	uint64_t skipped;                     // lines
	bool is_cut;                          // of a JSONL only the end was read
};

/* "analytics/resource_metrics.json" */
const char *orchestrator_file_path(enum orchestrator_file file);

/* Reads the bytes of a file, which are changed. is_cut: they are the end of a longer file. */
void orchestrator_read(enum orchestrator_file file, char *bytes, size_t size, bool is_cut,
	struct orchestrator_reading *ret);

/* ---- the parts of it, in files of their own */

typedef void orchestrator_reader(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults);
orchestrator_reader orchestrator_read_resolution, orchestrator_read_usage;

/* Lines that are no object are skipped, and counted. */
void orchestrator_read_decisions(
	struct orchestrator_facts *facts, char *bytes, size_t size, uint64_t *ret_skipped);

/* Sets state and error. */
void orchestrator_read_roadmap(struct orchestrator_reading *ret, struct str bytes);

/* A text, or finished JSON, in the facts' memory; data NULL stays NULL. */
struct str orchestrator_keep(struct orchestrator_facts *facts, struct str text);
