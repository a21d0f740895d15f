#include "orchestrator/orchestrator_facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_arena.h"

#define JSON_BYTES ((size_t)4 * ORCHESTRATOR_FILE_BYTES) // escaped, it may be longer than the file

/* ---- the object */

struct orchestrator_facts *orchestrator_facts_create(void)
{
	struct orchestrator_facts *f = xcalloc(1, sizeof(*f));
	struct orchestrator_resource *r = &f->resource;
	f->health.running = -1;
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		f->health.stages[i] = NAN;
	}
	f->health.queue_depth = f->health.last_hour = f->health.last_5min = f->health.wip = NAN;
	f->orchestration.total = f->orchestration.consensus = f->resolution.total_loops = NAN;
	r->cpu = r->memory = r->disk = r->claude = r->node = r->level = NAN;
	f->usage.daily_tokens = f->disk = NAN;
	return f;
}

void orchestrator_facts_free(struct orchestrator_facts *f)
{
	if (f != NULL) {
		board_arena_finish(&f->blocks);
		free(f);
	}
}

struct str orchestrator_keep(struct orchestrator_facts *facts, struct str text)
{
	return text.data != NULL ? board_arena_text(&facts->blocks, "", text) : text;
}

static struct str keep_value(struct orchestrator_facts *facts, const struct board_value *value)
{
	struct json_writer j;
	struct buf out;
	struct str ret = {0};
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	if (value != NULL) {
		board_value_write(&j, value);
		ret = orchestrator_keep(facts, buf_str(&out));
	}
	buf_finish(&out);
	return ret;
}

/* ---- autopilot_health_report.json */

/* A number is milliseconds since the epoch; text is kept. */
static struct str take_time(struct orchestrator_facts *facts, const struct board_value *map,
	struct orchestrator_faults *faults)
{
	static const double last_ms = 253402300799999; // of the year 9999
	const struct board_value *v = board_value_find(map, STR("timestamp"));
	double ms = orchestrator_number_of(v);
	struct str ret = {0};
	if (v == NULL || v->kind != BOARD_NUMBER) {
		return orchestrator_keep(facts, orchestrator_find_text(faults, map, "timestamp"));
	}
	if (ms >= 0 && ms <= last_ms) {
		struct buf out;
		buf_init(&out, ORCHESTRATOR_ERROR_BYTES);
		instant_append_utc(&out, (int64_t)ms);
		ret = orchestrator_keep(facts, buf_str(&out));
		buf_finish(&out);
	} else if (faults != NULL) {
		orchestrator_fault(faults, "timestamp", "a time");
	}
	return ret;
}

/* How the queue came to be what it is: the last objects of a list, which are not checked, as only
 * the last of all counts. */
static struct str health_history(struct orchestrator_facts *facts, const struct board_value *list)
{
	static const char *const numbers[] = {"queueDepth", "inProgressCount", "blockedCount"};
	size_t first = list->count > ORCHESTRATOR_HISTORY ? list->count - ORCHESTRATOR_HISTORY : 0;
	struct json_writer j;
	struct buf out;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	json_array_begin(&j);
	for (size_t i = first; i < list->count; i++) {
		const struct board_value *entry = list->items[i];
		if (entry->kind != BOARD_MAP) {
			continue;
		}
		json_object_begin(&j);
		json_name_str(&j, "timestamp", take_time(facts, entry, NULL));
		for (size_t k = 0; k < ARRAY_SIZE(numbers); k++) {
			orchestrator_name_number(
				&j, numbers[k], orchestrator_find_number(NULL, entry, numbers[k]));
		}
		json_object_end(&j);
	}
	json_array_end(&j);
	struct str ret = orchestrator_keep(facts, buf_str(&out));
	buf_finish(&out);
	return ret;
}

static void read_health(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	static const char *const counts[ORCHESTRATOR_STAGES] = {
		"pendingCount", "readyCount", "inProgressCount", "blockedCount", "doneCount"};
	struct orchestrator_health *h = &facts->health;
	const struct board_value *list = orchestrator_find(
		faults, top, "metricsHistory", BOARD_LIST);
	const struct board_value *last = NULL;
	h->running = orchestrator_find_bool(faults, top, "running");
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		last = list->items[i]->kind == BOARD_MAP ? list->items[i] : last;
	}
	if (last == NULL) {
		return;
	}
	for (size_t i = 0; i < ORCHESTRATOR_STAGES; i++) {
		h->stages[i] = orchestrator_find_number(faults, last, counts[i]);
	}
	h->updated_at = take_time(facts, last, faults);
	h->queue_depth = orchestrator_find_number(faults, last, "queueDepth");
	h->last_hour = orchestrator_find_number(faults, last, "throughputLastHour");
	h->last_5min = orchestrator_find_number(faults, last, "throughputLast5Min");
	h->wip = orchestrator_find_number(faults, last, "wipUtilization");
	h->history = health_history(facts, list);
}

/* ---- orchestration_metrics.json */

static void write_consensus(
	struct json_writer *j, const struct board_value *entry, struct orchestrator_faults *faults)
{
	static const char *const texts[] = {"id", "taskId", "type", "timestamp"};
	json_object_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		json_name_str(j, texts[i], orchestrator_find_text(faults, entry, texts[i]));
	}
	orchestrator_name_value(j, "quorumSatisfied",
		orchestrator_find(faults, entry, "quorumSatisfied", BOARD_BOOL));
	json_object_end(j);
}

static void read_history(struct orchestrator_facts *facts, const struct board_value *list,
	struct orchestrator_faults *faults)
{
	struct json_writer j;
	struct buf out;
	size_t count = 0, satisfied = 0;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	json_array_begin(&j);
	for (size_t i = 0; i < list->count; i++) {
		const struct board_value *entry = list->items[i];
		if (entry->kind != BOARD_MAP) {
			orchestrator_fault(faults, "history", "a list of objects");
			continue;
		}
		count++;
		satisfied += orchestrator_is_true(board_value_find(entry, STR("quorumSatisfied")));
		write_consensus(&j, entry, faults);
	}
	json_array_end(&j);
	facts->orchestration.history = orchestrator_keep(facts, buf_str(&out));
	if (count > 0) {
		facts->orchestration.consensus = orchestrator_round(
			(double)satisfied / (double)count, 6);
	}
	buf_finish(&out);
}

/* The numbers of a map. */
static struct str keep_numbers(struct orchestrator_facts *facts, const struct board_value *map,
	const char *name, struct orchestrator_faults *faults)
{
	struct json_writer j;
	struct buf out;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	json_object_begin(&j);
	for (size_t i = 0; i < map->count; i++) {
		double number = orchestrator_number_of(map->members[i].value);
		if (isnan(number)) {
			orchestrator_fault(faults, name, "an object of numbers");
			continue;
		}
		orchestrator_write_key(&j, map->members[i].key);
		orchestrator_write_number(&j, number);
	}
	json_object_end(&j);
	struct str ret = orchestrator_keep(facts, buf_str(&out));
	buf_finish(&out);
	return ret;
}

static void read_orchestration(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	struct orchestrator_orchestration *o = &facts->orchestration;
	const struct board_value *types = orchestrator_find(faults, top, "byType", BOARD_MAP);
	const struct board_value *list = orchestrator_find(faults, top, "history", BOARD_LIST);
	o->updated_at = orchestrator_keep(facts, orchestrator_find_text(faults, top, "updatedAt"));
	o->total = orchestrator_find_number(faults, top, "totalDecisions");
	if (types != NULL) {
		o->by_type = keep_numbers(facts, types, "byType", faults);
	}
	if (list != NULL) {
		read_history(facts, list, faults);
	}
}

/* ---- resource_metrics.json, provider_capacity_metrics.json, metrics_summary.json */

static void read_resource(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	struct orchestrator_resource *r = &facts->resource;
	r->updated_at = orchestrator_keep(facts, orchestrator_find_text(faults, top, "timestamp"));
	r->cpu = orchestrator_find_number(faults, top, "cpu_used_pct");
	r->memory = orchestrator_find_number(faults, top, "memory_used_pct");
	r->disk = orchestrator_find_number(faults, top, "disk_used_pct");
	r->claude = orchestrator_find_number(faults, top, "claude_processes");
	r->node = orchestrator_find_number(faults, top, "node_processes");
	r->level = orchestrator_find_number(faults, top, "throttle_level");
	r->params = keep_value(facts, orchestrator_find(faults, top, "throttle_params", BOARD_MAP));
}

static void write_provider(
	struct json_writer *j, const struct board_value *entry, struct orchestrator_faults *faults)
{
	static const char *const numbers[] = {"totalLimitHits", "totalRecoveries", "totalFailovers",
		"averageDowntimeMs", "longestDowntimeMs", "shortestDowntimeMs"};
	json_object_begin(j);
	json_name_str(j, "provider", orchestrator_find_text(faults, entry, "provider"));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		orchestrator_name_number(
			j, numbers[i], orchestrator_find_number(faults, entry, numbers[i]));
	}
	json_name_str(j, "currentStatus", orchestrator_find_text(faults, entry, "currentStatus"));
	json_object_end(j);
}

static void read_capacity(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	const struct board_value *list = orchestrator_find(faults, top, "providers", BOARD_LIST);
	struct json_writer j;
	struct buf out;
	buf_init(&out, JSON_BYTES);
	json_writer_init(&j, &out);
	json_array_begin(&j);
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		if (list->items[i]->kind == BOARD_MAP) {
			write_provider(&j, list->items[i], faults);
		} else {
			orchestrator_fault(faults, "providers", "a list of objects");
		}
	}
	json_array_end(&j);
	facts->capacity = orchestrator_keep(facts, buf_str(&out));
	buf_finish(&out);
}

static void read_summary(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	const struct board_value *operations = orchestrator_find(
		faults, top, "operations", BOARD_MAP);
	const struct board_value *snapshot = orchestrator_find(
		faults, operations, "latest_snapshot", BOARD_MAP);
	facts->disk = orchestrator_find_number(faults, snapshot, "diskUsage");
}

/* ---- any file */

static const struct {
	const char *path;
	orchestrator_reader *read; // NULL: not a JSON document
} files[ORCHESTRATOR_FILES] = {
	[ORCHESTRATOR_HEALTH] = {"analytics/autopilot_health_report.json", read_health},
	[ORCHESTRATOR_ORCHESTRATION] = {"analytics/orchestration_metrics.json", read_orchestration},
	[ORCHESTRATOR_DECISIONS] = {"analytics/quality_gate_decisions.jsonl", NULL},
	[ORCHESTRATOR_RESOLUTION] = {"analytics/resolution_metrics.json",
		orchestrator_read_resolution},
	[ORCHESTRATOR_RESOURCE] = {"analytics/resource_metrics.json", read_resource},
	[ORCHESTRATOR_CAPACITY] = {"analytics/provider_capacity_metrics.json", read_capacity},
	[ORCHESTRATOR_USAGE] = {"limits/usage_log.json", orchestrator_read_usage},
	[ORCHESTRATOR_SUMMARY] = {"telemetry/metrics_summary.json", read_summary},
	[ORCHESTRATOR_ROADMAP] = {"roadmap.yaml", NULL},
};

const char *orchestrator_file_path(enum orchestrator_file file)
{
	return files[file].path;
}

static void fail(struct orchestrator_reading *ret, enum orchestrator_state state, const char *error)
{
	ret->state = state;
	(void)snprintf(ret->error, sizeof(ret->error), "%s", error);
}

static void read_document(
	enum orchestrator_file file, char *bytes, size_t size, struct orchestrator_reading *ret)
{
	struct orchestrator_document d;
	struct orchestrator_faults faults = {0};
	orchestrator_document_read(&d, bytes, size);
	if (d.top == NULL) {
		fail(ret, d.is_too_large ? ORCHESTRATOR_TOO_LARGE : ORCHESTRATOR_BROKEN,
			size == 0 ? "empty" : d.error);
	} else if (d.top->kind != BOARD_MAP) {
		fail(ret, ORCHESTRATOR_WRONG, "not an object");
	} else {
		files[file].read(ret->facts, d.top, &faults);
	}
	if (faults.count > 1) {
		ret->state = ORCHESTRATOR_WRONG;
		(void)snprintf(ret->error, sizeof(ret->error), "%.120s; and %u more", faults.first,
			faults.count - 1);
	} else if (faults.count > 0) {
		fail(ret, ORCHESTRATOR_WRONG, faults.first);
	}
	orchestrator_document_finish(&d);
}

static void read_lines(char *bytes, size_t size, bool is_cut, struct orchestrator_reading *ret)
{
	struct str text = {bytes, size};
	if (is_cut) { // the tail starts in the middle of a line
		(void)str_cut(&text, '\n');
	}
	orchestrator_read_decisions(
		ret->facts, bytes + (size - text.size), text.size, &ret->skipped);
	if (ret->skipped > 0) {
		ret->state = ORCHESTRATOR_WRONG;
		(void)snprintf(ret->error, sizeof(ret->error),
			"lines that are no JSON object: %llu", (unsigned long long)ret->skipped);
	}
}

void orchestrator_read(enum orchestrator_file file, char *bytes, size_t size, bool is_cut,
	struct orchestrator_reading *ret)
{
	*ret = (struct orchestrator_reading){.mtime_ms = -1, .is_cut = is_cut};
	ret->facts = orchestrator_facts_create();
	if (file == ORCHESTRATOR_DECISIONS) {
		read_lines(bytes, size, is_cut, ret);
	} else if (file == ORCHESTRATOR_ROADMAP) {
		orchestrator_read_roadmap(ret, (struct str){bytes, size});
	} else {
		read_document(file, bytes, size, ret);
	}
	if (ret->state != ORCHESTRATOR_OK && ret->state != ORCHESTRATOR_WRONG) {
		orchestrator_facts_free(ret->facts);
		ret->facts = NULL;
	}
}
