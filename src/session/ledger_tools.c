/* Tools, subagents, and what they need from the user. */
#include "session/ledger_parts.h"

/* ---- tools */

enum ledger_effect ledger_enter_tool_begin(struct ledger *l, const struct event *e)
{
	bool by_agent = e->actor == EVENT_BY_AGENT;
	l->client.told_decision = l->client.tells_decisions = true;
	bool beside = by_agent && !l->turn.open && l->turns > 0; // the main agent has come back
	if (ledger_is_old_news(l, e) || beside) {
		return LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
	if (by_agent && e->agent_id.size > 0 && is_hook(e)) {
		agents_add(&l->agents, tool_calls_hash(e->agent_id));
	}
	tool_calls_begin(&l->calls, e);
	return LEDGER_CHANGED;
}

/* The turn that it ran in is over. */
static bool was_closed(const struct ledger *l, const struct event *e)
{
	uint64_t id = tool_calls_hash(e->call_id);
	for (unsigned i = 0; i < LEDGER_CLOSED_CALLS; i++) {
		if (id != 0 && !l->turn.open && l->closed_calls[i] == id) {
			return true;
		}
	}
	return false;
}

enum ledger_effect ledger_enter_tool_end(struct ledger *l, const struct event *e)
{
	bool known_agent = e->actor == EVENT_BY_AGENT && e->agent_id.size > 0;
	bool was_open = tool_calls_end(&l->calls, e);
	bool old = !was_open && (ledger_is_old_news(l, e) || was_closed(l, e));
	if (known_agent || old) {
		return was_open ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
	l->command_runs_on = e->runs_on;
	if (e->is_agent_tool) {
		l->agent_call_end_ns = e->time_ns;
		l->agent_model_open = tool_calls_run_agent(&l->calls) && !ledger_hooks_tell_work(l);
	}
	bool by_agent = e->actor == EVENT_BY_AGENT ||
			(tool_calls_run_agent(&l->calls) && !e->is_agent_tool && !is_hook(e));
	if (by_agent) {
		l->agent_model_open = true;
	} else if (l->model.open && l->model.streams && e->assistant->tells_asks) {
		l->model.served = true; // it ran while the answer that asked for it still came in
	} else if (e->time_ns > l->model.begin_ns && tool_calls_last(&l->calls) == NULL) {
		ledger_open_model(l, e->time_ns);
	}
	return LEDGER_CHANGED;
}

/* A rejection by the user ends the turn, unless the user said what to do instead: then work begins
 * right after it, and may be reported with it or even before. */
enum ledger_effect ledger_enter_tool_reject(struct ledger *l, const struct event *e)
{
	bool was_open = tool_calls_end(&l->calls, e);
	if (ledger_is_old_news(l, e)) {
		return was_open ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_AGENT) {
		return LEDGER_CHANGED;
	}
	bool went_on = l->turn.open && l->work_ns > e->time_ns;
	ledger_open_by_work(l, e);
	if (e->by_user && is_hook(e)) {
		return LEDGER_INTERRUPTED;
	}
	if (e->by_user && !went_on) {
		l->model.open = false;
		l->refused_ns = e->time_ns;
	} else if (!went_on) {
		ledger_open_model(l, e->time_ns);
	}
	return LEDGER_CHANGED;
}

/* ---- subagents */

enum ledger_effect ledger_enter_agent_begin(struct ledger *l, const struct event *e)
{
	if (ledger_is_old_news(l, e) || (!is_hook(e) && ledger_hooks_tell(l, EVENT_AGENT_BEGIN))) {
		return LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
	struct agent *agent = agents_add(&l->agents, tool_calls_hash(e->agent_id));
	if (agent != NULL) {
		agent->begin_ns = e->time_ns;
	}
	return LEDGER_CHANGED;
}

enum ledger_effect ledger_enter_agent_end(struct ledger *l, const struct event *e)
{
	uint64_t id = tool_calls_hash(e->agent_id);
	const struct agent *agent = agents_find(&l->agents, id);
	if (!is_hook(e) && agent != NULL && e->time_ns < agent->begin_ns) {
		return LEDGER_NOTHING; // it was resumed since
	}
	bool known = agents_remove(&l->agents, id);
	if (id != 0) {
		tool_calls_end_actor(&l->calls, id);
	}
	bool behind = l->agent_in_background;
	l->agent_model_open = l->agent_in_background = false;
	if (known || behind) {
		l->agent_end_ns = e->time_ns;
	}
	if (behind) {
		l->model.end_ns = later(l->model.end_ns, e->time_ns); // the main may be reported
		l->model.next = EVENT_NEXT_UNKNOWN;
	}
	return LEDGER_CHANGED;
}

/* ---- what it wants from its user */

enum ledger_effect ledger_enter_attention(struct ledger *l, const struct event *e)
{
	if (e->attention == EVENT_ATTENTION_IDLE) { // it has been waiting for a prompt for a while
		bool runs = ledger_has_agents(l) || tool_calls_last(&l->calls) != NULL ||
			    l->compacts;
		return l->turn.open && !runs ? LEDGER_ENDED : LEDGER_CHANGED;
	}
	if (ledger_is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	bool proves_work = !e->is_vague ||
			   (!l->turn.open && tool_calls_asking(&l->calls) ==
						     NULL); // one without a call may come late
	if (e->actor != EVENT_BY_AGENT && proves_work) {
		ledger_open_by_work(l, e);
	}
	tool_calls_ask(&l->calls, e);
	return LEDGER_CHANGED;
}
