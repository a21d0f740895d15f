#include "session/session_verdict.h"

#include "base/mem.h"
#include "session/session_tracker.h"

enum {
	QUIET_WITHOUT_DECISIONS_MS = 30000,
	QUIET_BESIDE_HOOKS_MS = 30000, // one may have been lost
	BY_NAME_MS = 200, // a tool that asks may be answered by the client itself: Codex' outside
			  // of plan mode takes 40 ms
	HELD_MS = 1500,   // a client that continues by itself does so 30 to 650 ms after its end
	AGENTS_BACK_MS = 2000, // ... and 100 ms after its last subagent has finished
	STOPPED_MS = 1000,     // how long before the telemetry of the same event a hook arrives
};

struct view {
	const struct tracked_session *w;
	const struct ledger *l;
	const struct assistant *assistant;
	const struct session_settings *settings;
	struct moment now;
	int64_t age_ms;      // of the last work
	int64_t interval_ms; // the client's batch interval
};

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- what follows */

static struct session_verdict over_at(const struct view *v, int64_t due_ms)
{
	return (struct session_verdict){
		.over = true,
		.reason = SESSION_REASON_QUIET,
		.due_ms = larger(due_ms, v->now.mono_ms),
	};
}

/* wait_ms after its last work. */
static struct session_verdict over_after(const struct view *v, int64_t wait_ms)
{
	return over_at(v, v->now.mono_ms - v->age_ms + wait_ms);
}

/* wait_ms after a reported event. */
static struct session_verdict told_after(
	const struct view *v, int64_t time_ns, int64_t wait_ms, enum session_reason reason)
{
	int64_t age_ms = exporter_age_ms(&v->w->exporter, time_ns, v->now);
	struct session_verdict verdict = over_at(v, v->now.mono_ms - age_ms + wait_ms);
	verdict.reason = reason;
	verdict.end_ns = time_ns;
	return verdict;
}

static struct session_verdict works(const struct view *v)
{
	return (struct session_verdict){.due_ms = v->w->news_ms + v->settings->stall_timeout_ms};
}

/* The exporter has had wait_ms after the end of the last call to report that it goes on: either
 * when it sent what we have, or one batch later. */
static int64_t due_after(const struct view *v, int64_t wait_ms)
{
	bool had_time = v->age_ms >= wait_ms && !v->w->exporter.last_batch_full &&
			!v->l->client.unattended;
	return had_time ? v->now.mono_ms : v->now.mono_ms - v->age_ms + wait_ms + v->interval_ms;
}

static struct session_verdict waits(const struct view *v, enum event_attention attention,
	enum session_reason reason, int64_t due_ms)
{
	struct session_verdict verdict = over_at(v, due_ms);
	verdict.asks = true;
	verdict.attention = attention == EVENT_ATTENTION_QUESTION ? SESSION_ATTENTION_QUESTION
								  : SESSION_ATTENTION_PERMISSION;
	verdict.reason = reason;
	return verdict;
}

/* ---- the rules */

static bool is_asking(const struct view *v)
{
	return tool_calls_asking(&v->l->calls) != NULL;
}

static struct session_verdict decide_asking(const struct view *v)
{
	const struct tool_call *call = tool_calls_asking(&v->l->calls);
	int64_t age_ms = exporter_age_ms(&v->w->exporter, call->asked_ns, v->now);
	int64_t due_ms = v->now.mono_ms - age_ms + (call->by_name ? BY_NAME_MS : 0);
	return waits(v, call->attention, SESSION_REASON_TURN_END, due_ms);
}

static bool was_stopped(const struct view *v)
{
	return ledger_stopped_ns(v->l) != 0;
}

static struct session_verdict decide_stopped(const struct view *v)
{
	return told_after(v, ledger_stopped_ns(v->l), STOPPED_MS, SESSION_REASON_INTERRUPTED);
}

static bool was_refused(const struct view *v)
{
	return v->l->refused_ns != 0;
}

/* What the user wants instead begins at once, and hooks would report it. */
static struct session_verdict decide_refused(const struct view *v)
{
	int64_t wait_ms = ledger_hooks_tell_work(v->l) ? v->settings->settle_ms : 0;
	return told_after(v, v->l->refused_ns, wait_ms, SESSION_REASON_INTERRUPTED);
}

static bool is_held(const struct view *v)
{
	return v->l->turn.held_ns != 0 && !ledger_has_agents(v->l);
}

static struct session_verdict decide_held(const struct view *v)
{
	const struct ledger *l = v->l;
	if (!l->turn.agents_go_on) {
		return told_after(v, l->turn.held_ns, HELD_MS, SESSION_REASON_TURN_END);
	}
	bool hooks = ledger_hooks_tell_work(l);
	int64_t wait_ms = hooks ? AGENTS_BACK_MS : v->settings->settle_ms + v->interval_ms;
	return told_after(
		v, larger(l->turn.held_ns, l->agent_end_ns), wait_ms, SESSION_REASON_TURN_END);
}

static bool broke_off(const struct view *v)
{
	return v->l->turn.broke_off && !ledger_is_busy(v->l);
}

/* A call rejected because of an expired key is retried. */
static struct session_verdict decide_broke_off(const struct view *v)
{
	return over_after(v, v->settings->settle_ms + v->interval_ms);
}

static struct session_verdict decide_settled(const struct view *v)
{
	return over_after(v, v->settings->settle_ms);
}

static bool is_busy(const struct view *v)
{
	return ledger_is_busy(v->l);
}

/* It asked for a tool, and either there is no user to ask or tools are reported only at their end.
 */
static bool runs_tool_unseen(const struct view *v)
{
	const struct ledger *l = v->l;
	bool seen = v->assistant->tells_tool_begin && !l->client.unattended;
	return l->model.end_ns != 0 && l->model.next == EVENT_NEXT_TOOL && !seen;
}

static bool tells_little(const struct view *v)
{
	return v->l->model.end_ns == 0 || v->l->activity_ns > v->l->model.end_ns;
}

static struct session_verdict decide_quiet(const struct view *v)
{
	int64_t quiet_ms = larger(v->assistant->quiet_ms, v->settings->quiet_period_ms);
	return over_after(v, quiet_ms + v->interval_ms);
}

/* Hooks would have reported a request to the user; so there was none, and it goes on. */
static bool goes_on_beside_hooks(const struct view *v)
{
	return ledger_hooks_tell_work(v->l) && v->l->model.next == EVENT_NEXT_TOOL;
}

static bool has_hooks(const struct view *v)
{
	return ledger_hooks_tell_work(v->l);
}

static struct session_verdict decide_beside_hooks(const struct view *v)
{
	return over_after(v, QUIET_BESIDE_HOOKS_MS);
}

static bool has_answered(const struct view *v)
{
	return v->l->model.next == EVENT_NEXT_USER;
}

static bool asked_for_granted_tool(const struct view *v)
{
	const struct ledger *l = v->l;
	return l->model.next == EVENT_NEXT_TOOL && (l->client.leave_given || l->command_runs_on);
}

static bool asked_for_tool(const struct view *v)
{
	return v->l->model.next == EVENT_NEXT_TOOL;
}

static struct session_verdict decide_permission(const struct view *v)
{
	return waits(v, EVENT_ATTENTION_PERMISSION, SESSION_REASON_QUIET,
		due_after(v, v->settings->approval_ms));
}

static bool tells_no_decisions(const struct view *v)
{
	return !v->l->client.tells_decisions;
}

static struct session_verdict decide_without_decisions(const struct view *v)
{
	int64_t unseen_ms = v->assistant->tells_tool_begin
				    ? QUIET_WITHOUT_DECISIONS_MS
				    : v->settings->quiet_period_ms + v->interval_ms;
	return over_after(v, v->assistant->quiet_ms > 0 ? v->assistant->quiet_ms : unseen_ms);
}

static bool always(const struct view *v)
{
	(void)v;
	return true;
}

static struct session_verdict decide_unclear(const struct view *v)
{
	return over_at(v, due_after(v, v->settings->settle_ms));
}

/* In the order of docs/states.md: the first that holds decides. */
static const struct rule {
	const char *name;
	bool (*holds)(const struct view *v);
	struct session_verdict (*decide)(const struct view *v);
} rules[] = {
	{SESSION_RULE_ASKS, is_asking, decide_asking},
	{SESSION_RULE_STOPPED, was_stopped, decide_stopped},
	{SESSION_RULE_REFUSED, was_refused, decide_refused},
	{SESSION_RULE_HELD, is_held, decide_held},
	{SESSION_RULE_BROKE_OFF, broke_off, decide_broke_off},
	{SESSION_RULE_OPEN, is_busy, works},
	{SESSION_RULE_UNSEEN, runs_tool_unseen, works},
	{SESSION_RULE_HOOKS_GO_ON, goes_on_beside_hooks, works},
	{SESSION_RULE_HOOKS, has_hooks, decide_beside_hooks},
	{SESSION_RULE_UNKNOWN, tells_little, decide_quiet},
	{SESSION_RULE_ANSWERED, has_answered, decide_settled},
	{SESSION_RULE_GRANTED, asked_for_granted_tool, works},
	{SESSION_RULE_ASKED, asked_for_tool, decide_permission},
	{SESSION_RULE_UNDECIDED, tells_no_decisions, decide_without_decisions},
	{SESSION_RULE_UNCLEAR, always, decide_unclear},
};

struct session_verdict session_verdict_of(
	const struct tracked_session *w, const struct session_settings *settings, struct moment now)
{
	const struct view v = {
		.w = w,
		.l = &w->ledger,
		.assistant = w->session.assistant,
		.settings = settings,
		.now = now,
		.age_ms = exporter_age_ms(&w->exporter, ledger_last_work_ns(&w->ledger), now),
		.interval_ms = exporter_batch_interval_ms(&w->exporter, w->session.assistant),
	};
	const struct rule *rule = rules;
	while (!rule->holds(&v)) {
		rule++;
	}
	struct session_verdict verdict = rule->decide(&v);
	verdict.rule = rule->name;
	return verdict;
}
