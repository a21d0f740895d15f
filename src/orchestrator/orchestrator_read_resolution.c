/* analytics/resolution_metrics.json and limits/usage_log.json */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "board/board_arena.h"
#include "orchestrator/orchestrator_facts.h"

#define JSON_BYTES ((size_t)4 * ORCHESTRATOR_FILE_BYTES)

/* One list or map of an answer, being written. */
struct writing {
	struct orchestrator_facts *facts;
	struct orchestrator_faults *faults;
	struct json_writer j;
	struct buf out;
};

static void begin(
	struct writing *w, struct orchestrator_facts *facts, struct orchestrator_faults *faults)
{
	*w = (struct writing){.facts = facts, .faults = faults};
	buf_init(&w->out, JSON_BYTES);
	json_writer_init(&w->j, &w->out);
}

static struct str end(struct writing *w)
{
	struct str ret = orchestrator_keep(w->facts, buf_str(&w->out));
	buf_finish(&w->out);
	return ret;
}

static void copy_text(struct writing *w, const struct board_value *map, const char *name)
{
	json_name_str(&w->j, name, orchestrator_find_text(w->faults, map, name));
}

static void copy_number(struct writing *w, const struct board_value *map, const char *name)
{
	orchestrator_name_number(&w->j, name, orchestrator_find_number(w->faults, map, name));
}

/* ---- loops */

static void write_labels(struct writing *w, const struct board_value *map)
{
	const struct board_value *list = orchestrator_find(w->faults, map, "labels", BOARD_LIST);
	json_name(&w->j, "labels");
	json_array_begin(&w->j);
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		if (list->items[i]->kind == BOARD_TEXT) {
			json_str(&w->j, list->items[i]->text);
		} else if (list->items[i]->kind != BOARD_NULL) {
			orchestrator_fault(w->faults, "labels", "a list of texts");
		}
	}
	json_array_end(&w->j);
}

/* Whether an entry of a list has what every entry must have. */
static bool is_entry(struct writing *w, const struct board_value *entry, const char *list)
{
	if (entry->kind != BOARD_MAP) {
		orchestrator_fault(w->faults, list, "a list of objects");
		return false;
	}
	return orchestrator_find_text(w->faults, entry, "taskId").data != NULL;
}

static void write_loop(struct writing *w, const struct board_value *entry)
{
	static const char *const texts[] = {
		"taskId", "firstAttemptAt", "lastAttemptAt", "lastLabel", "runId"};
	json_object_begin(&w->j);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		copy_text(w, entry, texts[i]);
	}
	copy_number(w, entry, "attempts");
	copy_number(w, entry, "elapsedMs");
	write_labels(w, entry);
	json_name_bool(&w->j, "infiniteLoopFlag",
		orchestrator_find_bool(w->faults, entry, "infiniteLoopFlag") == 1);
	json_object_end(&w->j);
}

static void append_number(struct buf *csv, const struct board_value *entry, const char *name)
{
	struct json_writer j;
	double number = orchestrator_find_number(NULL, entry, name);
	json_writer_init(&j, csv);
	buf_append_char(csv, ',');
	if (!isnan(number)) {
		orchestrator_write_number(&j, number);
	}
}

static void append_text(struct buf *csv, const struct board_value *entry, const char *name)
{
	buf_append_char(csv, ',');
	csv_append(csv, orchestrator_find_text(NULL, entry, name));
}

static void append_row(struct buf *csv, const struct board_value *entry)
{
	csv_append(csv, orchestrator_find_text(NULL, entry, "taskId"));
	append_number(csv, entry, "attempts");
	append_text(csv, entry, "lastLabel");
	append_number(csv, entry, "elapsedMs");
	append_text(csv, entry, "firstAttemptAt");
	append_text(csv, entry, "lastAttemptAt");
	buf_append_char(csv, '\n');
}

static void read_loops(struct orchestrator_facts *facts, const struct board_value *list,
	struct orchestrator_faults *faults)
{
	struct orchestrator_resolution *r = &facts->resolution;
	struct writing w;
	struct buf csv;
	begin(&w, facts, faults);
	buf_init(&csv, JSON_BYTES);
	r->all = board_arena_take(&facts->blocks, list->count * sizeof(*r->all));
	json_array_begin(&w.j);
	for (size_t i = 0; i < list->count; i++) {
		const struct board_value *entry = list->items[i];
		if (!is_entry(&w, entry, "activeLoops")) {
			continue;
		}
		write_loop(&w, entry);
		append_row(&csv, entry);
		r->all[r->count++] = (struct orchestrator_loop){
			.task_id = orchestrator_keep(
				facts, orchestrator_find_text(NULL, entry, "taskId")),
			.label = orchestrator_keep(
				facts, orchestrator_find_text(NULL, entry, "lastLabel")),
			.attempts = orchestrator_find_number(NULL, entry, "attempts"),
			.is_infinite = orchestrator_find_bool(NULL, entry, "infiniteLoopFlag") == 1,
		};
	}
	json_array_end(&w.j);
	r->loops = end(&w);
	r->csv = orchestrator_keep(facts, buf_str(&csv));
	buf_finish(&csv);
}

/* ---- events */

static const struct event_row {
	const char *type;
	const char *texts[4], *numbers[3]; // up to a NULL
} event_rows[] = {
	{"attempt", {"label", "timestamp", "runId"}, {"attempt"}},
	{"closed", {"closedAt", "runId"}, {"attempts", "durationMs"}},
	{"incident", {"state", "timestamp"}, {"attempt"}},
};

static const struct event_row *row_of(struct str type)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_rows); i++) {
		if (str_equal(type, str_from(event_rows[i].type))) {
			return &event_rows[i];
		}
	}
	return NULL;
}

static void write_event(struct writing *w, const struct board_value *entry,
	const struct event_row *row, bool with_type)
{
	json_object_begin(&w->j);
	if (with_type) {
		json_name_str(&w->j, "type", str_from(row->type));
	}
	copy_text(w, entry, "taskId");
	for (const char *const *name = row->texts; *name != NULL; name++) {
		copy_text(w, entry, *name);
	}
	for (const char *const *name = row->numbers; *name != NULL; name++) {
		copy_number(w, entry, *name);
	}
	json_object_end(&w->j);
}

/* type: of all entries; NULL: each names its own. */
static struct str read_events(struct orchestrator_facts *facts, const struct board_value *top,
	const char *name, const char *type, struct orchestrator_faults *faults)
{
	const struct board_value *list = orchestrator_find(faults, top, name, BOARD_LIST);
	struct writing w;
	begin(&w, facts, faults);
	json_array_begin(&w.j);
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct board_value *entry = list->items[i];
		if (!is_entry(&w, entry, name)) {
			continue;
		}
		const struct event_row *row = row_of(
			type != NULL ? str_from(type)
				     : orchestrator_find_text(faults, entry, "type"));
		if (row != NULL) {
			write_event(&w, entry, row, type == NULL);
		}
	}
	json_array_end(&w.j);
	return end(&w);
}

static struct str read_stats(struct orchestrator_facts *facts, const struct board_value *stats,
	struct orchestrator_faults *faults)
{
	static const char *const names[] = {
		"totalLoops", "closedLoops", "closedWithin3", "infiniteLoopCount", "incidentCount"};
	const struct board_value *histogram = orchestrator_find(
		faults, stats, "attemptHistogram", BOARD_MAP);
	struct writing w;
	begin(&w, facts, faults);
	json_object_begin(&w.j);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		copy_number(&w, stats, names[i]);
	}
	json_name(&w.j, "attemptHistogram");
	json_object_begin(&w.j);
	for (size_t i = 0; histogram != NULL && i < histogram->count; i++) {
		double number = orchestrator_number_of(histogram->members[i].value);
		if (isnan(number)) {
			orchestrator_fault(faults, "attemptHistogram", "an object of numbers");
			continue;
		}
		orchestrator_write_key(&w.j, histogram->members[i].key);
		orchestrator_write_number(&w.j, number);
	}
	json_object_end(&w.j);
	json_object_end(&w.j);
	return end(&w);
}

void orchestrator_read_resolution(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	struct orchestrator_resolution *r = &facts->resolution;
	const struct board_value *loops = orchestrator_find(faults, top, "activeLoops", BOARD_LIST);
	const struct board_value *stats = orchestrator_find(faults, top, "stats", BOARD_MAP);
	r->updated_at = orchestrator_keep(facts, orchestrator_find_text(faults, top, "updatedAt"));
	if (loops != NULL) {
		read_loops(facts, loops, faults);
	}
	if (stats != NULL) {
		r->stats = read_stats(facts, stats, faults);
		r->total_loops = orchestrator_find_number(NULL, stats, "totalLoops");
	}
	r->events = read_events(facts, top, "recentEvents", NULL, faults);
	r->closed = read_events(facts, top, "recentlyClosed", "closed", faults);
}

/* ---- usage */

struct used { // of a provider
	struct str id, provider;
	double hour_tokens, hour_requests, day_tokens, day_requests, percent;
};

static struct used read_used(const struct board_member *m, struct orchestrator_faults *faults)
{
	const struct board_value *p = m->value;
	const struct board_value *usage = orchestrator_find(faults, p, "usage", BOARD_MAP);
	const struct board_value *hour = orchestrator_find(
		faults, usage, "current_hour", BOARD_MAP);
	const struct board_value *day = orchestrator_find(faults, usage, "current_day", BOARD_MAP);
	const struct board_value *warnings = orchestrator_find(faults, p, "warnings", BOARD_MAP);
	return (struct used){
		.id = m->key,
		.provider = orchestrator_find_text(faults, p, "provider"),
		.hour_tokens = orchestrator_find_number(faults, hour, "tokens"),
		.hour_requests = orchestrator_find_number(faults, hour, "requests"),
		.day_tokens = orchestrator_find_number(faults, day, "tokens"),
		.day_requests = orchestrator_find_number(faults, day, "requests"),
		.percent = orchestrator_find_number(faults, warnings, "percentage_used"),
	};
}

static void write_used(struct json_writer *j, const struct used *u, bool with_requests)
{
	json_object_begin(j);
	if (with_requests) {
		json_name_str(j, "id", u->id);
	}
	json_name_str(j, "provider", u->provider);
	orchestrator_name_number(j, "hourlyTokens", u->hour_tokens);
	if (with_requests) {
		orchestrator_name_number(j, "hourlyRequests", u->hour_requests);
	}
	orchestrator_name_number(j, "dailyTokens", u->day_tokens);
	if (with_requests) {
		orchestrator_name_number(j, "dailyRequests", u->day_requests);
	}
	orchestrator_name_number(j, "utilizationPercent", u->percent);
	json_object_end(j);
}

void orchestrator_read_usage(struct orchestrator_facts *facts, const struct board_value *top,
	struct orchestrator_faults *faults)
{
	struct orchestrator_usage *u = &facts->usage;
	const struct board_value *providers = orchestrator_find(
		faults, top, "providers", BOARD_MAP);
	struct writing full, tokens, raw;
	begin(&full, facts, faults);
	begin(&tokens, facts, faults);
	begin(&raw, facts, faults);
	json_array_begin(&full.j);
	json_array_begin(&tokens.j);
	for (size_t i = 0; providers != NULL && i < providers->count; i++) {
		if (providers->members[i].value->kind != BOARD_MAP) {
			orchestrator_fault(faults, "providers", "an object of objects");
			continue;
		}
		struct used used = read_used(&providers->members[i], faults);
		write_used(&full.j, &used, true);
		write_used(&tokens.j, &used, false);
		if (!isnan(used.day_tokens)) {
			u->daily_tokens = isnan(u->daily_tokens)
						  ? used.day_tokens
						  : u->daily_tokens + used.day_tokens;
		}
	}
	json_array_end(&full.j);
	json_array_end(&tokens.j);
	board_value_write(&raw.j, top);
	u->providers = end(&full);
	u->tokens = end(&tokens);
	u->raw = end(&raw);
	u->updated_at = orchestrator_keep(facts, orchestrator_find_text(faults, top, "last_saved"));
}
