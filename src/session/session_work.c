#include "session/session_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 4096 };

/* A copy on the heap, a name that can be shown anywhere, cut to what a path may be. */
static char *copy_text(struct str s)
{
	struct buf b;
	buf_init(&b, TEXT_BYTES + 8);
	if (s.size > TEXT_BYTES / 3) {
		s.size = TEXT_BYTES / 3; // repairing may make three bytes of one
	}
	utf8_append_name(&b, s);
	buf_append_char(&b, '\0');
	char *copy = xstrdup(b.data);
	buf_finish(&b);
	return copy;
}

struct session_work *session_work_create(const struct event *e, struct moment now)
{
	struct session_work *w = xcalloc(1, sizeof(*w));
	w->session = (struct session){
		.id = str_dup(e->session_id),
		.tool_name = copy_text(e->tool_name),
		.tool = e->tool,
		.state = SESSION_IDLE,
		.since_ms = now.wall_ms,
		.work = w,
	};
	ledger_init(&w->ledger, e->tool);
	seen_init(&w->seen);
	w->news_ms = now.mono_ms;
	w->deadline_ms = w->leaves_ms = INT64_MAX;
	return w;
}

void session_work_destroy(struct session_work *w)
{
	if (w == NULL) {
		return;
	}
	ledger_finish(&w->ledger);
	seen_finish(&w->seen);
	free(w->series);
	session_place_finish(&w->place);
	free(w->session.id);
	free(w->session.tool_name);
	free(w->session.project);
	free(w->session.cwd);
	free(w->session.model);
	free(w);
}

void session_work_set_text(struct session_work *w, char **shown, struct str text)
{
	if (text.size == 0 || (*shown != NULL && str_equal(str_from(*shown), text))) {
		return;
	}
	char *copy = copy_text(text);
	if (*shown != NULL && strcmp(*shown, copy) == 0) {
		free(copy);
		return;
	}
	free(*shown);
	*shown = copy;
	w->dirty = true;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Raises total to at least u. */
static void raise_usage(struct usage *total, const struct usage *u)
{
	total->input_tokens = larger(total->input_tokens, u->input_tokens);
	total->output_tokens = larger(total->output_tokens, u->output_tokens);
	total->cache_tokens = larger(total->cache_tokens, u->cache_tokens);
	total->cost_nano_usd = larger(total->cost_nano_usd, u->cost_nano_usd);
	total->has_cost = total->has_cost || u->has_cost;
}

static void add_usage(struct usage *total, const struct usage *u)
{
	total->input_tokens += u->input_tokens;
	total->output_tokens += u->output_tokens;
	total->cache_tokens += u->cache_tokens;
	total->cost_nano_usd += u->cost_nano_usd;
	total->has_cost = total->has_cost || u->has_cost;
}

static bool usage_equal(const struct usage *a, const struct usage *b)
{
	return a->input_tokens == b->input_tokens && a->output_tokens == b->output_tokens &&
	       a->cache_tokens == b->cache_tokens && a->cost_nano_usd == b->cost_nano_usd &&
	       a->has_cost == b->has_cost;
}

/* How much more it is than it was; all of it, where a counter has begun anew. */
static int64_t grown(int64_t now, int64_t before)
{
	return now >= before ? now - before : now;
}

/* Some exporters move the start of a counter with each point: it is the same one if it began at
 * about the same time, has grown, and never told a start twice. */
static bool moves_start(const struct session_series *series, const struct event *e)
{
	static const int64_t longest_ns = INT64_C(5000000000);
	const struct usage *u = &e->usage, *last = &series->last;
	int64_t apart_ns = e->begin_ns - series->start_ns;
	return !series->keeps_start && apart_ns >= 0 && apart_ns < longest_ns &&
	       u->input_tokens >= last->input_tokens && u->output_tokens >= last->output_tokens &&
	       u->cache_tokens >= last->cache_tokens && u->cost_nano_usd >= last->cost_nano_usd;
}

/* The counter that e is of; two processes count on their own, from other starts. NULL if there are
 * too many. */
static struct session_series *find_series(struct session_work *w, const struct event *e)
{
	struct session_series *moving = NULL;
	for (unsigned i = 0; i < w->series_count; i++) {
		struct session_series *series = &w->series[i];
		if (series->id != e->series) {
			continue;
		}
		if (series->start_ns == e->begin_ns) {
			series->keeps_start = true;
			return series;
		}
		moving = moves_start(series, e) ? series : moving;
	}
	if (moving != NULL) {
		return moving;
	}
	if (w->series_count == SESSION_SERIES) {
		return NULL;
	}
	if ((w->series_count & (w->series_count - 1)) == 0) { // full: 0, 1, 2, 4, 8 ...
		unsigned capacity = w->series_count == 0 ? 1 : w->series_count * 2;
		w->series = xrealloc(w->series, capacity * sizeof(*w->series));
	}
	w->series[w->series_count] = (struct session_series){
		.id = e->series, .start_ns = e->begin_ns};
	return &w->series[w->series_count++];
}

/* What a cumulative data point adds. Its counter begins anew where its value falls. */
static struct usage added_usage(struct session_work *w, const struct event *e)
{
	struct session_series *series = find_series(w, e);
	if (series == NULL || e->time_ns < series->time_ns) {
		return (struct usage){0};
	}
	const struct usage *u = &e->usage, *last = &series->last;
	struct usage added = {
		.input_tokens = grown(u->input_tokens, last->input_tokens),
		.output_tokens = grown(u->output_tokens, last->output_tokens),
		.cache_tokens = grown(u->cache_tokens, last->cache_tokens),
		.cost_nano_usd = grown(u->cost_nano_usd, last->cost_nano_usd),
		.has_cost = u->has_cost,
	};
	series->last = e->usage;
	series->start_ns = e->begin_ns;
	series->time_ns = e->time_ns;
	return added;
}

/* Logs, spans and metrics tell the same spend: the first of them that tells any is believed. One
 * that comes later than another begins behind it; what was shown does not fall. */
static void show_usage(struct session_work *w)
{
	unsigned believed = 0;
	while (!w->has_usage[believed]) {
		believed++;
	}
	struct usage shown = w->session.usage;
	raise_usage(&shown, &w->usage[believed]);
	if (!w->session.has_usage || !usage_equal(&w->session.usage, &shown)) {
		w->session.usage = shown;
		w->session.has_usage = w->dirty = true;
	}
}

static void note_usage(struct session_work *w, const struct event *e)
{
	struct usage added = e->cumulative ? added_usage(w, e) : e->usage;
	add_usage(&w->usage[e->source], &added);
	w->has_usage[e->source] = true;
	show_usage(w);
}

void session_work_absorb(struct session_work *w, const struct session_work *child)
{
	for (unsigned i = 0; i < EVENT_SOURCE_COUNT; i++) {
		if (child->has_usage[i]) {
			add_usage(&w->usage[i], &child->usage[i]);
			w->has_usage[i] = true;
			show_usage(w);
		}
	}
}

void session_work_add_pid(struct session_work *w, int64_t pid)
{
	session_work_drop_pid(w, pid);
	if (w->pid_count == SESSION_PIDS) {
		session_work_drop_pid(w, w->pids[0]);
	}
	w->pids[w->pid_count++] = pid;
	w->dirty = w->dirty || w->session.pid != pid;
	w->session.pid = pid;
}

bool session_work_drop_pid(struct session_work *w, int64_t pid)
{
	for (unsigned i = 0; i < w->pid_count; i++) {
		if (w->pids[i] == pid) {
			size_t after = w->pid_count - i - 1;
			memmove(&w->pids[i], &w->pids[i + 1], after * sizeof(w->pids[0]));
			w->pid_count--;
			w->dirty = true;
			w->session.pid = w->pid_count > 0 ? w->pids[w->pid_count - 1] : 0;
			return true;
		}
	}
	return false;
}

void session_work_note(struct session_work *w, const struct event *e)
{
	struct session *s = &w->session;
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	if (by_main && e->kind != EVENT_USAGE) {
		session_work_set_text(w, &s->model, e->model);
	}
	if (by_main) {
		session_place_set(w, e->cwd, e->project,
			e->source == EVENT_FROM_HOOK ? SESSION_PLACE_BY_HOOK
						     : SESSION_PLACE_BY_TELEMETRY);
	}
	if (e->has_usage) {
		note_usage(w, e);
	}
}

/* What is open, the most telling first. */
static enum session_doing doing_of(const struct session_work *w, const char **ret_tool)
{
	const struct ledger *l = &w->ledger;
	bool waits = w->session.state == SESSION_WAITING;
	const struct call *wish = waits ? calls_wish(&l->calls) : NULL;
	const struct call *call = calls_last(&l->calls);
	*ret_tool = NULL;
	if (wish != NULL && wish->name[0] != '\0') {
		*ret_tool = wish->name;
		return SESSION_DOING_TOOL;
	}
	if (w->session.state != SESSION_WORKING) {
		return SESSION_DOING_NOTHING;
	}
	if (l->compacts) {
		return SESSION_DOING_COMPACT;
	}
	if (call != NULL && call->agent == 0 && !call->runs_agent) {
		*ret_tool = call->name;
		return SESSION_DOING_TOOL;
	}
	if (call != NULL || ledger_has_agents(l)) {
		return SESSION_DOING_SUBAGENT;
	}
	return l->model.open ? SESSION_DOING_LLM : SESSION_DOING_NOTHING;
}

void session_work_show(struct session_work *w)
{
	struct session *s = &w->session;
	const char *tool;
	enum session_doing doing = doing_of(w, &tool);
	if (doing != s->doing || tool != s->doing_tool || s->background != w->ledger.background) {
		s->doing = doing;
		s->doing_tool = tool;
		s->background = w->ledger.background;
		w->dirty = true;
	}
}
