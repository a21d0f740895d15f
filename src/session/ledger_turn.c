/* The turn: the prompts that open it, and its reported ends. */
#include "session/ledger_parts.h"

/* The hook and the telemetry of one prompt are closer together than two prompts of a person. */
static const int64_t same_prompt_ns = 5000 * MS_NS;

/* Duplicates arrive at once; a person's next prompt takes longer. */
static const int64_t told_twice_ns = 300 * MS_NS;

/* The prompt that opened the turn, reported by the other of hook and telemetry. */
static bool is_same_prompt(const struct ledger *l, const struct event *e)
{
	const struct ledger_turn *turn = &l->turn;
	bool told_by_other = is_hook(e) ? turn->prompt_by_logs : turn->prompt_by_hook;
	bool told_by_own = is_hook(e) ? turn->prompt_by_hook : turn->prompt_by_logs;
	int64_t gap = e->time_ns - turn->begin_ns;
	return turn->open && told_by_other && !told_by_own && gap < same_prompt_ns &&
	       gap > -same_prompt_ns;
}

/* A hook that is in the client's settings twice. */
static bool is_told_twice(const struct ledger *l, const struct event *e)
{
	return is_hook(e) && l->turn.open && l->turn.prompt_by_hook && l->turn.held_ns == 0 &&
	       l->work_ns == l->turn.begin_ns && e->time_ns - l->turn.begin_ns < told_twice_ns;
}

static uint64_t turn_hash(const struct event *e)
{
	return is_hook(e) ? tool_calls_hash(e->turn_id) : 0;
}

static void note_prompt(struct ledger *l, const struct event *e)
{
	l->turn.id = turn_hash(e) != 0 ? turn_hash(e) : l->turn.id;
	l->turn.prompt_by_hook = l->turn.prompt_by_hook || is_hook(e);
	l->turn.prompt_by_logs = l->turn.prompt_by_logs || e->source == EVENT_FROM_LOGS;
}

/* Not the user but the client, informing itself that a subagent has finished; or the next call of a
 * turn whose hook runs before each. */
static bool is_own_prompt(const struct ledger *l, const struct event *e)
{
	if (!l->turn.open) {
		return false;
	}
	bool same_turn = turn_hash(e) != 0 && turn_hash(e) == l->turn.id;
	int64_t since_agent = e->time_ns - l->agent_end_ns;
	bool came_back = l->agent_end_ns != 0 && since_agent >= 0 &&
			 since_agent < LEDGER_FOLLOW_UP_NS;
	return same_turn || came_back;
}

/* It is late: the turn has worked on since. */
static bool is_of_open_turn(const struct ledger *l, const struct event *e)
{
	int64_t end_ns = l->turn.held_ns != 0 ? l->turn.held_ns : ledger_last_work_ns(l);
	return e->time_ns <= end_ns;
}

enum ledger_effect ledger_enter_prompt(struct ledger *l, const struct event *e)
{
	if (is_same_prompt(l, e)) {
		note_prompt(l, e);
		return LEDGER_NOTHING;
	}
	if (is_told_twice(l, e)) {
		return LEDGER_NOTHING;
	}
	bool old = !is_hook(e) && l->turn.end_ns != 0 && e->time_ns != 0 &&
		   e->time_ns <= l->turn.end_ns;
	if (old || (!is_hook(e) && l->turn.open && ledger_hooks_tell(l, EVENT_PROMPT))) {
		return LEDGER_NOTHING;
	}
	if (is_own_prompt(l, e)) {
		l->turn.held_ns = 0;
		l->turn.agents_go_on = false;
		l->work_ns = later(l->work_ns, e->time_ns);
		ledger_open_model(l, e->time_ns);
		return LEDGER_CHANGED;
	}
	if (l->turn.open && !l->turn.by_prompt &&
		e->time_ns <= l->turn.begin_ns + LEDGER_SLACK_NS) {
		l->turn.by_prompt = true; // its work was reported first
		l->turn.begin_ns = e->time_ns;
		note_prompt(l, e);
		return LEDGER_CHANGED;
	}
	if (l->turn.open && (l->turn.held_ns != 0 || !ledger_is_busy(l))) {
		if (!is_hook(e)) {
			return is_of_open_turn(l, e) ? LEDGER_NOTHING : LEDGER_NEW_TURN;
		}
		l->turn.end_told = l->turn.held_ns != 0;
		l->turn.end_ns = later(l->turn.end_ns, l->turn.held_ns);
		l->turn.open = false; // reported as it happens: no end was missed, it just went on
	}
	ledger_open_turn(l, e, e->time_ns, true);
	note_prompt(l, e);
	l->work_ns = l->model.since_ns = e->time_ns;
	ledger_open_model(l, e->time_ns);
	return LEDGER_CHANGED;
}

/* ---- its end */

/* A client that has continued by itself before may do so again; one that a hook has continued once
 * in this turn will not be again. */
static bool may_restart(const struct ledger *l, const struct event *e)
{
	return is_hook(e) && l->client.restarts && !e->continues && !e->failed;
}

static void close_calls(struct ledger *l)
{
	for (unsigned i = 0; i < l->calls.count; i++) {
		const struct tool_call *call = &l->calls.all[i];
		if (call->agent == 0 && call->id != 0) {
			l->closed_calls[l->next_closed++ % LEDGER_CLOSED_CALLS] = call->id;
		}
	}
	tool_calls_end_actor(&l->calls, 0);
}

static bool is_nested(const struct ledger *l, const struct event *e)
{
	return e->may_be_nested &&
	       (!l->turn.open || begin_of(e) > l->turn.begin_ns + LEDGER_SLACK_NS);
}

/* Subagents that are not listed are neither running nor waiting. */
static void end_calls_of_gone(struct ledger *l)
{
	for (unsigned i = 0; i < l->calls.count;) {
		uint64_t agent = l->calls.all[i].agent;
		bool gone = agent != 0 && agents_find(&l->agents, agent) == NULL;
		if (gone) {
			tool_calls_end_actor(&l->calls, agent);
		}
		i = gone ? 0 : i + 1;
	}
}

static void note_tasks(struct ledger *l, const struct event *e)
{
	if (e->tasks != NULL) {
		l->background = e->tasks->background - agents_replace(&l->agents, e->tasks);
		end_calls_of_gone(l);
	}
}

/* The main agent is back, and may be resumed. */
static enum ledger_effect hold_end(struct ledger *l, const struct event *e, bool agents_go_on)
{
	l->turn.held_ns = e->time_ns;
	l->turn.agents_go_on = agents_go_on;
	l->model.open = false;
	return LEDGER_CHANGED;
}

enum ledger_effect ledger_enter_turn_end(struct ledger *l, const struct event *e)
{
	bool old = e->time_ns <= l->turn.end_ns || e->time_ns < l->work_ns || l->turn.held_ns != 0;
	if (is_nested(l, e) || (!is_hook(e) && old)) {
		return LEDGER_NOTHING; // work has begun since, or a reported end is held
	}
	note_tasks(l, e);
	if (!l->turn.open && l->turns > 0 && is_hook(e)) {
		if (e->failed) {
			l->turn.failed = true;
			l->turn.end_attention = e->attention;
		}
		ledger_close(l, e->time_ns); // it looked over already
		return LEDGER_CHANGED;
	}
	if (!l->turn.open) {
		if (!e->proves_work || ledger_is_old_news(l, e)) {
			return LEDGER_NOTHING;
		}
		ledger_open_turn(l, e, begin_of(e), true);
	}
	if (l->turn.begin_ns > e->time_ns) {
		return LEDGER_NOTHING; // of the turn before
	}
	bool tool_open = !is_hook(e) && ledger_hooks_tell_work(l) &&
			 tool_calls_last(&l->calls) != NULL;
	if (e->by_user || (tool_open && !e->failed)) {
		return LEDGER_INTERRUPTED; // no hook reports the end of what the user stopped
	}
	if (e->failed) {
		l->turn.failed = true;
		l->turn.end_attention = e->attention;
	} else if (is_hook(e) && e->time_ns - l->model.end_ns > LEDGER_LAST_FAILURE_NS) {
		l->turn.failed = false; // it was tried again since
	}
	close_calls(l);
	if (ledger_has_agents(l) && !e->failed) {
		return hold_end(l, e, true);
	}
	return may_restart(l, e) ? hold_end(l, e, false) : LEDGER_ENDED;
}
