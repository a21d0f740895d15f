/* Subagents: those known to the ledger, by id, and those whose whole run is reported in one event.
 * Without ids, the tool call that runs a subagent is all there is. */
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_spans_parts.h"

/* ---- which there are */

/* The last one under that id. */
static struct span_item *find_agent(const struct session_spans *s, uint64_t agent)
{
	for (unsigned i = s->agents.count; i > 0; i--) {
		if (agent != 0 && s->agents.all[i - 1].agent == agent) {
			return &s->agents.all[i - 1];
		}
	}
	return NULL;
}

static struct span_item *add_agent(
	struct session_spans *s, uint64_t agent, int64_t begin_ns, struct moment now)
{
	const uint64_t parts[4] = {agent, (uint64_t)begin_ns, ++s->number};
	struct span_item *item = session_spans_add(
		s, &s->agents, SESSION_SPAN_AGENT, SPAN_AGENTS, now);
	item->id = session_spans_id(s, parts);
	item->agent = agent;
	item->actor = EVENT_BY_AGENT;
	item->begin_ns = begin_ns;
	item->turn = session_spans_turn_at(s, begin_ns);
	return item;
}

static void note_names(struct span_item *item, const struct event *e)
{
	session_spans_set_text(&item->agent_id, e->agent_id, SESSION_SPAN_NAME_BYTES);
	session_spans_set_text(&item->name, e->agent_type, SESSION_SPAN_NAME_BYTES);
}

/* ---- how it ended */

/* e reports its end. */
static enum session_outcome outcome_of(const struct event *e)
{
	static const uint8_t outcomes[] = {
		[EVENT_RESULT_OK] = SESSION_OUTCOME_OK,
		[EVENT_RESULT_ERROR] = SESSION_OUTCOME_ERROR,
		[EVENT_RESULT_STOPPED] = SESSION_OUTCOME_INTERRUPTED,
		[EVENT_RESULT_REFUSED] = SESSION_OUTCOME_INTERRUPTED,
	};
	if (e->result != EVENT_RESULT_UNTOLD) {
		return (enum session_outcome)outcomes[e->result];
	}
	if (e->by_user) {
		return SESSION_OUTCOME_INTERRUPTED;
	}
	return e->failed ? SESSION_OUTCOME_ERROR : SESSION_OUTCOME_OK;
}

/* e reports the end of that subagent, not just the ledger's inference. */
static bool tells_end(const struct event *e, uint64_t agent)
{
	bool ends = e->kind == EVENT_AGENT_END || e->kind == EVENT_AGENT_RUN ||
		    e->kind == EVENT_MODEL_END || (e->kind == EVENT_TURN_END && !e->is_top_level);
	return ends && tool_calls_hash(e->agent_id) == agent;
}

static void end_agent(struct session_spans *s, struct span_item *item, const struct event *e,
	enum session_outcome outcome, struct moment now)
{
	item->is_early = false;
	item->end_told = e != NULL && tells_end(e, item->agent);
	session_spans_close(s, item, SESSION_SPAN_AGENT, item->end_told ? outcome_of(e) : outcome,
		e != NULL ? session_spans_time(e, now) : s->w->ledger.turn.end_ns, now);
}

/* ---- what the ledger knows */

static void follow_running(struct session_spans *s, const struct event *e, struct moment now)
{
	const struct agents *running = &s->w->ledger.agents;
	for (unsigned i = 0; i < running->count; i++) {
		const struct agent *agent = &running->all[i];
		struct span_item *item = find_agent(s, agent->id);
		if (item == NULL || item->end_ns != 0) {
			int64_t known_ns = e != NULL ? session_spans_time(e, now) : now.ns;
			int64_t begin_ns = agent->begin_ns != 0 && agent->begin_ns < known_ns
						   ? agent->begin_ns
						   : known_ns;
			item = add_agent(s, agent->id, begin_ns, now);
		}
		item->is_early = false;
		item->seen = true;
	}
}

static void follow_ledger(struct session_spans *s, const struct event *e,
	enum session_outcome outcome, struct moment now)
{
	for (unsigned i = 0; i < s->agents.count; i++) {
		s->agents.all[i].seen = s->agents.all[i].is_early;
	}
	follow_running(s, e, now);
	for (unsigned i = 0; i < s->agents.count; i++) {
		struct span_item *item = &s->agents.all[i];
		if (item->end_ns == 0 && !item->seen) {
			end_agent(s, item, e, outcome, now);
		}
	}
}

/* ---- what one event reports */

/* A later report of one already reported: when and how it really ended. */
static void correct_agent(
	struct session_spans *s, struct span_item *item, const struct event *e, struct moment now)
{
	if (!item->end_told) {
		item->end_ns = session_spans_time(e, now);
		item->outcome = outcome_of(e);
		item->end_told = true;
	}
	session_spans_tell(s, item, SESSION_SPAN_AGENT, now);
}

/* Whether hooks or logs have already reported what e repeats. */
static bool is_told_better(const struct session_spans *s, const struct event *e)
{
	const struct ledger *l = &s->w->ledger;
	bool repeats = e->source == EVENT_FROM_TRACES && l->client.has_logs &&
		       e->assistant->spans_repeat_logs;
	return repeats || (e->agent_id.size == 0 && ledger_hooks_tell(l, EVENT_AGENT_BEGIN));
}

static void enter_end(struct session_spans *s, const struct event *e, struct moment now)
{
	uint64_t agent = tool_calls_hash(e->agent_id);
	int64_t end_ns = session_spans_time(e, now), begin_ns = begin_of(e);
	struct span_item *item = find_agent(s, agent);
	bool is_over = item != NULL && item->end_ns != 0;
	bool is_same = is_over && begin_ns <= item->end_ns + SPAN_SLACK_NS;
	if (item != NULL && !is_over && item->is_early) {
		end_agent(s, item, e, SESSION_OUTCOME_UNKNOWN, now);
	} else if (is_same && !is_hook(e)) {
		correct_agent(s, item, e, now);
	} else if ((item == NULL || (is_over && !is_same)) && begin_ns < end_ns &&
		   !is_told_better(s, e)) {
		item = add_agent(s, agent, begin_ns, now);
		note_names(item, e);
		end_agent(s, item, e, SESSION_OUTCOME_UNKNOWN, now);
	}
}

static void note_running(struct session_spans *s, const struct event *e)
{
	struct span_item *item = find_agent(s, tool_calls_hash(e->agent_id));
	if (item != NULL && item->end_ns == 0) {
		note_names(item, e);
	}
}

void session_spans_follow_agents(struct session_spans *s, const struct event *e,
	enum session_outcome outcome, struct moment now)
{
	bool by_agent = e != NULL && e->actor == EVENT_BY_AGENT;
	if (by_agent) {
		note_running(s, e);
	}
	if (s->agents.count > 0 || s->w->ledger.agents.count > 0) {
		follow_ledger(s, e, outcome, now);
	}
	if (!by_agent) {
		return;
	}
	note_running(s, e); // it may have begun only now
	if (e->kind == EVENT_AGENT_END || e->kind == EVENT_AGENT_RUN ||
		(e->kind == EVENT_TURN_END && !e->is_top_level)) {
		enter_end(s, e, now);
	}
}

void session_spans_take_agent(struct session_spans *s, const struct session_spans *child,
	uint64_t agent, struct moment now)
{
	const struct span_turn *turn = &child->turn;
	const struct span_item *known = find_agent(s, agent);
	if (turn->number == 0 || (known != NULL && known->end_ns == 0)) {
		return;
	}
	struct span_item *item = add_agent(s, agent, turn->from_ns, now);
	session_spans_set_text(
		&item->agent_id, str_from(child->w->session.id), SESSION_SPAN_NAME_BYTES);
	if (turn->told && !turn->goes_on) {
		bool limit = turn->outcome == SESSION_OUTCOME_LIMIT;
		item->end_told = true;
		session_spans_close(s, item, SESSION_SPAN_AGENT,
			limit ? SESSION_OUTCOME_ERROR : turn->outcome, turn->end_ns, now);
	} else {
		item->is_early = true;
	}
}
