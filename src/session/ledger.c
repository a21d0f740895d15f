#include "session/ledger.h"

#define MS_NS INT64_C(1000000)

/* A hook and the telemetry of one prompt lie closer together than two prompts of a person. */
static const int64_t same_prompt_ns = 5000 * MS_NS;

/* A model call whose begin was computed from a duration may seem to begin a little early. */
static const int64_t begin_slack_ns = 25 * MS_NS;

/* The next call of a subagent begins so soon after its tool has ended; and so soon after the end of
 * a subagent its client asks itself to go on. */
static const int64_t follow_up_ns = 1000 * MS_NS;

/* A client that goes on by itself after an end that it told does so within this time. */
static const int64_t restart_ns = 2000 * MS_NS;

/* ... and no sooner than this, where it does so by a prompt: measured were 250 to 630 ms. */
static const int64_t own_prompt_ns = 150 * MS_NS;

/* What failed so shortly before the end of a turn is why it ended. */
static const int64_t last_failure_ns = 1000 * MS_NS;

/* The calls of one answer are told together: a call that begins so long after another one asked for
 * leave is of a later answer. */
static const int64_t later_answer_ns = 2000 * MS_NS;

void ledger_init(struct ledger *l, const struct tool *tool)
{
	*l = (struct ledger){.client.tells_decisions = tool->tells_tool_begin};
}

void ledger_finish(struct ledger *l)
{
	calls_finish(&l->calls);
	agents_finish(&l->agents);
}

static bool is_hook(const struct event *e)
{
	return e->source == EVENT_FROM_HOOK;
}

static int64_t begin_of(const struct event *e)
{
	return e->begin_ns > 0 && e->begin_ns < e->time_ns ? e->begin_ns : e->time_ns;
}

/* It began before the last turn ended, so it is part of that; or it comes after it and is no turn.
 * Hooks tell what happens as it happens. */
static bool is_old_news(const struct ledger *l, const struct event *e)
{
	if (is_hook(e)) {
		return false;
	}
	if (!l->turn.open && l->turn.end_told && e->tool->turns_need_prompt) {
		return true;
	}
	return l->turn.end_ns != 0 && begin_of(e) <= l->turn.end_ns;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

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

static void add_hint(struct ledger *l, const struct event *e)
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

/* ---- asking the ledger */

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
	return l->model.open || calls_last(&l->calls) != NULL || ledger_has_agents(l) ||
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

/* ---- the turn */

static void stop_agents(struct ledger *l)
{
	agents_clear(&l->agents);
	l->agent_model_open = l->agent_in_background = false;
}

/* After an end that it told: by work, which nobody asked for, or by a prompt that comes sooner than
 * a person's. */
static bool went_on_by_itself(
	const struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt)
{
	int64_t gap_ns = at_ns - l->turn.end_ns;
	bool own_prompt = e->tool->prompts_itself && gap_ns > own_prompt_ns &&
			  gap_ns < follow_up_ns;
	bool own_work = gap_ns < restart_ns;
	return is_hook(e) && l->turn.end_told && (by_prompt ? own_prompt : own_work);
}

/* Subagents outlive the turn that began them: only an end that was told, or a list, stops them. */
static void open_turn(struct ledger *l, const struct event *e, int64_t at_ns, bool by_prompt)
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
	calls_end_actor(&l->calls, 0);
}

static void open_by_work(struct ledger *l, const struct event *e)
{
	int64_t begin = begin_of(e);
	if (!l->turn.open) {
		open_turn(l, e, begin, false);
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

static void open_model(struct ledger *l, int64_t since_ns)
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
	calls_end_all(&l->calls);
	stop_agents(l);
}

/* The prompt that opened the turn, told by the other of hook and telemetry. */
static bool is_same_prompt(const struct ledger *l, const struct event *e)
{
	const struct ledger_turn *turn = &l->turn;
	bool told_by_other = is_hook(e) ? turn->prompt_by_logs : turn->prompt_by_hook;
	bool told_by_own = is_hook(e) ? turn->prompt_by_hook : turn->prompt_by_logs;
	int64_t gap = e->time_ns - turn->begin_ns;
	return turn->open && told_by_other && !told_by_own && gap < same_prompt_ns &&
	       gap > -same_prompt_ns;
}

static uint64_t turn_hash(const struct event *e)
{
	return is_hook(e) ? calls_hash(e->turn_id) : 0;
}

static void note_prompt(struct ledger *l, const struct event *e)
{
	l->turn.id = turn_hash(e) != 0 ? turn_hash(e) : l->turn.id;
	l->turn.prompt_by_hook = l->turn.prompt_by_hook || is_hook(e);
	l->turn.prompt_by_logs = l->turn.prompt_by_logs || e->source == EVENT_FROM_LOGS;
}

/* Not a person: the client, which tells itself that a subagent has come back, or the next call of a
 * turn whose hook runs before each. */
static bool is_own_prompt(const struct ledger *l, const struct event *e)
{
	if (!l->turn.open) {
		return false;
	}
	bool same_turn = turn_hash(e) != 0 && turn_hash(e) == l->turn.id;
	int64_t since_agent = e->time_ns - l->agent_end_ns;
	bool came_back = l->agent_end_ns != 0 && since_agent >= 0 && since_agent < follow_up_ns;
	return same_turn || came_back;
}

static enum ledger_effect enter_prompt(struct ledger *l, const struct event *e)
{
	if (is_same_prompt(l, e)) {
		note_prompt(l, e);
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
		open_model(l, e->time_ns);
		return LEDGER_CHANGED;
	}
	if (l->turn.open && !l->turn.by_prompt && e->time_ns <= l->turn.begin_ns + begin_slack_ns) {
		l->turn.by_prompt = true; // its work was told first
		l->turn.begin_ns = e->time_ns;
		note_prompt(l, e);
		return LEDGER_CHANGED;
	}
	if (l->turn.open && (l->turn.held_ns != 0 || !ledger_is_busy(l))) {
		if (!is_hook(e)) {
			return LEDGER_NEW_TURN;
		}
		l->turn.end_told = l->turn.held_ns != 0;
		l->turn.end_ns = later(l->turn.end_ns, l->turn.held_ns);
		l->turn.open = false; // told as it happens: no end was missed, it only went on
	}
	open_turn(l, e, e->time_ns, true);
	note_prompt(l, e);
	l->work_ns = l->model.since_ns = e->time_ns;
	open_model(l, e->time_ns);
	return LEDGER_CHANGED;
}

/* ---- the model */

static enum ledger_effect enter_model_begin(struct ledger *l, const struct event *e)
{
	if (e->actor == EVENT_BY_AGENT) {
		struct agent *agent = agents_find(&l->agents, calls_hash(e->agent_id));
		if (agent != NULL) {
			agent->asks = false;
		}
		return LEDGER_NOTHING;
	}
	if (e->actor != EVENT_BY_MAIN || is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	bool newer_is_open = l->model.open && e->time_ns < l->model.since_ns;
	if (e->time_ns >= l->model.end_ns && !newer_is_open) {
		open_model(l, e->time_ns);
		l->model.streams = true;
	}
	return LEDGER_CHANGED;
}

/* Of a client that does not tell side calls apart: calls of the small model beside a big one. */
static bool is_small_side_call(struct ledger *l, const struct event *e)
{
	bool small = str_contains(e->model, STR("haiku"));
	l->client.big_model_seen = l->client.big_model_seen || (!small && e->model.size > 0);
	return small && l->client.big_model_seen;
}

/* The answer of a subagent that has a conversation of its own. */
static enum ledger_effect end_own_call(struct ledger *l, const struct event *e)
{
	struct agent *agent = agents_find(&l->agents, calls_hash(e->agent_id));
	bool over = agent != NULL && e->tool->tells_asks && !agent->asks && !e->failed &&
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
	if (!l->turn.open || is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	if (e->tool->agents_converse) {
		return end_own_call(l, e);
	}
	if (ledger_hooks_tell_work(l)) {
		return LEDGER_NOTHING; // hooks name the subagents that run
	}
	int64_t begin = begin_of(e);
	l->agent_model_open = false;
	/* the tool that seemed to go back to the main model was the subagent's own */
	int64_t gap = begin - l->model.since_ns;
	bool runs = calls_run_agent(&l->calls);
	if (l->model.open && l->model.end_ns != 0 && gap > -begin_slack_ns && gap < follow_up_ns &&
		!runs) {
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

/* The call that asked for a tool may end, or be told, after the tool it asked for; then the model
 * is asked again already, and this end is not the answer to it. */
static bool answers_open_call(const struct ledger *l, const struct event *e)
{
	int64_t begin = begin_of(e);
	int64_t slack = e->actor == EVENT_BY_UNKNOWN ? 0 : (e->time_ns - begin) / 2;
	slack = slack < begin_slack_ns ? slack : begin_slack_ns;
	return !l->model.open || begin + slack >= l->model.since_ns;
}

static enum event_next next_of(const struct ledger *l, const struct event *e, uint64_t request)
{
	if (e->next != EVENT_NEXT_UNKNOWN) {
		return e->next;
	}
	if (l->model.open && l->model.streams && e->tool->tells_asks && !e->failed) {
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
	l->turn.end_wish = e->failed ? e->wish : EVENT_WISH_NONE;
}

static void close_model(struct ledger *l, const struct event *e)
{
	uint64_t request = calls_hash(e->request_id);
	bool served = l->model.served && calls_last(&l->calls) == NULL;
	note_failure(l, e);
	l->model = (struct ledger_model){
		.since_ns = l->model.since_ns,
		.begin_ns = begin_of(e),
		.end_ns = e->time_ns,
		.request = request,
		.next = next_of(l, e, request),
	};
	if (served) {
		open_model(l, e->time_ns); // with what its tool has given
	}
}

/* Of versions that do not say on whose behalf a call was made. False if it was on nobody's. */
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

/* Of a turn whose end is known already: its last call tells whether it failed. */
static enum ledger_effect note_last_call(struct ledger *l, const struct event *e)
{
	bool last = !l->turn.open && e->time_ns >= l->model.end_ns &&
		    l->turn.end_ns - e->time_ns < last_failure_ns;
	if (!last) {
		return LEDGER_NOTHING;
	}
	l->model.end_ns = e->time_ns;
	note_failure(l, e);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_end(struct ledger *l, const struct event *e)
{
	bool unknown = e->actor == EVENT_BY_UNKNOWN;
	if (e->actor == EVENT_BY_SIDE || (unknown && is_small_side_call(l, e))) {
		return LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_AGENT) {
		return enter_agent_call(l, e);
	}
	if (is_old_news(l, e)) {
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
	open_by_work(l, e);
	l->client.unattended = e->unattended;
	if (unknown && e->source == EVENT_FROM_TRACES) {
		add_hint(l, e);
		return LEDGER_CHANGED; // it may have been a side call
	}
	if (e->time_ns >= l->model.end_ns && answers_open_call(l, e)) {
		close_model(l, e);
	}
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_text(struct ledger *l, const struct event *e)
{
	l->client.tells_text = true;
	if (!l->turn.open || e->actor != EVENT_BY_MAIN || e->time_ns < l->model.end_ns ||
		l->turn.failed) {
		return LEDGER_NOTHING;
	}
	l->model.next = find_hint(l, l->model.request); // text does not rule out a tool
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_asks(struct ledger *l, const struct event *e)
{
	struct agent *agent = agents_find(&l->agents, calls_hash(e->agent_id));
	if (e->actor == EVENT_BY_AGENT) {
		if (agent != NULL) {
			agent->asks = true;
		}
	} else if (l->turn.open && l->model.open && e->time_ns >= l->model.since_ns) {
		l->model.asks = true;
	}
	return LEDGER_NOTHING;
}

/* ---- tools */

static enum ledger_effect enter_tool_begin(struct ledger *l, const struct event *e)
{
	bool by_agent = e->actor == EVENT_BY_AGENT;
	l->client.told_decision = l->client.tells_decisions = true;
	bool beside = by_agent && !l->turn.open && l->turns > 0; // the main agent has come back
	if (is_old_news(l, e) || beside) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	if (by_agent && e->agent_id.size > 0 && is_hook(e)) {
		agents_add(&l->agents, calls_hash(e->agent_id));
	}
	calls_begin(&l->calls, e);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_tool_end(struct ledger *l, const struct event *e)
{
	bool known_agent = e->actor == EVENT_BY_AGENT && e->agent_id.size > 0;
	bool was_open = calls_end(&l->calls, e);
	if (known_agent || (!was_open && is_old_news(l, e))) {
		return was_open ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	open_by_work(l, e);
	l->command_runs_on = e->runs_on;
	if (e->is_agent_tool) {
		l->agent_call_end_ns = e->time_ns;
		l->agent_model_open = calls_run_agent(&l->calls) && !ledger_hooks_tell_work(l);
	}
	bool by_agent = e->actor == EVENT_BY_AGENT ||
			(calls_run_agent(&l->calls) && !e->is_agent_tool && !is_hook(e));
	if (by_agent) {
		l->agent_model_open = true;
	} else if (l->model.open && l->model.streams && e->tool->tells_asks) {
		l->model.served = true; // it ran while the answer that asked for it still came in
	} else if (e->time_ns > l->model.begin_ns && calls_last(&l->calls) == NULL) {
		open_model(l, e->time_ns);
	}
	return LEDGER_CHANGED;
}

/* A refusal by its user ends the turn, unless the user said what to do instead: then work begins
 * right after it, which may be told with it, or have been told before it. */
static enum ledger_effect enter_tool_reject(struct ledger *l, const struct event *e)
{
	bool was_open = calls_end(&l->calls, e);
	if (is_old_news(l, e)) {
		return was_open ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_AGENT) {
		return LEDGER_CHANGED;
	}
	bool went_on = l->turn.open && l->work_ns > e->time_ns;
	open_by_work(l, e);
	if (e->by_user && is_hook(e)) {
		return LEDGER_INTERRUPTED;
	}
	if (e->by_user && !went_on) {
		l->model.open = false;
		l->refused_ns = e->time_ns;
	} else if (!went_on) {
		open_model(l, e->time_ns);
	}
	return LEDGER_CHANGED;
}

/* ---- subagents */

static enum ledger_effect enter_agent_begin(struct ledger *l, const struct event *e)
{
	if (is_old_news(l, e) || (!is_hook(e) && ledger_hooks_tell(l, EVENT_AGENT_BEGIN))) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	agents_add(&l->agents, calls_hash(e->agent_id));
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_agent_end(struct ledger *l, const struct event *e)
{
	uint64_t id = calls_hash(e->agent_id);
	bool known = agents_remove(&l->agents, id);
	if (id != 0) {
		calls_end_actor(&l->calls, id);
	}
	bool behind = l->agent_in_background;
	l->agent_model_open = l->agent_in_background = false;
	if (known || behind) {
		l->agent_end_ns = e->time_ns;
	}
	if (behind) {
		l->model.end_ns = later(l->model.end_ns, e->time_ns); // the main model may be told
		l->model.next = EVENT_NEXT_UNKNOWN;
	}
	return LEDGER_CHANGED;
}

/* ---- the end of the turn */

/* A client that has gone on by itself before may do so again; one that a hook has sent on once in
 * this turn has had its way. */
static bool may_restart(const struct ledger *l, const struct event *e)
{
	return is_hook(e) && l->client.restarts && !e->continues && !e->failed;
}

static bool is_nested(const struct ledger *l, const struct event *e)
{
	return e->may_be_nested &&
	       (!l->turn.open || begin_of(e) > l->turn.begin_ns + begin_slack_ns);
}

static void note_tasks(struct ledger *l, const struct event *e)
{
	if (e->tasks != NULL) {
		l->background = e->tasks->background;
		agents_replace(&l->agents, e->tasks);
	}
}

/* The main agent has come back, and may be brought back to work. */
static enum ledger_effect hold_end(struct ledger *l, const struct event *e, bool agents_go_on)
{
	l->turn.held_ns = e->time_ns;
	l->turn.agents_go_on = agents_go_on;
	l->model.open = false;
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_turn_end(struct ledger *l, const struct event *e)
{
	if (!e->is_top_level) {
		return enter_agent_end(l, e);
	}
	bool old = e->time_ns <= l->turn.end_ns || e->time_ns < l->work_ns || l->turn.held_ns != 0;
	if (is_nested(l, e) || (!is_hook(e) && old)) {
		return LEDGER_NOTHING; // work has begun since, or the client's own word is held
	}
	note_tasks(l, e);
	if (!l->turn.open && l->turns > 0 && is_hook(e)) {
		ledger_close(l, e->time_ns); // it looked over already
		return LEDGER_CHANGED;
	}
	if (!l->turn.open) {
		if (!e->proves_work || is_old_news(l, e)) {
			return LEDGER_NOTHING;
		}
		open_turn(l, e, begin_of(e), true);
	}
	if (l->turn.begin_ns > e->time_ns) {
		return LEDGER_NOTHING; // of the turn before
	}
	bool tool_open = !is_hook(e) && ledger_hooks_tell_work(l) && calls_last(&l->calls) != NULL;
	if (e->by_user || tool_open) {
		return LEDGER_INTERRUPTED; // no hook tells the end of what its user stopped
	}
	if (e->failed) {
		l->turn.failed = true;
		l->turn.end_wish = e->wish;
	} else if (is_hook(e) && e->time_ns - l->model.end_ns > last_failure_ns) {
		l->turn.failed = false; // it was tried again since
	}
	calls_end_actor(&l->calls, 0);
	if (ledger_has_agents(l) && !e->failed) {
		return hold_end(l, e, true);
	}
	return may_restart(l, e) ? hold_end(l, e, false) : LEDGER_ENDED;
}

/* ---- what it wants from its user */

static enum ledger_effect enter_wish(struct ledger *l, const struct event *e)
{
	if (e->wish == EVENT_WISH_IDLE) { // it has been waiting for a prompt for a while
		bool runs = ledger_has_agents(l) || calls_last(&l->calls) != NULL;
		l->compacts = l->compacts && l->turn.open;
		return l->turn.open && !runs ? LEDGER_ENDED : LEDGER_CHANGED;
	}
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	if (e->actor != EVENT_BY_AGENT) {
		open_by_work(l, e);
	}
	calls_ask(&l->calls, e);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_answered(struct ledger *l, const struct event *e)
{
	(void)l;
	(void)e;
	return LEDGER_CHANGED; // by what every event says of wishes
}

/* ---- the rest */

static enum ledger_effect enter_activity(struct ledger *l, const struct event *e)
{
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	l->activity_ns = later(l->activity_ns, e->time_ns);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_compact_begin(struct ledger *l, const struct event *e)
{
	l->compacts = true;
	l->compact_ns = e->time_ns;
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_compact_end(struct ledger *l, const struct event *e)
{
	l->compacts = l->compacts && e->time_ns < l->compact_ns;
	return LEDGER_CHANGED;
}

typedef enum ledger_effect enter_function(struct ledger *l, const struct event *e);

static enter_function *const enter[EVENT_KIND_COUNT] = {
	[EVENT_PROMPT] = enter_prompt,
	[EVENT_MODEL_BEGIN] = enter_model_begin,
	[EVENT_MODEL_TEXT] = enter_model_text,
	[EVENT_MODEL_ASKS] = enter_model_asks,
	[EVENT_MODEL_END] = enter_model_end,
	[EVENT_TOOL_BEGIN] = enter_tool_begin,
	[EVENT_TOOL_END] = enter_tool_end,
	[EVENT_TOOL_REJECT] = enter_tool_reject,
	[EVENT_AGENT_BEGIN] = enter_agent_begin,
	[EVENT_AGENT_END] = enter_agent_end,
	[EVENT_TURN_END] = enter_turn_end,
	[EVENT_ACTIVITY] = enter_activity,
	[EVENT_ASKS] = enter_wish,
	[EVENT_ANSWERED] = enter_answered,
	[EVENT_COMPACT_BEGIN] = enter_compact_begin,
	[EVENT_COMPACT_END] = enter_compact_end,
};

/* What e says of the wishes that are open, whatever else it says. True if one was answered. */
static bool answer_wishes(struct ledger *l, const struct event *e)
{
	uint64_t actor = calls_hash(e->agent_id);
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	bool by_agent = e->actor == EVENT_BY_AGENT && actor != 0;
	switch (e->kind) {
	case EVENT_PROMPT: return calls_go_on(&l->calls, 0, e->time_ns, true);
	case EVENT_MODEL_BEGIN:
	case EVENT_MODEL_END:
		return (by_main || by_agent) && calls_go_on(&l->calls, actor, begin_of(e), true);
	case EVENT_TOOL_BEGIN:
		if (!is_hook(e)) {
			return calls_answer(&l->calls, e);
		}
		return calls_only_wait(&l->calls, actor) &&
		       calls_go_on(&l->calls, actor, e->time_ns - later_answer_ns, true);
	case EVENT_TOOL_END: {
		bool answered = calls_answer(&l->calls, e);
		return (is_hook(e) && calls_go_on(&l->calls, actor, e->time_ns, false)) || answered;
	}
	case EVENT_TOOL_REJECT:
	case EVENT_ANSWERED: return calls_answer(&l->calls, e);
	default: return false;
	}
}

/* With hooks, a tool that failed and of which no hook told was stopped by its user: a hook runs
 * after every other failure, and is here before the telemetry. */
static void note_failed_call(struct ledger *l, const struct event *e)
{
	struct call *call = e->call_id.size > 0 ? calls_find(&l->calls, e) : NULL;
	if (call != NULL && call->agent == 0 && e->failed && e->tells_failures) {
		call->failed_ns = e->time_ns;
	}
}

/* Hooks come at once and lose nothing: what they tell is not taken from telemetry as well. The
 * kinds that they tell are known from the first of them. */
static bool is_told_by_hooks(const struct ledger *l, const struct event *e)
{
	bool tool = e->kind == EVENT_TOOL_BEGIN || e->kind == EVENT_TOOL_END;
	return !is_hook(e) && tool && ledger_hooks_tell(l, EVENT_TOOL_BEGIN);
}

/* Whatever the main agent does next shows that compacting is over. */
static bool ends_compaction(const struct event *e)
{
	static const unsigned kinds = 1u << EVENT_PROMPT | 1u << EVENT_MODEL_BEGIN |
				      1u << EVENT_TOOL_BEGIN | 1u << EVENT_TOOL_END |
				      1u << EVENT_TURN_END;
	return is_hook(e) && e->actor == EVENT_BY_MAIN && (kinds >> e->kind & 1) != 0;
}

static void note_client(struct ledger *l, const struct event *e)
{
	struct ledger_client *client = &l->client;
	client->tells_text = client->tells_text || e->tells_text;
	if (e->leave != EVENT_LEAVE_UNTOLD) {
		client->leave_given = e->leave == EVENT_LEAVE_GIVEN;
	}
	client->has_logs = client->has_logs || e->source == EVENT_FROM_LOGS;
	client->hook_kinds |= is_hook(e) ? 1u << e->kind : 0;
}

enum ledger_effect ledger_enter(struct ledger *l, const struct event *e)
{
	if (enter[e->kind] == NULL) {
		note_client(l, e);
		return LEDGER_NOTHING;
	}
	bool answered = answer_wishes(l, e);
	note_client(l, e);
	l->compacts = l->compacts && !ends_compaction(e);
	if (is_told_by_hooks(l, e)) {
		if (e->kind == EVENT_TOOL_END) {
			note_failed_call(l, e);
		}
		return LEDGER_CHANGED;
	}
	if (e->source == EVENT_FROM_TRACES && l->client.has_logs && e->tool->spans_repeat_logs &&
		e->kind != EVENT_TURN_END) {
		add_hint(l, e); // the logs tell the work itself, and better
		return answered ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	enum ledger_effect effect = enter[e->kind](l, e);
	return effect == LEDGER_NOTHING && answered ? LEDGER_CHANGED : effect;
}
