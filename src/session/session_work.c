#include "session/session_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_tracker.h"

enum { TEXT_BYTES = 4096, QUIET_WITHOUT_DECISIONS_MS = 30000, QUIET_BESIDE_HOOKS_MS = 30000 };

/* A copy on the heap, repaired and cut to what a path may be. */
static char *copy_text(struct str s)
{
	struct buf b;
	buf_init(&b, TEXT_BYTES + 8);
	if (s.size > TEXT_BYTES / 3) {
		s.size = TEXT_BYTES / 3; // repairing may make three bytes of one
	}
	utf8_append_repaired(&b, s);
	buf_append_char(&b, '\0');
	char *copy = xstrdup(b.data);
	buf_finish(&b);
	return copy;
}

struct session_work *session_work_create(const struct event *e, struct instant now)
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
	free(w->session.id);
	free(w->session.tool_name);
	free(w->session.project);
	free(w->session.cwd);
	free(w->session.model);
	free(w);
}

static void set_text(struct session_work *w, char **place, struct str text)
{
	if (text.size == 0 || (*place != NULL && str_equal(str_from(*place), text))) {
		return;
	}
	char *copy = copy_text(text);
	if (*place != NULL && strcmp(*place, copy) == 0) {
		free(copy);
		return;
	}
	free(*place);
	*place = copy;
	w->dirty = true;
}

static struct str last_segment(struct str path)
{
	while (path.size > 1 && path.data[path.size - 1] == '/') {
		path.size--;
	}
	for (size_t i = path.size; i > 0; i--) {
		if (path.data[i - 1] == '/') {
			return str_skip(path, i);
		}
	}
	return path;
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

/* Logs, spans and metrics tell the same spend: the first of them that tells any is believed. One
 * that comes later than another begins behind it; what was shown does not fall. */
static void note_usage(struct session_work *w, const struct event *e)
{
	(e->cumulative ? raise_usage : add_usage)(&w->usage[e->source], &e->usage);
	w->has_usage[e->source] = true;
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

void session_work_set_place(
	struct session_work *w, struct str cwd, struct str project, enum session_place rank)
{
	if ((cwd.size == 0 && project.size == 0) || rank < w->place_rank) {
		return;
	}
	w->project_named = rank == w->place_rank && w->project_named;
	w->place_rank = rank;
	set_text(w, &w->session.cwd, cwd);
	if (project.size > 0) {
		w->project_named = true;
		set_text(w, &w->session.project, project);
	} else if (!w->project_named) {
		set_text(w, &w->session.project, last_segment(cwd));
	}
}

void session_work_note(struct session_work *w, const struct event *e)
{
	struct session *s = &w->session;
	if (e->actor != EVENT_BY_SIDE && e->kind != EVENT_USAGE) {
		set_text(w, &s->model, e->model);
	}
	session_work_set_place(w, e->cwd, e->project,
		e->source == EVENT_FROM_HOOK ? SESSION_PLACE_BY_HOOK : SESSION_PLACE_BY_TELEMETRY);
	if (e->has_usage) {
		note_usage(w, e);
	}
}

void session_work_show(struct session_work *w)
{
	struct session *s = &w->session;
	const struct ledger *l = &w->ledger;
	enum session_doing doing = SESSION_DOING_NOTHING;
	bool agent = false;
	const char *tool = ledger_open_tool(l, &agent);
	if (s->state == SESSION_WORKING) {
		if (tool != NULL) {
			doing = agent ? SESSION_DOING_SUBAGENT : SESSION_DOING_TOOL;
		} else if (l->agents > 0 || l->agent_open || l->background) {
			doing = SESSION_DOING_SUBAGENT;
		} else if (l->model_open) {
			doing = SESSION_DOING_LLM;
		}
	}
	const char *shown = doing == SESSION_DOING_TOOL ? tool : NULL;
	if (doing != s->doing || shown != s->doing_tool) {
		s->doing = doing;
		s->doing_tool = shown;
		w->dirty = true;
	}
}

static bool works_on_unseen(const struct session_work *w)
{
	const struct ledger *l = &w->ledger;
	if (ledger_is_busy(l)) {
		return true;
	}
	/* it asked for a tool, and either nobody can be asked or tools are told only at their end
	 */
	return l->model_end_ns != 0 && l->next == EVENT_NEXT_TOOL &&
	       (l->unattended || !w->session.tool->tells_tool_begin);
}

static struct session_verdict over_at(int64_t due_ms, struct instant now)
{
	return (struct session_verdict){.over = true, .due_ms = larger(due_ms, now.mono_ms)};
}

/* The sender has had wait_ms after the end of the last call to say that it goes on: either when it
 * sent what we have, or one batch later. */
static int64_t due_after(const struct session_work *w, int64_t wait_ms, struct instant now)
{
	const struct ledger *l = &w->ledger;
	int64_t age_ms = sender_age_ms(&w->sender, ledger_last_work_ns(l), now);
	if (age_ms >= wait_ms && !w->sender.last_batch_full && !l->unattended) {
		return now.mono_ms;
	}
	int64_t interval_ms = sender_batch_interval_ms(&w->sender, w->session.tool);
	return now.mono_ms - age_ms + wait_ms + interval_ms;
}

struct session_verdict session_work_judge(
	const struct session_work *w, const struct session_settings *settings, struct instant now)
{
	const struct ledger *l = &w->ledger;
	const struct tool *tool = w->session.tool;
	if (l->wish == EVENT_WISH_PERMISSION || l->wish == EVENT_WISH_QUESTION) {
		bool question = l->wish == EVENT_WISH_QUESTION;
		return (struct session_verdict){
			.over = true,
			.asks = true,
			.attention = question ? SESSION_ATTENTION_QUESTION
					      : SESSION_ATTENTION_PERMISSION,
			.told = true,
			.due_ms = now.mono_ms,
		};
	}
	if (works_on_unseen(w)) {
		return (struct session_verdict){.due_ms = w->news_ms + settings->stall_timeout_ms};
	}
	int64_t age_ms = sender_age_ms(&w->sender, ledger_last_work_ns(l), now);
	int64_t interval_ms = sender_batch_interval_ms(&w->sender, tool);
	if (l->model_end_ns == 0 || l->activity_ns > l->model_end_ns) {
		int64_t quiet_ms = larger(tool->quiet_ms, settings->quiet_period_ms);
		return over_at(now.mono_ms - age_ms + quiet_ms + interval_ms, now);
	}
	if (ledger_hooks_tell(l, EVENT_TURN_END)) { // its word is waited for, but one may be lost
		return over_at(now.mono_ms - age_ms + QUIET_BESIDE_HOOKS_MS, now);
	}
	if (l->next == EVENT_NEXT_USER) {
		return over_at(now.mono_ms - age_ms + settings->settle_ms, now);
	}
	if (l->next == EVENT_NEXT_TOOL) {
		struct session_verdict asks = over_at(
			due_after(w, settings->approval_ms, now), now);
		asks.asks = true;
		asks.attention = SESSION_ATTENTION_PERMISSION;
		return asks;
	}
	if (!l->tells_decisions) {
		int64_t quiet_ms = tool->quiet_ms > 0 ? tool->quiet_ms
				   : tool->tells_tool_begin
					   ? QUIET_WITHOUT_DECISIONS_MS
					   : settings->quiet_period_ms + interval_ms;
		return over_at(now.mono_ms - age_ms + quiet_ms, now);
	}
	return over_at(due_after(w, settings->settle_ms, now), now);
}
