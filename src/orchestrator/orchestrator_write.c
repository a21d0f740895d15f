#include "orchestrator/orchestrator_write.h"

#include <math.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/number.h"

enum { DAY_HOURS = 24 };
static const double bottleneck_share = 0.25;

/* ---- words */

static const char *const stage_names[ORCHESTRATOR_STAGES] = {
	[ORCHESTRATOR_PENDING] = "pending",
	[ORCHESTRATOR_READY] = "ready",
	[ORCHESTRATOR_IN_PROGRESS] = "inProgress",
	[ORCHESTRATOR_BLOCKED] = "blocked",
	[ORCHESTRATOR_DONE] = "done",
};

const char *orchestrator_stage_name(enum orchestrator_stage stage)
{
	return stage_names[stage];
}

bool orchestrator_stage_read(struct str text, enum orchestrator_stage *ret)
{
	if (str_equal(text, STR("in_progress"))) {
		*ret = ORCHESTRATOR_IN_PROGRESS;
		return true;
	}
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		if (str_equal(text, str_from(stage_names[i]))) {
			*ret = (enum orchestrator_stage)i;
			return true;
		}
	}
	return false;
}

/* JSON, or the placeholder for no data. */
static void name_json(struct json_writer *j, const char *name, struct str json, const char *none)
{
	json_name(j, name);
	json_raw(j, json.data != NULL ? json : str_from(none));
}

/* ---- tasks */

static void write_task(struct json_writer *j, const struct orchestrator_task *t)
{
	json_object_begin(j);
	json_name_str(j, "id", t->id);
	json_name_str(j, "title", t->title);
	json_name_str(j, "status", t->status);
	if (t->domain.data != NULL) {
		json_name_str(j, "domain", t->domain);
	}
	if (t->milestone.data != NULL) {
		json_name_str(j, "milestone", t->milestone);
	}
	if (t->has_labels) {
		json_name(j, "labels");
		json_array_begin(j);
		for (size_t i = 0; i < t->label_count; i++) {
			json_str(j, t->labels[i]);
		}
		json_array_end(j);
	}
	json_object_end(j);
}

/* Writes one page of a stage's tasks. Returns how many the stage has. */
static size_t write_tasks(struct json_writer *j, const struct orchestrator_work *w,
	enum orchestrator_stage stage, size_t offset, size_t limit)
{
	size_t total = 0;
	json_array_begin(j);
	for (size_t i = 0; i < w->count; i++) {
		if (w->tasks[i].stage != stage) {
			continue;
		}
		if (total >= offset && total - offset < limit) {
			write_task(j, &w->tasks[i]);
		}
		total++;
	}
	json_array_end(j);
	return total;
}

static void write_drilldown(struct json_writer *j, const struct orchestrator_work *w)
{
	size_t totals[ORCHESTRATOR_STAGES] = {0};
	json_name(j, "drilldown");
	json_object_begin(j);
	for (size_t i = 0; w->has_tasks && i < ORCHESTRATOR_STAGES; i++) {
		json_name(j, stage_names[i]);
		totals[i] = write_tasks(j, w, (enum orchestrator_stage)i, 0, ORCHESTRATOR_PAGE);
	}
	json_object_end(j);
	json_name(j, "drilldownTotals");
	json_object_begin(j);
	for (size_t i = 0; w->has_tasks && i < ORCHESTRATOR_STAGES; i++) {
		json_name_int(j, stage_names[i], (int64_t)totals[i]);
	}
	json_object_end(j);
}

/* The bottleneck: the first of the fullest stages before the last, if it holds a quarter of the
 * open tasks. */
static struct str bottleneck_of(const struct orchestrator_work *w)
{
	double sum = 0, most = 0;
	size_t at = 0;
	for (size_t i = 0; i < ORCHESTRATOR_DONE; i++) {
		double count = isnan(w->stages[i]) ? 0 : w->stages[i];
		sum += count;
		if (count > most) {
			most = count;
			at = i;
		}
	}
	return most > 0 && most >= bottleneck_share * sum ? str_from(stage_names[at])
							  : (struct str){0};
}

void orchestrator_write_work(struct json_writer *j, const struct orchestrator_work *w)
{
	json_name_str(j, "updatedAt", w->updated_at);
	json_name(j, "running");
	if (w->running < 0) {
		json_null(j);
	} else {
		json_bool(j, w->running != 0);
	}
	json_name(j, "tasksByState");
	json_object_begin(j);
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		orchestrator_name_number(j, stage_names[i], w->stages[i]);
	}
	json_object_end(j);
	orchestrator_name_number(j, "queueDepth", w->queue_depth);
	orchestrator_name_number(j, "throughputLastHour", w->last_hour);
	orchestrator_name_number(j, "throughputLast5Min", w->last_5min);
	orchestrator_name_number(j, "wipUtilization", orchestrator_round(w->wip, 4));
	orchestrator_name_number(j, "completionRatePerHour", w->last_hour);
	orchestrator_name_number(j, "completionRatePerDay", w->last_hour * DAY_HOURS);
	orchestrator_name_number(j, "successRate", orchestrator_round(w->success, 4));
	orchestrator_name_number(
		j, "failureRate", orchestrator_round(1 - orchestrator_round(w->success, 4), 4));
	orchestrator_name_number(j, "retryRate", orchestrator_round(w->retry, 4));
	json_name_str(j, "bottleneckStage", bottleneck_of(w));
	name_json(j, "history", w->history, "[]");
	write_drilldown(j, w);
}

void orchestrator_write_page(struct json_writer *j, const struct orchestrator_work *w,
	const struct orchestrator_choice *choice)
{
	size_t total = 0;
	for (size_t i = 0; i < w->count; i++) {
		total += w->tasks[i].stage == choice->stage;
	}
	json_object_begin(j);
	json_name_str(j, "state", str_from(stage_names[choice->stage]));
	json_name_int(j, "total", (int64_t)total);
	json_name_int(j, "offset", (int64_t)choice->offset);
	json_name_int(j, "limit", (int64_t)choice->limit);
	json_name(j, "tasks");
	(void)write_tasks(j, w, choice->stage, choice->offset, choice->limit);
	json_object_end(j);
}

/* ---- CSV */

static void append_counts(struct buf *out, const struct orchestrator_work *w)
{
	buf_append_str(out, STR("state,count\n"));
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		buf_printf(out, "%s,", stage_names[i]);
		if (!isnan(w->stages[i])) {
			struct json_writer j;
			json_writer_init(&j, out);
			orchestrator_write_number(&j, w->stages[i]);
		}
		buf_append_char(out, '\n');
	}
}

static void append_task(struct buf *out, const struct orchestrator_task *t)
{
	const struct str cells[] = {t->id, t->title, t->status, t->domain, t->milestone};
	struct buf labels;
	size_t bytes = t->label_count + 1;
	for (size_t i = 0; i < t->label_count; i++) {
		bytes += t->labels[i].size;
	}
	buf_init(&labels, bytes);
	for (size_t i = 0; i < t->label_count; i++) {
		buf_append_str(&labels, i > 0 ? STR(" ") : STR(""));
		buf_append_str(&labels, t->labels[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		csv_append(out, cells[i]);
		buf_append_char(out, ',');
	}
	csv_append(out, buf_str(&labels));
	buf_append_char(out, '\n');
	buf_finish(&labels);
}

void orchestrator_append_csv(struct buf *out, const struct orchestrator_work *w,
	const struct orchestrator_choice *choice)
{
	if (!choice->has_stage) {
		append_counts(out, w);
		return;
	}
	buf_append_str(out, STR("id,title,status,domain,milestone,labels\n"));
	for (size_t i = 0; i < w->count && !out->overflowed; i++) {
		if (w->tasks[i].stage == choice->stage) {
			append_task(out, &w->tasks[i]);
		}
	}
}

void orchestrator_append_loops_csv(struct buf *out, struct str rows)
{
	buf_append_str(out, STR("task_id,attempts,last_label,elapsed_ms,first_attempt_at,"
				"last_attempt_at\n"));
	buf_append_str(out, rows);
}

/* ---- the others */

void orchestrator_write_quality(struct json_writer *j, const struct orchestrator_quality *q)
{
	json_name_str(j, "updatedAt", q->updated_at);
	orchestrator_name_number(j, "totalDecisions", q->total);
	name_json(j, "byType", q->by_type, "{}");
	orchestrator_name_number(j, "consensusReachRate", q->consensus);
	name_json(j, "rejectionReasons", q->reasons, "[]");
	orchestrator_name_number(j, "approvals", q->approvals);
	orchestrator_name_number(j, "rejections", q->rejections);
	orchestrator_name_number(j, "escalations", q->escalations);
	name_json(j, "gateBreakdown", q->gates, "[]");
	name_json(j, "rubricAverages", q->rubric, "{}");
	name_json(j, "adversarialCategories", q->categories, "[]");
	name_json(j, "consensusHistory", q->history, "[]");
}

void orchestrator_write_loops(struct json_writer *j, const struct orchestrator_loops *l)
{
	json_name_str(j, "updatedAt", l->updated_at);
	name_json(j, "activeLoops", l->loops, "[]");
	name_json(j, "stats", l->stats,
		"{\"totalLoops\":null,\"closedLoops\":null,\"closedWithin3\":null,"
		"\"infiniteLoopCount\":null,\"incidentCount\":null,\"attemptHistogram\":{}}");
	name_json(j, "recentEvents", l->events, "[]");
	name_json(j, "recentlyClosed", l->closed, "[]");
	if (l->own.data != NULL) {
		name_json(j, "own", l->own, "null");
	}
}

static void write_cost(struct json_writer *j, const struct orchestrator_resources *r)
{
	bool is_known = r->tasks > 0 && !isnan(r->cost_usd);
	orchestrator_name_number(j, "estimatedCostPerTask", orchestrator_round(r->estimate, 5));
	json_name(j, "costPerTask");
	json_object_begin(j);
	orchestrator_name_number(
		j, "usd", is_known ? orchestrator_round(r->cost_usd / r->tasks, 6) : NAN);
	orchestrator_name_number(j, "tasks", r->tasks);
	json_name_str(j, "source", str_from(is_known ? r->cost_source : NULL));
	json_object_end(j);
}

void orchestrator_write_resources(struct json_writer *j, const struct orchestrator_resources *r)
{
	json_name_str(j, "updatedAt", r->updated_at);
	json_name(j, "host");
	json_object_begin(j);
	orchestrator_name_number(j, "cpuPercent", r->cpu);
	orchestrator_name_number(j, "memoryPercent", r->memory);
	orchestrator_name_number(j, "diskPercent", r->disk);
	json_object_end(j);
	json_name(j, "processes");
	json_object_begin(j);
	orchestrator_name_number(j, "claude", r->claude);
	orchestrator_name_number(j, "node", r->node);
	json_object_end(j);
	json_name(j, "throttle");
	json_object_begin(j);
	orchestrator_name_number(j, "level", r->level);
	name_json(j, "params", r->params, "null");
	json_object_end(j);
	name_json(j, "providers", r->providers, "[]");
	name_json(j, "tokenUsage", r->tokens, "[]");
	write_cost(j, r);
	name_json(j, "own", r->own, "null");
}

void orchestrator_write_used(
	struct json_writer *j, struct str updated_at, struct str providers, struct str raw)
{
	json_name_str(j, "updatedAt", updated_at);
	name_json(j, "providers", providers, "[]");
	name_json(j, "raw", raw, "null");
}
