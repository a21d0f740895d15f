#include "session/ledger.h"

#include "session/ledger_parts.h"

/* A client that continues by itself after a reported end does so within this time. */
static const int64_t restart_ns = 2000 * MS_NS;

/* ... and no sooner than this, where it does so by a prompt: measured were 250 to 630 ms. */
static const int64_t own_prompt_ns = 150 * MS_NS;

void ledger_init(struct ledger *l, const struct assistant *assistant)
{
	*l = (struct ledger){.client.tells_decisions = assistant->tells_tool_begin};
}

void ledger_finish(struct ledger *l)
{
	tool_calls_finish(&l->calls);
	agents_finish(&l->agents);
}

/* ---- asking the ledger */

bool ledger_is_old_news(const struct ledger *l, const struct event *e)
{
	if (is_hook(e)) {
		return false;
	}
	if (!l->turn.open && l->turn.end_told && e->assistant->turns_need_prompt) {
		return true;
	}
	int64_t begin = begin_of(e);
	bool by_compaction = !l->turn.open && l->compact_ns != 0 && begin >= l->compact_ns &&
			     (l->compacts || begin <= l->compact_end_ns);
	return by_compaction || (l->turn.end_ns != 0 && begin <= l->turn.end_ns);
}

bool ledger_hooks_tell(const struct ledger *l, enum event_kind kind)
{
	return (l->client.hook_kinds >> kind & 1) != 0;
}

bool ledger_hooks_tell_work(const struct ledger *l)
{
	return ledger_hooks_tell(l, EVENT_PROMPT) || ledger_hooks_tell(l, EVENT_TOOL_BEGIN) ||
	       ledger_hooks_tell(l, EVENT_TURN_END);
}

bool ledger_has_agents(const struct ledger *l)
{
	return l->agents.count > 0 || l->agent_model_open || l->agent_in_background;
}

bool ledger_is_busy(const struct ledger *l)
{
	return l->model.open || tool_calls_last(&l->calls) != NULL || ledger_has_agents(l) ||
	       l->compacts;
}

int64_t ledger_stopped_ns(const struct ledger *l)
{
	for (unsigned i = 0; i < l->calls.count; i++) {
		if (l->calls.all[i].failed_ns != 0) {
			return l->calls.all[i].failed_ns;
		}
	}
	return 0;
}

int64_t ledger_last_work_ns(const struct ledger *l)
{
	int64_t last = later(l->model.end_ns, l->activity_ns);
	return last != 0 ? last : l->turn.begin_ns;
}

int64_t ledger_turn_ms(const struct ledger *l)
{
	int64_t end = l->turn.open ? ledger_last_work_ns(l) : l->turn.end_ns;
	return l->turn.from_ns > 0 && end >= l->turn.from_ns ? (end - l->turn.from_ns) / MS_NS : -1;
}

/* ---- opening and closing */

static void stop_agents(struct ledger *l)
{
	agents_clear(&l->agents);
	l->agent_model_open = l->agent_in_background = false;
}

/* After a reported end: by unrequested work, or by a prompt faster than a person. */
static bool went_on_by_itself(
	const struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt)
{
	int64_t gap_ns = at_ns - l->turn.end_ns;
	bool own_prompt = e->assistant->prompts_itself && gap_ns > own_prompt_ns &&
			  gap_ns < LEDGER_FOLLOW_UP_NS;
	bool own_work = gap_ns < restart_ns;
	return is_hook(e) && l->turn.end_told && (by_prompt ? own_prompt : own_work);
}

void ledger_open_turn(struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt)
{
	bool soon = went_on_by_itself(l, e, at_ns, by_prompt);
	bool same = !by_prompt && l->turns > 0 && (soon || !l->turn.end_told);
	l->client.restarts = l->client.restarts || soon;
	l->turns += same ? 0 : 1;
	l->turn = (struct ledger_turn){
		.open = true,
		.by_prompt = by_prompt,
		.from_ns = same ? l->turn.from_ns : at_ns,
		.begin_ns = at_ns,
		.end_ns = l->turn.end_ns,
		.end_told = l->turn.end_told,
	};
	l->model = (struct ledger_model){0};
	l->agent_model_open = l->agent_in_background = false;
	l->agent_call_end_ns = l->activity_ns = l->refused_ns = 0;
	l->command_runs_on = false;
	tool_calls_end_actor(&l->calls, 0);
}

void ledger_open_by_work(struct ledger *l, const struct event *e)
{
	int64_t begin = begin_of(e);
	if (!l->turn.open) {
		ledger_open_turn(l, e, begin, false);
	}
	l->turn.begin_ns = begin < l->turn.begin_ns ? begin : l->turn.begin_ns;
	l->turn.from_ns = begin < l->turn.from_ns ? begin : l->turn.from_ns;
	if (e->actor == EVENT_BY_AGENT) {
		return;
	}
	if (l->turn.held_ns != 0 && begin > l->turn.held_ns) {
		l->turn.held_ns = 0; // it went on
		l->client.restarts = l->client.restarts || !l->turn.agents_go_on;
		l->turn.agents_go_on = false;
	}
	l->work_ns = later(l->work_ns, begin);
	l->refused_ns = begin > l->refused_ns ? 0 : l->refused_ns;
}

void ledger_open_model(struct ledger *l, int64_t since_ns)
{
	l->model.open = true;
	l->model.since_ns = later(l->model.since_ns, since_ns);
	l->model.streams = l->model.asks = l->model.served = false;
}

void ledger_close(struct ledger *l, int64_t at_ns)
{
	int64_t end = at_ns != 0 ? at_ns : ledger_last_work_ns(l);
	l->turn.end_ns = later(l->turn.end_ns, end);
	l->turn.end_told = at_ns != 0;
	l->turn.open = false;
	if (l->turn.held_ns != 0) {
		l->client.restarts = false; // this time it did not
	}
	l->turn.held_ns = 0;
	l->turn.agents_go_on = false;
	l->model.open = l->compacts = false;
	l->activity_ns = l->refused_ns = 0;
	tool_calls_end_silent(&l->calls);
	stop_agents(l);
}
