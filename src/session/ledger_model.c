/* The main agent's model calls, and those of subagents and side calls that look like them. */
#include "session/ledger_parts.h"

/* ---- what two sources say of one model call */

static enum event_next find_hint(const struct ledger *l, uint64_t request_hash)
{
	for (unsigned i = 0; i < LEDGER_HINTS; i++) {
		if (l->hints[i].request_hash == request_hash) {
			return l->hints[i].next;
		}
	}
	return EVENT_NEXT_UNKNOWN;
}

void ledger_add_hint(struct ledger *l, const struct event *e)
{
	if (e->request_id.size == 0 || e->next == EVENT_NEXT_UNKNOWN) {
		return;
	}
	uint64_t hash = str_hash(e->request_id);
	l->hints[l->next_hint++ % LEDGER_HINTS] = (struct ledger_hint){hash, e->next};
	if (hash == l->model.request) {
		l->model.next = e->next;
	}
}

/* ---- calls */

enum ledger_effect ledger_enter_model_begin(struct ledger *l, const struct event *e)
{
	if (e->actor == EVENT_BY_AGENT) {
		struct agent *agent = agents_find(&l->agents, tool_calls_hash(e->agent_id));
		if (agent != NULL) {
			agent->asks = false;
		}
		return LEDGER_NOTHING;
	}
	if (e->actor != EVENT_BY_MAIN || ledger_is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
	bool newer_is_open = l->model.open && e->time_ns < l->model.since_ns;
	if (e->time_ns >= l->model.end_ns && !newer_is_open) {
		ledger_open_model(l, e->time_ns);
		l->model.streams = true;
	}
	return LEDGER_CHANGED;
}

/* For clients that do not mark side calls: calls of the small model next to a big one. */
static bool is_small_side_call(struct ledger *l, const struct event *e)
{
	bool big = !e->by_small_model && e->model.size > 0;
	l->client.big_model_seen = l->client.big_model_seen || big;
	return e->by_small_model && l->client.big_model_seen;
}

/* The answer of a subagent that has a conversation of its own. */
static enum ledger_effect end_own_call(struct ledger *l, const struct event *e)
{
	struct agent *agent = agents_find(&l->agents, tool_calls_hash(e->agent_id));
	bool over = agent != NULL && e->assistant->tells_asks && !agent->asks && !e->failed &&
		    !ledger_hooks_tell(l, EVENT_AGENT_BEGIN) &&
		    !ledger_hooks_tell(l, EVENT_AGENT_END);
	if (!over) {
		return LEDGER_NOTHING;
	}
	agents_remove(&l->agents, agent->id);
	l->agent_end_ns = e->time_ns;
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_agent_call(struct ledger *l, const struct event *e)
{
	if (!l->turn.open || ledger_is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	if (e->assistant->agents_converse) {
		return end_own_call(l, e);
	}
	if (ledger_hooks_tell_work(l)) {
		return LEDGER_NOTHING; // hooks name the running subagents
	}
	int64_t begin = begin_of(e);
	l->agent_model_open = false;
	/* the tool that seemed to go back to the main model was the subagent's own */
	int64_t gap = begin - l->model.since_ns;
	bool runs = tool_calls_run_agent(&l->calls);
	if (l->model.open && l->model.end_ns != 0 && gap > -LEDGER_SLACK_NS &&
		gap < LEDGER_FOLLOW_UP_NS && !runs) {
		l->model.open = false;
	}
	if (!runs && l->agent_call_end_ns != 0 && begin > l->agent_call_end_ns) {
		l->agent_in_background = true;
	}
	if (e->failed && e->is_final && l->agent_in_background) {
		l->agent_in_background = false; // it gave up
		l->agent_end_ns = e->time_ns;
	}
	return LEDGER_CHANGED;
}

/* The call that asked for a tool may end, or be reported, after that tool; then the model is
 * already called again, and this end is not that call's. */
static bool answers_open_call(const struct ledger *l, const struct event *e)
{
	int64_t begin = begin_of(e);
	int64_t slack = e->actor == EVENT_BY_UNKNOWN ? 0 : (e->time_ns - begin) / 2;
	slack = slack < LEDGER_SLACK_NS ? slack : LEDGER_SLACK_NS;
	return !l->model.open || begin + slack >= l->model.since_ns;
}

static enum event_next next_of(const struct ledger *l, const struct event *e, uint64_t request)
{
	if (e->next != EVENT_NEXT_UNKNOWN) {
		return e->next;
	}
	if (l->model.open && l->model.streams && e->assistant->tells_asks && !e->failed) {
		return l->model.asks ? EVENT_NEXT_TOOL : EVENT_NEXT_USER;
	}
	enum event_next hint = request != 0 ? find_hint(l, request) : EVENT_NEXT_UNKNOWN;
	bool text_comes = hint == EVENT_NEXT_UNKNOWN && l->client.tells_text;
	return text_comes ? EVENT_NEXT_TOOL : hint; // until its text comes
}

static void note_failure(struct ledger *l, const struct event *e)
{
	l->turn.failed = e->failed;
	l->turn.broke_off = e->failed && e->is_final;
	l->turn.end_attention = e->failed ? e->attention : EVENT_ATTENTION_NONE;
}

static void close_model(struct ledger *l, const struct event *e)
{
	uint64_t request = tool_calls_hash(e->request_id);
	bool served = l->model.served && tool_calls_last(&l->calls) == NULL;
	note_failure(l, e);
	l->model = (struct ledger_model){
		.since_ns = l->model.since_ns,
		.begin_ns = begin_of(e),
		.end_ns = e->time_ns,
		.request = request,
		.next = next_of(l, e, request),
	};
	if (served) {
		ledger_open_model(l, e->time_ns); // with what its tool has given
	}
}

/* For versions that do not say on whose behalf a call was made. False if for no subagent's. */
static bool note_unknown_call(struct ledger *l)
{
	if (!l->turn.open) {
		l->client.waited_for_prompt = true;
		return false;
	}
	/* in batch mode the versions that send no query_source send no decisions either */
	l->client.tells_decisions = l->client.told_decision || l->client.waited_for_prompt;
	return true;
}

/* For a turn whose end is already known: its last call shows whether it failed. */
static enum ledger_effect note_last_call(struct ledger *l, const struct event *e)
{
	bool last = !l->turn.open && e->time_ns >= l->model.end_ns &&
		    l->turn.end_ns - e->time_ns < LEDGER_LAST_FAILURE_NS;
	if (!last) {
		return LEDGER_NOTHING;
	}
	l->model.end_ns = e->time_ns;
	note_failure(l, e);
	return LEDGER_CHANGED;
}

enum ledger_effect ledger_enter_model_end(struct ledger *l, const struct event *e)
{
	bool unknown = e->actor == EVENT_BY_UNKNOWN;
	if (e->actor == EVENT_BY_SIDE || (unknown && is_small_side_call(l, e))) {
		return LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_AGENT) {
		return enter_agent_call(l, e);
	}
	if (ledger_is_old_news(l, e)) {
		return note_last_call(l, e);
	}
	if (unknown && e->source == EVENT_FROM_LOGS && !note_unknown_call(l)) {
		return LEDGER_NOTHING;
	}
	if (e->is_retried) {
		if (l->turn.open) {
			note_failure(l, e);
		}
		return LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
	l->client.unattended = e->unattended;
	if (unknown && e->source == EVENT_FROM_TRACES) {
		ledger_add_hint(l, e);
		return LEDGER_CHANGED; // it may have been a side call
	}
	if (e->time_ns >= l->model.end_ns && answers_open_call(l, e)) {
		close_model(l, e);
	}
	return LEDGER_CHANGED;
}

enum ledger_effect ledger_enter_model_text(struct ledger *l, const struct event *e)
{
	l->client.tells_text = true;
	if (!l->turn.open || e->actor != EVENT_BY_MAIN || e->time_ns < l->model.end_ns ||
		l->turn.failed) {
		return LEDGER_NOTHING;
	}
	l->model.next = find_hint(l, l->model.request); // text does not rule out a tool
	return LEDGER_CHANGED;
}

enum ledger_effect ledger_enter_model_asks(struct ledger *l, const struct event *e)
{
	struct agent *agent = agents_find(&l->agents, tool_calls_hash(e->agent_id));
	if (e->actor == EVENT_BY_AGENT) {
		if (agent != NULL) {
			agent->asks = true;
		}
	} else if (l->turn.open && l->model.open && e->time_ns >= l->model.since_ns) {
		l->model.asks = true;
	}
	return LEDGER_NOTHING;
}
