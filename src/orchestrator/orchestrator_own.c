#include "orchestrator/orchestrator_own.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/number.h"
#include "orchestrator/orchestrator_write.h"
#include "session/session_call.h"
#include "session/session_span.h"

enum { HOUR_MS = 3600000, FIVE_MINUTES_MS = 300000, TEXT_BYTES = 64, FEW_ATTEMPTS = 3 };

#define JSON_BYTES ((size_t)1 << 20)

struct streak { // consecutive failures; from the second on, a loop
	struct list link;
	char *session, *name; // owned
	int turn;
	char *task_id; // owned
	int64_t attempts, first_ms, last_ms;
	char label[TEXT_BYTES];
};

struct past { // an event, or a closed loop
	struct list link;
	enum orchestrator_happening what;
	char *task_id, *run_id; // owned
	char label[TEXT_BYTES];
	int64_t attempts, duration_ms, wall_ms;
};

/* ---- words */

const char *orchestrator_happening_name(enum orchestrator_happening what)
{
	static const char *const names[] = {
		[ORCHESTRATOR_ATTEMPT] = "attempt",
		[ORCHESTRATOR_CLOSED] = "closed",
		[ORCHESTRATOR_INCIDENT] = "incident",
	};
	return names[what];
}

const char *orchestrator_provider_of(struct str model, struct str assistant)
{
	static const struct {
		const char *model, *assistant, *provider;
	} rows[] = {
		{"claude", "claude-code", "anthropic"},
		{"gpt", "codex", "openai"},
		{"codex", NULL, "openai"},
		{"o1", NULL, "openai"},
		{"o3", NULL, "openai"},
		{"o4", NULL, "openai"},
		{"gemini", "gemini-cli", "google"},
		{"qwen", "qwen-code", "alibaba"},
		{"mistral", NULL, "mistral"},
		{"devstral", NULL, "mistral"},
		{"grok", NULL, "xai"},
		{"deepseek", NULL, "deepseek"},
	};
	struct str rest = model;
	while (str_has_char(rest, '/')) { // "anthropic/claude-..."
		(void)str_cut(&rest, '/');
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (str_starts_with(rest, str_from(rows[i].model))) {
			return rows[i].provider;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].assistant != NULL &&
			str_equal(assistant, str_from(rows[i].assistant))) {
			return rows[i].provider;
		}
	}
	return "other";
}

/* ---- the object */

void orchestrator_own_init(struct orchestrator_own *own)
{
	*own = (struct orchestrator_own){0};
	list_init(&own->streaks);
	list_init(&own->events);
	list_init(&own->closed);
}

static void streak_free(struct orchestrator_own *own, struct streak *s)
{
	list_remove(&s->link);
	own->streak_count--;
	free(s->session);
	free(s->name);
	free(s->task_id);
	free(s);
}

static void past_free(struct past *p)
{
	list_remove(&p->link);
	free(p->task_id);
	free(p->run_id);
	free(p);
}

static void free_past(struct list *all)
{
	struct past *p, *next;
	list_for_each_safe(p, next, all, link)
	{
		past_free(p);
	}
}

void orchestrator_own_finish(struct orchestrator_own *own)
{
	struct streak *s, *next;
	list_for_each_safe(s, next, &own->streaks, link)
	{
		streak_free(own, s);
	}
	free_past(&own->events);
	free_past(&own->closed);
	free(own->noted);
}

/* ---- input for rates */

static void note(struct orchestrator_own *own, const struct orchestrator_noted *noted)
{
	if (own->noted == NULL) {
		own->noted = xcalloc(ORCHESTRATOR_NOTED, sizeof(*own->noted));
	}
	own->noted[own->noted_count++ % ORCHESTRATOR_NOTED] = *noted;
}

/* ---- loops */

/* At the front; the oldest goes when there are too many. */
static void remember(struct list *all, size_t *count, const struct orchestrator_loop_event *e)
{
	struct past *p = xcalloc(1, sizeof(*p));
	p->what = e->what;
	p->task_id = str_dup(e->task_id);
	p->run_id = str_dup(e->run_id);
	(void)snprintf(p->label, sizeof(p->label), "%.*s", STR_ARG(e->label));
	p->attempts = e->attempts;
	p->duration_ms = e->duration_ms;
	p->wall_ms = e->wall_ms;
	list_append(all->next, &p->link);
	if (++*count > ORCHESTRATOR_RECENT) {
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): whoever frees one takes it out
		past_free(list_entry(all->prev, struct past, link));
		--*count;
	}
}

static void report(struct orchestrator_own *own, enum orchestrator_happening what,
	const struct streak *s, struct str label)
{
	const struct orchestrator_loop_event e = {
		.what = what,
		.task_id = str_from(s->task_id),
		.run_id = str_from(s->session),
		.label = label,
		.attempts = s->attempts,
		.duration_ms = s->last_ms - s->first_ms,
		.wall_ms = s->last_ms,
		.is_endless = what == ORCHESTRATOR_ATTEMPT &&
			      s->attempts == ORCHESTRATOR_ENDLESS + 1,
	};
	own->changed_ms = s->last_ms;
	remember(&own->events, &own->event_count, &e);
	if (what == ORCHESTRATOR_CLOSED) {
		remember(&own->closed, &own->closed_count, &e);
	}
	if (own->on_event != NULL) {
		own->on_event(&e, own->data);
	}
}

static struct streak *find_streak(
	struct orchestrator_own *own, const struct session *session, int turn, struct str name)
{
	struct streak *s;
	list_for_each(s, &own->streaks, link)
	{
		if (s->turn == turn && str_equal(str_from(s->name), name) &&
			strcmp(s->session, session->id) == 0) {
			return s;
		}
	}
	return NULL;
}

static struct streak *add_streak(struct orchestrator_own *own, const struct session *session,
	int turn, struct str name, int64_t begin_ms)
{
	if (own->streak_count >= ORCHESTRATOR_STREAKS) {
		streak_free(own, list_entry(own->streaks.next, struct streak, link));
	}
	struct streak *s = xcalloc(1, sizeof(*s));
	s->session = xstrdup(session->id);
	s->name = str_dup(name);
	s->turn = turn;
	s->task_id = xasprintf("%s/%d/%s", session->id, turn, s->name);
	s->first_ms = begin_ms;
	list_append(&own->streaks, &s->link);
	own->streak_count++;
	return s;
}

static void count_attempt(struct orchestrator_own *own, int64_t attempt)
{
	own->histogram[min_int64(attempt, ORCHESTRATOR_ATTEMPTS) - 1]++;
}

static void note_failure(struct orchestrator_own *own, const struct session *session, int turn,
	struct str name, const char *label, int64_t wall_ms)
{
	struct streak *s = find_streak(own, session, turn, name);
	if (s == NULL) {
		s = add_streak(own, session, turn, name, wall_ms);
	}
	s->attempts++;
	s->last_ms = max_int64(wall_ms, s->first_ms);
	(void)snprintf(s->label, sizeof(s->label), "%s", label);
	if (s->attempts < 2) {
		return;
	}
	if (s->attempts == 2) {
		own->total++;
		note(own, &(const struct orchestrator_noted){s->last_ms, false, false, true});
		count_attempt(own, 1);
	}
	count_attempt(own, s->attempts);
	own->endless += s->attempts == ORCHESTRATOR_ENDLESS + 1;
	report(own, ORCHESTRATOR_ATTEMPT, s, str_from(s->label));
}

static void note_success(struct orchestrator_own *own, const struct session *session, int turn,
	struct str name, int64_t wall_ms)
{
	struct streak *s = find_streak(own, session, turn, name);
	if (s == NULL) {
		return;
	}
	if (s->attempts >= 2) {
		own->closed_total++;
		own->closed_within_3 += s->attempts <= FEW_ATTEMPTS;
		s->last_ms = max_int64(wall_ms, s->first_ms);
		report(own, ORCHESTRATOR_CLOSED, s, str_from(s->label));
	}
	streak_free(own, s);
}

static void note_turn(struct orchestrator_own *own, const struct session_span *span)
{
	struct streak *s, *next;
	const char *reason = session_reason_name(span->reason);
	list_for_each_safe(s, next, &own->streaks, link)
	{
		if (s->turn > span->turn || strcmp(s->session, span->session->id) != 0) {
			continue;
		}
		if (s->attempts >= 2) {
			own->incidents++;
			s->last_ms = max_int64(span->end_ms, s->first_ms);
			report(own, ORCHESTRATOR_INCIDENT, s, str_from(reason));
		}
		streak_free(own, s);
	}
}

void orchestrator_own_note_span(struct orchestrator_own *own, const struct session_span *span)
{
	if (span->corrects || span->absorbed != NULL) {
		return;
	}
	if (span->kind == SESSION_SPAN_TURN) {
		note_turn(own, span);
	} else if (span->kind == SESSION_SPAN_TOOL_CALL && span->outcome == SESSION_OUTCOME_ERROR) {
		note_failure(own, span->session, span->turn, span->name, "error", span->end_ms);
	} else if (span->kind == SESSION_SPAN_TOOL_CALL && span->outcome == SESSION_OUTCOME_OK) {
		note_success(own, span->session, span->turn, span->name, span->end_ms);
	}
}

/* ---- limits */

static struct orchestrator_limit *find_limit(struct orchestrator_own *own, const char *provider)
{
	for (size_t i = 0; i < ORCHESTRATOR_PROVIDERS; i++) {
		struct orchestrator_limit *l = &own->limits[i];
		if (l->provider == NULL) {
			l->provider = provider;
		}
		if (strcmp(l->provider, provider) == 0) {
			return l;
		}
	}
	return NULL;
}

static void note_limit(
	struct orchestrator_own *own, const struct session_call *call, bool is_limited)
{
	struct orchestrator_limit *l = find_limit(own,
		orchestrator_provider_of(call->model, str_from(call->session->assistant_name)));
	if (l == NULL) {
		return;
	}
	if (is_limited) {
		l->hits++;
		l->since_ms = l->since_ms != 0 ? l->since_ms : call->end_ms;
	} else if (l->since_ms != 0 && call->fault == EVENT_FAULT_NONE) {
		int64_t down_ms = max_int64(0, call->end_ms - l->since_ms);
		l->longest_ms = max_int64(l->longest_ms, down_ms);
		l->shortest_ms = l->recoveries == 0 ? down_ms : min_int64(l->shortest_ms, down_ms);
		l->recoveries++;
		l->sum_ms += down_ms;
		l->since_ms = 0;
	}
}

void orchestrator_own_note_call(struct orchestrator_own *own, const struct session_call *call)
{
	if (call->corrects || call->absorbed != NULL || call->calls == 0) {
		return;
	}
	note_limit(own, call, call->fault == EVENT_FAULT_RATE_LIMIT);
	if (call->fault == EVENT_FAULT_NONE) {
		note_success(own, call->session, call->turn, STR("llm"), call->end_ms);
	} else if (call->fault != EVENT_FAULT_ABORTED) { // by its user
		note_failure(own, call->session, call->turn, STR("llm"),
			event_fault_name(call->fault), call->end_ms);
	}
}

void orchestrator_own_write_limits(struct json_writer *j, const struct orchestrator_own *own)
{
	json_array_begin(j);
	for (size_t i = 0; i < ORCHESTRATOR_PROVIDERS && own->limits[i].provider != NULL; i++) {
		const struct orchestrator_limit *l = &own->limits[i];
		bool is_known = l->recoveries > 0;
		json_object_begin(j);
		json_name_str(j, "provider", str_from(l->provider));
		json_name_int(j, "totalLimitHits", l->hits);
		json_name_int(j, "totalRecoveries", l->recoveries);
		orchestrator_name_number(j, "totalFailovers", NAN);
		orchestrator_name_number(j, "averageDowntimeMs",
			is_known ? (double)l->sum_ms / (double)l->recoveries : NAN);
		orchestrator_name_number(
			j, "longestDowntimeMs", is_known ? (double)l->longest_ms : NAN);
		orchestrator_name_number(
			j, "shortestDowntimeMs", is_known ? (double)l->shortest_ms : NAN);
		json_name_str(
			j, "currentStatus", l->since_ms != 0 ? STR("limited") : STR("healthy"));
		json_object_end(j);
	}
	json_array_end(j);
}

/* ---- tasks */

void orchestrator_own_note_task(
	struct orchestrator_own *own, bool is_completed, bool is_error, int64_t wall_ms)
{
	note(own, &(const struct orchestrator_noted){wall_ms, is_completed, is_error, false});
}

struct orchestrator_rates orchestrator_own_rates(
	const struct orchestrator_own *own, int64_t wall_ms)
{
	struct orchestrator_rates r = {.success = NAN, .retry = NAN};
	double completed = 0, good = 0, bad = 0, loops = 0;
	for (size_t i = 0; i < min_size(own->noted_count, ORCHESTRATOR_NOTED); i++) {
		const struct orchestrator_noted *n = &own->noted[i];
		int64_t age_ms = wall_ms - n->wall_ms;
		if (age_ms > ORCHESTRATOR_DAY_MS) {
			continue;
		}
		r.last_hour += n->is_completed && age_ms <= HOUR_MS;
		r.last_5min += n->is_completed && age_ms <= FIVE_MINUTES_MS;
		completed += n->is_completed;
		good += n->is_completed && !n->is_error;
		bad += !n->is_completed && n->is_error;
		loops += n->is_loop;
	}
	if (completed + bad > 0) {
		r.success = good / (completed + bad);
	}
	if (completed > 0) {
		r.retry = loops / completed;
	}
	return r;
}

/* ---- as JSON and CSV */

static void write_open(struct json_writer *j, const struct streak *s, int64_t wall_ms)
{
	json_object_begin(j);
	json_name_str(j, "taskId", str_from(s->task_id));
	json_name_time(j, "firstAttemptAt", s->first_ms);
	json_name_time(j, "lastAttemptAt", s->last_ms);
	json_name_str(j, "lastLabel", str_from(s->label));
	json_name_str(j, "runId", str_from(s->session));
	json_name_int(j, "attempts", s->attempts);
	json_name_int(j, "elapsedMs", max_int64(0, wall_ms - s->first_ms));
	json_name(j, "labels");
	json_array_begin(j);
	json_str(j, str_from(s->label));
	json_array_end(j);
	json_name_bool(j, "infiniteLoopFlag", s->attempts > ORCHESTRATOR_ENDLESS);
	json_object_end(j);
}

static void write_past(struct json_writer *j, const struct past *p, bool with_type)
{
	json_object_begin(j);
	if (with_type) {
		json_name_str(j, "type", str_from(orchestrator_happening_name(p->what)));
	}
	json_name_str(j, "taskId", str_from(p->task_id));
	switch (p->what) {
	case ORCHESTRATOR_ATTEMPT:
		json_name_str(j, "label", str_from(p->label));
		json_name_int(j, "attempt", p->attempts);
		json_name_time(j, "timestamp", p->wall_ms);
		json_name_str(j, "runId", str_from(p->run_id));
		break;
	case ORCHESTRATOR_CLOSED:
		json_name_int(j, "attempts", p->attempts);
		json_name_time(j, "closedAt", p->wall_ms);
		json_name_int(j, "durationMs", p->duration_ms);
		json_name_str(j, "runId", str_from(p->run_id));
		break;
	case ORCHESTRATOR_INCIDENT:
		json_name_str(j, "state", str_from(p->label));
		json_name_int(j, "attempt", p->attempts);
		json_name_time(j, "timestamp", p->wall_ms);
		break;
	}
	json_object_end(j);
}

static void append_past(struct buf *out, const struct list *all, bool with_type)
{
	struct json_writer j;
	const struct past *p;
	json_writer_init(&j, out);
	json_array_begin(&j);
	list_for_each(p, all, link)
	{
		write_past(&j, p, with_type);
	}
	json_array_end(&j);
}

static void append_open(struct buf *out, const struct orchestrator_own *own, int64_t wall_ms)
{
	struct json_writer j;
	const struct streak *s;
	json_writer_init(&j, out);
	json_array_begin(&j);
	list_for_each(s, &own->streaks, link)
	{
		if (s->attempts >= 2) {
			write_open(&j, s, wall_ms);
		}
	}
	json_array_end(&j);
}

static void append_stats(struct buf *out, const struct orchestrator_own *own)
{
	struct json_writer j;
	json_writer_init(&j, out);
	json_object_begin(&j);
	json_name_int(&j, "totalLoops", own->total);
	json_name_int(&j, "closedLoops", own->closed_total);
	json_name_int(&j, "closedWithin3", own->closed_within_3);
	json_name_int(&j, "infiniteLoopCount", own->endless);
	json_name_int(&j, "incidentCount", own->incidents);
	json_name(&j, "attemptHistogram");
	json_object_begin(&j);
	for (int i = 0; i < ORCHESTRATOR_ATTEMPTS; i++) {
		char name[16];
		if (own->histogram[i] > 0) {
			(void)snprintf(name, sizeof(name), "%d", i + 1);
			json_name_int(&j, name, own->histogram[i]);
		}
	}
	json_object_end(&j);
	json_object_end(&j);
}

void orchestrator_own_write_loops(
	struct json_writer *j, const struct orchestrator_own *own, int64_t wall_ms)
{
	struct buf parts[4], changed;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_init(&parts[i], JSON_BYTES);
	}
	buf_init(&changed, TEXT_BYTES);
	append_open(&parts[0], own, wall_ms);
	append_stats(&parts[1], own);
	append_past(&parts[2], &own->events, true);
	append_past(&parts[3], &own->closed, false);
	if (own->changed_ms != 0) {
		instant_append_utc(&changed, own->changed_ms);
	}
	orchestrator_write_loops(j, &(const struct orchestrator_loops){
					    .updated_at = buf_str(&changed),
					    .loops = buf_str(&parts[0]),
					    .stats = buf_str(&parts[1]),
					    .events = buf_str(&parts[2]),
					    .closed = buf_str(&parts[3]),
				    });
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_finish(&parts[i]);
	}
	buf_finish(&changed);
}

bool orchestrator_own_has_loops(const struct orchestrator_own *own)
{
	return own->total > 0;
}

void orchestrator_own_append_csv(
	struct buf *out, const struct orchestrator_own *own, int64_t wall_ms)
{
	const struct streak *s;
	list_for_each(s, &own->streaks, link)
	{
		if (s->attempts < 2) {
			continue;
		}
		csv_append(out, str_from(s->task_id));
		buf_printf(out, ",%lld,", (long long)s->attempts);
		csv_append(out, str_from(s->label));
		buf_printf(out, ",%lld,", (long long)max_int64(0, wall_ms - s->first_ms));
		instant_append_utc(out, s->first_ms);
		buf_append_char(out, ',');
		instant_append_utc(out, s->last_ms);
		buf_append_char(out, '\n');
	}
}
