/* An orchestrator's current state by its files: one slot per file, and the answers made of them.
 * Knows neither files nor loop: the caller reads them and puts the results here.
 *
 * A file whose writer does not write it at once is broken for a moment: what was there before
 * stays, for ORCHESTRATOR_STALE_MS at most. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "orchestrator/orchestrator_facts.h"

struct json_writer;
struct orchestrator_work;

enum { ORCHESTRATOR_STALE_MS = 60000 };

struct orchestrator_slot {
	struct orchestrator_reading now;   // as of the last reading
	struct orchestrator_facts *before; // owned; what was good, while now is broken; else NULL
	struct instant broken_since;       // while there is one
};

struct orchestrator {
	struct orchestrator_slot slots[ORCHESTRATOR_FILES];
};

/* Every file is missing. */
void orchestrator_init(struct orchestrator *o);
void orchestrator_finish(struct orchestrator *o);

/* A file was read; reading becomes the orchestrator's. */
void orchestrator_put(struct orchestrator *o, enum orchestrator_file file,
	struct orchestrator_reading *reading, struct instant now);

/* The facts to show of a file; never NULL. */
const struct orchestrator_facts *orchestrator_shown(
	const struct orchestrator *o, enum orchestrator_file file, struct instant now);

/* How it is shown: STALE for what was good until just now. */
enum orchestrator_state orchestrator_state_of(
	const struct orchestrator *o, enum orchestrator_file file, struct instant now);

/* "ok" */
const char *orchestrator_state_name(enum orchestrator_state state);

/* ---- answers, with "source" and "sources" at their end */

enum orchestrator_answer {
	ORCHESTRATOR_ANSWER_TASKS,
	ORCHESTRATOR_ANSWER_QUALITY,
	ORCHESTRATOR_ANSWER_RESOLUTION,
	ORCHESTRATOR_ANSWER_RESOURCES,
	ORCHESTRATOR_ANSWER_USAGE,
	ORCHESTRATOR_ANSWERS,
};

/* What the daemon itself adds. */
struct orchestrator_added {
	struct str resolution;   // JSON: its own loops; data NULL: none
	struct str own;          // JSON: host and daemon
	double cost_usd;         // of today; NaN: not known
	double tasks;            // completed today; NaN: not known
	const char *cost_source; // where the two are from
};

void orchestrator_write_answer(struct json_writer *j, const struct orchestrator *o,
	enum orchestrator_answer answer, const struct orchestrator_added *added,
	struct instant now);

/* What it says of the tasks; texts live until the next orchestrator_put(). */
void orchestrator_work_of(
	const struct orchestrator *o, struct instant now, struct orchestrator_work *ret);

/* The rows of its loops as CSV. */
struct str orchestrator_loops_csv(const struct orchestrator *o, struct instant now);

/* [{"file","state","error","mtime"}], of all files. */
void orchestrator_write_sources(
	struct json_writer *j, const struct orchestrator *o, struct instant now);
