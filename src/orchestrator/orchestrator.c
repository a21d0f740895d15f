#include "orchestrator/orchestrator.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "orchestrator/orchestrator_write.h"

static const double token_usd = 0.015 / 1000; // of the original's estimate, for comparison

/* ---- slots */

void orchestrator_init(struct orchestrator *o)
{
	*o = (struct orchestrator){0};
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		o->slots[i].now.state = ORCHESTRATOR_MISSING;
		o->slots[i].now.mtime_ms = -1;
	}
}

void orchestrator_finish(struct orchestrator *o)
{
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		orchestrator_facts_free(o->slots[i].now.facts);
		orchestrator_facts_free(o->slots[i].before);
	}
}

void orchestrator_put(struct orchestrator *o, enum orchestrator_file file,
	struct orchestrator_reading *reading, struct instant now)
{
	struct orchestrator_slot *s = &o->slots[file];
	if (reading->state != ORCHESTRATOR_BROKEN) {
		orchestrator_facts_free(s->before);
		orchestrator_facts_free(s->now.facts);
		s->before = NULL;
	} else if (s->now.facts != NULL) {
		s->before = s->now.facts;
		s->broken_since = now;
	}
	s->now = *reading;
	reading->facts = NULL;
}

static bool is_stale(const struct orchestrator_slot *s, struct instant now)
{
	return s->before != NULL && now.mono_ms - s->broken_since.mono_ms < ORCHESTRATOR_STALE_MS;
}

const struct orchestrator_facts *orchestrator_shown(
	const struct orchestrator *o, enum orchestrator_file file, struct instant now)
{
	static const struct orchestrator_facts nothing = {
		.health = {.running = -1,
			.stages = {NAN, NAN, NAN, NAN, NAN},
			.queue_depth = NAN,
			.last_hour = NAN,
			.last_5min = NAN,
			.wip = NAN},
		.orchestration = {.total = NAN, .consensus = NAN},
		.resolution = {.total_loops = NAN},
		.resource = {.cpu = NAN,
			.memory = NAN,
			.disk = NAN,
			.claude = NAN,
			.node = NAN,
			.level = NAN},
		.usage = {.daily_tokens = NAN},
		.disk = NAN,
	};
	const struct orchestrator_slot *s = &o->slots[file];
	const struct orchestrator_facts *shown = is_stale(s, now) ? s->before : s->now.facts;
	return shown != NULL ? shown : &nothing;
}

enum orchestrator_state orchestrator_state_of(
	const struct orchestrator *o, enum orchestrator_file file, struct instant now)
{
	const struct orchestrator_slot *s = &o->slots[file];
	return is_stale(s, now) ? ORCHESTRATOR_STALE : s->now.state;
}

const char *orchestrator_state_name(enum orchestrator_state state)
{
	static const char *const names[ORCHESTRATOR_STATES] = {
		[ORCHESTRATOR_OK] = "ok",
		[ORCHESTRATOR_MISSING] = "missing",
		[ORCHESTRATOR_BROKEN] = "broken",
		[ORCHESTRATOR_WRONG] = "wrong",
		[ORCHESTRATOR_TOO_LARGE] = "too_large",
		[ORCHESTRATOR_UNREADABLE] = "unreadable",
		[ORCHESTRATOR_STALE] = "stale",
	};
	return names[state];
}

/* ---- sources */

static void name_time(struct json_writer *j, const char *name, int64_t wall_ms)
{
	struct buf text;
	buf_init(&text, ORCHESTRATOR_ERROR_BYTES);
	if (wall_ms >= 0) {
		instant_append_utc(&text, wall_ms);
	}
	json_name_str(j, name, buf_str(&text));
	buf_finish(&text);
}

static void write_source(struct json_writer *j, const struct orchestrator *o,
	enum orchestrator_file file, struct instant now)
{
	const struct orchestrator_slot *s = &o->slots[file];
	enum orchestrator_state state = orchestrator_state_of(o, file, now);
	json_object_begin(j);
	json_name_str(j, "file", str_from(orchestrator_file_path(file)));
	json_name_str(j, "state", str_from(orchestrator_state_name(state)));
	json_name_str(j, "error", str_from(s->now.error[0] != '\0' ? s->now.error : NULL));
	name_time(j, "mtime", s->now.mtime_ms);
	if (file == ORCHESTRATOR_DECISIONS) {
		json_name_int(j, "skipped", (int64_t)s->now.skipped);
		json_name_bool(j, "truncated", s->now.is_cut);
	}
	if (state == ORCHESTRATOR_STALE) {
		name_time(j, "since", s->broken_since.wall_ms);
	}
	json_object_end(j);
}

void orchestrator_write_sources(
	struct json_writer *j, const struct orchestrator *o, struct instant now)
{
	json_array_begin(j);
	for (int i = 0; i < ORCHESTRATOR_FILES; i++) {
		write_source(j, o, (enum orchestrator_file)i, now);
	}
	json_array_end(j);
}

/* ---- answers */

void orchestrator_work_of(
	const struct orchestrator *o, struct instant now, struct orchestrator_work *ret)
{
	const struct orchestrator_health *h = &orchestrator_shown(o, ORCHESTRATOR_HEALTH, now)
						       ->health;
	const struct orchestrator_decisions *d = &orchestrator_shown(o, ORCHESTRATOR_DECISIONS, now)
							  ->decisions;
	const struct orchestrator_roadmap *r = &orchestrator_shown(o, ORCHESTRATOR_ROADMAP, now)
							->roadmap;
	double loops = orchestrator_shown(o, ORCHESTRATOR_RESOLUTION, now)->resolution.total_loops;
	double decisions = d->recent_count > 0
				   ? (double)d->recent_count
				   : orchestrator_shown(o, ORCHESTRATOR_ORCHESTRATION, now)
					     ->orchestration.total;
	*ret = (struct orchestrator_work){
		.updated_at = h->updated_at,
		.running = h->running,
		.queue_depth = h->queue_depth,
		.last_hour = h->last_hour,
		.last_5min = h->last_5min,
		.wip = h->wip,
		.history = h->history,
		.success = d->recent_count > 0
				   ? (double)d->recent_approvals / (double)d->recent_count
				   : NAN,
		.retry = decisions > 0 ? loops / decisions : NAN,
		.has_tasks = r->is_known,
		.tasks = r->tasks,
		.count = r->count,
	};
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		ret->stages[i] = h->stages[i];
	}
}

struct str orchestrator_loops_csv(const struct orchestrator *o, struct instant now)
{
	return orchestrator_shown(o, ORCHESTRATOR_RESOLUTION, now)->resolution.csv;
}

static void write_tasks(struct json_writer *j, const struct orchestrator *o,
	const struct orchestrator_added *added, struct instant now)
{
	struct orchestrator_work work;
	(void)added;
	orchestrator_work_of(o, now, &work);
	orchestrator_write_work(j, &work);
}

static void write_quality(struct json_writer *j, const struct orchestrator *o,
	const struct orchestrator_added *added, struct instant now)
{
	const struct orchestrator_orchestration
		*c = &orchestrator_shown(o, ORCHESTRATOR_ORCHESTRATION, now)->orchestration;
	const struct orchestrator_decisions *d = &orchestrator_shown(o, ORCHESTRATOR_DECISIONS, now)
							  ->decisions;
	(void)added;
	orchestrator_write_quality(
		j, &(const struct orchestrator_quality){
			   .updated_at = c->updated_at,
			   .total = d->is_known ? (double)d->count : c->total,
			   .consensus = c->consensus,
			   .approvals = d->is_known ? (double)d->approvals : NAN,
			   .rejections = d->is_known ? (double)(d->count - d->approvals) : NAN,
			   .escalations = d->is_known ? (double)d->escalations : NAN,
			   .by_type = c->by_type,
			   .reasons = d->reasons,
			   .gates = d->gates,
			   .rubric = d->rubric,
			   .categories = d->categories,
			   .history = c->history,
		   });
}

static void write_resolution(struct json_writer *j, const struct orchestrator *o,
	const struct orchestrator_added *added, struct instant now)
{
	const struct orchestrator_resolution
		*r = &orchestrator_shown(o, ORCHESTRATOR_RESOLUTION, now)->resolution;
	orchestrator_write_loops(j, &(const struct orchestrator_loops){
					    .updated_at = r->updated_at,
					    .loops = r->loops,
					    .stats = r->stats,
					    .events = r->events,
					    .closed = r->closed,
					    .own = added->resolution,
				    });
}

static void write_resources(struct json_writer *j, const struct orchestrator *o,
	const struct orchestrator_added *added, struct instant now)
{
	const struct orchestrator_resource *r = &orchestrator_shown(o, ORCHESTRATOR_RESOURCE, now)
							 ->resource;
	const struct orchestrator_usage *u = &orchestrator_shown(o, ORCHESTRATOR_USAGE, now)->usage;
	double decisions = orchestrator_shown(o, ORCHESTRATOR_ORCHESTRATION, now)
				   ->orchestration.total;
	double disk = orchestrator_shown(o, ORCHESTRATOR_SUMMARY, now)->disk;
	orchestrator_write_resources(j,
		&(const struct orchestrator_resources){
			.updated_at = r->updated_at,
			.cpu = r->cpu,
			.memory = r->memory,
			.disk = isnan(r->disk) ? disk : r->disk,
			.claude = r->claude,
			.node = r->node,
			.level = r->level,
			.params = r->params,
			.providers = orchestrator_shown(o, ORCHESTRATOR_CAPACITY, now)->capacity,
			.tokens = u->tokens,
			.estimate = decisions > 0 ? u->daily_tokens * token_usd / decisions : NAN,
			.cost_usd = added->cost_usd,
			.tasks = added->tasks,
			.cost_source = added->cost_source,
			.own = added->own,
		});
}

static void write_usage(struct json_writer *j, const struct orchestrator *o,
	const struct orchestrator_added *added, struct instant now)
{
	const struct orchestrator_usage *u = &orchestrator_shown(o, ORCHESTRATOR_USAGE, now)->usage;
	(void)added;
	orchestrator_write_used(j, u->updated_at, u->providers, u->raw);
}

enum { SOURCES = 6 };

static const struct answer_row {
	void (*write)(struct json_writer *j, const struct orchestrator *o,
		const struct orchestrator_added *added, struct instant now);
	enum orchestrator_file sources[SOURCES];
	size_t count;
} rows[ORCHESTRATOR_ANSWERS] = {
	[ORCHESTRATOR_ANSWER_TASKS] = {write_tasks,
		{ORCHESTRATOR_HEALTH, ORCHESTRATOR_ORCHESTRATION, ORCHESTRATOR_DECISIONS,
			ORCHESTRATOR_RESOLUTION, ORCHESTRATOR_ROADMAP},
		5},
	[ORCHESTRATOR_ANSWER_QUALITY] = {write_quality,
		{ORCHESTRATOR_ORCHESTRATION, ORCHESTRATOR_DECISIONS}, 2},
	[ORCHESTRATOR_ANSWER_RESOLUTION] = {write_resolution, {ORCHESTRATOR_RESOLUTION}, 1},
	[ORCHESTRATOR_ANSWER_RESOURCES] = {write_resources,
		{ORCHESTRATOR_RESOURCE, ORCHESTRATOR_CAPACITY, ORCHESTRATOR_USAGE,
			ORCHESTRATOR_ORCHESTRATION, ORCHESTRATOR_SUMMARY},
		5},
	[ORCHESTRATOR_ANSWER_USAGE] = {write_usage, {ORCHESTRATOR_USAGE}, 1},
};

void orchestrator_write_answer(struct json_writer *j, const struct orchestrator *o,
	enum orchestrator_answer answer, const struct orchestrator_added *added, struct instant now)
{
	const struct answer_row *row = &rows[answer];
	json_object_begin(j);
	row->write(j, o, added, now);
	json_name_str(j, "source", STR("state-dir"));
	json_name(j, "sources");
	json_array_begin(j);
	for (size_t i = 0; i < row->count; i++) {
		write_source(j, o, row->sources[i], now);
	}
	json_array_end(j);
	json_object_end(j);
}
