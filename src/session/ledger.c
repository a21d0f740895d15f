#include "session/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define MS_NS INT64_C(1000000)

/* A hook and the telemetry of one prompt lie closer together than two prompts of a person. */
static const int64_t same_prompt_ns = 5000 * MS_NS;

/* A model call whose begin was computed from a duration may seem to begin a little early. */
static const int64_t begin_slack_ns = 25 * MS_NS;

/* The next call of a subagent begins so soon after its tool has ended. */
static const int64_t follow_up_ns = 1000 * MS_NS;

void ledger_init(struct ledger *l, const struct tool *tool)
{
	*l = (struct ledger){.tells_decisions = tool->tells_tool_begin};
}

void ledger_finish(struct ledger *l)
{
	free(l->calls);
	l->calls = NULL;
	l->call_count = 0;
}

static int64_t begin_of(const struct event *e)
{
	return e->begin_ns > 0 && e->begin_ns < e->time_ns ? e->begin_ns : e->time_ns;
}

/* It began before the last turn ended, so it is part of that; or it comes after it and is no turn.
 */
static bool is_old_news(const struct ledger *l, const struct event *e)
{
	if (!l->turn_open && l->end_told && e->tool->turns_need_prompt) {
		return true;
	}
	return l->turn_end_ns != 0 && begin_of(e) <= l->turn_end_ns;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- open tools */

static uint64_t call_hash(const struct event *e)
{
	return e->call_id.size > 0 ? str_hash(e->call_id) : 0;
}

/* By its id; where begin or end came without one, the first of that name. */
static struct ledger_call *find_call(const struct ledger *l, const struct event *e)
{
	uint64_t hash = call_hash(e);
	struct ledger_call *same_name = NULL;
	for (unsigned i = 0; i < l->call_count; i++) {
		struct ledger_call *call = &l->calls[i];
		if (hash != 0 && call->id_hash == hash) {
			return call;
		}
		bool told_by_id = hash != 0 && call->id_hash != 0;
		if (same_name == NULL && !told_by_id &&
			str_equal(str_from(call->name), e->call_name)) {
			same_name = call;
		}
	}
	return same_name;
}

static void add_call(struct ledger *l, const struct event *e)
{
	if (e->call_id.size > 0 && find_call(l, e) != NULL) {
		return;
	}
	if (l->calls == NULL) {
		l->calls = xcalloc(LEDGER_CALLS, sizeof(*l->calls));
	}
	if (l->call_count == LEDGER_CALLS) {
		return;
	}
	struct ledger_call *call = &l->calls[l->call_count++];
	*call = (struct ledger_call){
		.id_hash = call_hash(e),
		.begin_ns = e->time_ns,
		.is_agent = e->is_agent_tool,
	};
	struct buf name = {.data = call->name,
		.capacity = sizeof(call->name) - 1,
		.ceiling = sizeof(call->name) - 1};
	struct str shown = e->call_name;
	if (shown.size > name.ceiling) {
		shown.size = name.ceiling;
	}
	utf8_append_repaired(&name, shown);
	call->name[name.size] = '\0';
}

static bool remove_call(struct ledger *l, const struct event *e)
{
	struct ledger_call *call = find_call(l, e);
	if (call == NULL) {
		return false;
	}
	size_t after = (size_t)(l->calls + l->call_count - call) - 1;
	memmove(call, call + 1, after * sizeof(*call));
	l->call_count--;
	return true;
}

static bool has_open_agent(const struct ledger *l)
{
	for (unsigned i = 0; i < l->call_count; i++) {
		if (l->calls[i].is_agent) {
			return true;
		}
	}
	return false;
}

const char *ledger_open_tool(const struct ledger *l, bool *ret_agent)
{
	if (l->call_count == 0) {
		return NULL;
	}
	const struct ledger_call *last = &l->calls[l->call_count - 1];
	*ret_agent = last->is_agent;
	return last->name;
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
	if (hash == l->model_request) {
		l->next = e->next;
	}
}

/* ---- the turn */

static void open_turn(struct ledger *l, int64_t at_ns, bool by_prompt)
{
	bool goes_on = !by_prompt && l->turns > 0 && !l->end_told; // it had only looked over
	l->turns += goes_on ? 0 : 1;
	l->turn_from_ns = goes_on ? l->turn_from_ns : at_ns;
	l->turn_open = true;
	l->turn_by_prompt = by_prompt;
	l->turn_begin_ns = at_ns;
	l->model_open = l->agent_open = l->background = false;
	l->model_streams = l->model_asks = l->model_served = false;
	l->call_count = 0;
	l->model_begin_ns = l->model_end_ns = l->agent_call_end_ns = l->activity_ns = 0;
	l->model_request = 0;
	l->next = EVENT_NEXT_UNKNOWN;
	l->failed = false;
	l->wish = l->end_wish = EVENT_WISH_NONE;
	l->agents = 0;
	l->prompt_by_hook = l->prompt_by_logs = false;
	l->prompt_turn = 0;
}

static void open_by_work(struct ledger *l, const struct event *e)
{
	if (!l->turn_open) {
		open_turn(l, begin_of(e), false);
	}
	l->turn_begin_ns = begin_of(e) < l->turn_begin_ns ? begin_of(e) : l->turn_begin_ns;
	l->turn_from_ns = begin_of(e) < l->turn_from_ns ? begin_of(e) : l->turn_from_ns;
}

static void open_model(struct ledger *l, int64_t since_ns)
{
	l->model_open = true;
	l->model_since_ns = later(l->model_since_ns, since_ns);
	l->model_streams = l->model_asks = l->model_served = false;
}

bool ledger_hooks_tell(const struct ledger *l, enum event_kind kind)
{
	return (l->hook_kinds >> kind & 1) != 0;
}

bool ledger_is_busy(const struct ledger *l)
{
	return l->model_open || l->call_count > 0 || l->agents > 0 || l->agent_open ||
	       l->background;
}

int64_t ledger_last_work_ns(const struct ledger *l)
{
	int64_t last = later(l->model_end_ns, l->activity_ns);
	return last != 0 ? last : l->turn_begin_ns;
}

int64_t ledger_turn_ms(const struct ledger *l)
{
	int64_t end = l->turn_open ? ledger_last_work_ns(l) : l->turn_end_ns;
	return l->turn_from_ns > 0 && end >= l->turn_from_ns ? (end - l->turn_from_ns) / 1000000
							     : -1;
}

void ledger_close(struct ledger *l, int64_t at_ns)
{
	int64_t end = at_ns != 0 ? at_ns : ledger_last_work_ns(l);
	l->turn_end_ns = later(l->turn_end_ns, end);
	l->end_told = at_ns != 0;
	l->turn_open = false;
	l->model_open = l->agent_open = l->background = false;
	l->call_count = l->agents = 0;
	l->activity_ns = 0;
	l->wish = EVENT_WISH_NONE;
}

/* The prompt that opened the turn, told by the other of hook and telemetry. */
static bool is_same_prompt(const struct ledger *l, const struct event *e)
{
	bool by_hook = e->source == EVENT_FROM_HOOK;
	bool told_by_other = by_hook ? l->prompt_by_logs : l->prompt_by_hook;
	bool told_by_own = by_hook ? l->prompt_by_hook : l->prompt_by_logs;
	int64_t gap = e->time_ns - l->turn_begin_ns;
	return l->turn_open && told_by_other && !told_by_own && gap < same_prompt_ns &&
	       gap > -same_prompt_ns;
}

static uint64_t turn_hash(const struct event *e)
{
	return e->source == EVENT_FROM_HOOK && e->turn_id.size > 0 ? str_hash(e->turn_id) : 0;
}

static void note_prompt(struct ledger *l, const struct event *e)
{
	l->prompt_turn = turn_hash(e) != 0 ? turn_hash(e) : l->prompt_turn;
	l->prompt_by_hook = l->prompt_by_hook || e->source == EVENT_FROM_HOOK;
	l->prompt_by_logs = l->prompt_by_logs || e->source == EVENT_FROM_LOGS;
}

static enum ledger_effect enter_prompt(struct ledger *l, const struct event *e)
{
	if (is_same_prompt(l, e)) {
		note_prompt(l, e);
		return LEDGER_NOTHING;
	}
	if (l->turn_open && turn_hash(e) != 0 && turn_hash(e) == l->prompt_turn) {
		open_model(l, e->time_ns); // the same turn goes on, with what its tools gave
		return LEDGER_CHANGED;
	}
	if (l->turn_end_ns != 0 && e->time_ns != 0 && e->time_ns <= l->turn_end_ns) {
		return LEDGER_NOTHING;
	}
	if (l->turn_open && !l->turn_by_prompt && e->time_ns <= l->turn_begin_ns + begin_slack_ns) {
		l->turn_by_prompt = true; // its work was told first
		l->turn_begin_ns = e->time_ns;
		note_prompt(l, e);
		return LEDGER_CHANGED;
	}
	if (l->turn_open && !ledger_is_busy(l)) {
		if (e->source != EVENT_FROM_HOOK) {
			return LEDGER_NEW_TURN;
		}
		ledger_close(l, 0); // told as it happens: no end was missed, it only went on
	}
	open_turn(l, e->time_ns, true);
	note_prompt(l, e);
	l->model_since_ns = e->time_ns;
	open_model(l, e->time_ns);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_begin(struct ledger *l, const struct event *e)
{
	if (e->source == EVENT_FROM_HOOK && e->actor == EVENT_BY_AGENT) {
		open_by_work(l, e);
		l->agents++;
		return LEDGER_CHANGED;
	}
	if (e->actor != EVENT_BY_MAIN || is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	bool newer_is_open = l->model_open && e->time_ns < l->model_since_ns;
	if (e->time_ns >= l->model_end_ns && !newer_is_open) {
		open_model(l, e->time_ns);
		l->model_streams = true;
	}
	return LEDGER_CHANGED;
}

/* Of a client that does not tell side calls apart: calls of the small model beside a big one. */
static bool is_small_side_call(struct ledger *l, const struct event *e)
{
	bool small = str_contains(e->model, STR("haiku"));
	l->big_model_seen = l->big_model_seen || (!small && e->model.size > 0);
	return small && l->big_model_seen;
}

static enum ledger_effect enter_agent_call(struct ledger *l, const struct event *e)
{
	if (!l->turn_open || is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	int64_t begin = begin_of(e);
	l->agent_open = false;
	/* the tool that seemed to go back to the main model was the subagent's own */
	int64_t gap = begin - l->model_since_ns;
	if (l->model_open && l->model_end_ns != 0 && gap > -begin_slack_ns && gap < follow_up_ns &&
		!has_open_agent(l)) {
		l->model_open = false;
	}
	if (!has_open_agent(l) && l->agent_call_end_ns != 0 && begin > l->agent_call_end_ns) {
		l->background = true;
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
	return !l->model_open || begin + slack >= l->model_since_ns;
}

static void close_model(struct ledger *l, const struct event *e)
{
	bool tells_asks = l->model_open && l->model_streams && e->tool->tells_asks && !e->failed;
	bool served = l->model_served && l->call_count == 0;
	l->model_begin_ns = begin_of(e);
	l->model_end_ns = e->time_ns;
	l->model_request = e->request_id.size > 0 ? str_hash(e->request_id) : 0;
	l->failed = e->failed;
	l->next = e->next;
	if (tells_asks && l->next == EVENT_NEXT_UNKNOWN) {
		l->next = l->model_asks ? EVENT_NEXT_TOOL : EVENT_NEXT_USER;
	}
	if (l->next == EVENT_NEXT_UNKNOWN && l->model_request != 0) {
		l->next = find_hint(l, l->model_request);
	}
	if (l->next == EVENT_NEXT_UNKNOWN && l->tells_text) {
		l->next = EVENT_NEXT_TOOL; // until its text comes
	}
	l->model_open = l->model_streams = l->model_asks = l->model_served = false;
	if (served) {
		open_model(l, e->time_ns); // with what its tool has given
	}
}

static enum ledger_effect enter_model_end(struct ledger *l, const struct event *e)
{
	bool side = e->actor == EVENT_BY_SIDE ||
		    (e->actor == EVENT_BY_UNKNOWN && is_small_side_call(l, e));
	if (side) {
		return LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_AGENT) {
		return enter_agent_call(l, e);
	}
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	if (e->actor == EVENT_BY_UNKNOWN && e->source == EVENT_FROM_LOGS) {
		if (!l->turn_open) {
			l->waited_for_prompt = true;
			return LEDGER_NOTHING;
		}
		/* in batch mode the versions that send no query_source send no decisions either */
		l->tells_decisions = l->told_decision || l->waited_for_prompt;
	}
	open_by_work(l, e);
	l->unattended = e->unattended;
	if (e->actor == EVENT_BY_UNKNOWN && e->source == EVENT_FROM_TRACES) {
		add_hint(l, e);
		return LEDGER_CHANGED; // it may have been a side call
	}
	if (e->time_ns >= l->model_end_ns && answers_open_call(l, e)) {
		close_model(l, e);
	}
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_text(struct ledger *l, const struct event *e)
{
	l->tells_text = true;
	if (!l->turn_open || e->actor != EVENT_BY_MAIN || e->time_ns < l->model_end_ns ||
		l->failed) {
		return LEDGER_NOTHING;
	}
	l->next = find_hint(l, l->model_request); // text does not rule out a tool
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_tool_begin(struct ledger *l, const struct event *e)
{
	l->told_decision = l->tells_decisions = true;
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	add_call(l, e);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_tool_end(struct ledger *l, const struct event *e)
{
	bool was_open = remove_call(l, e);
	if (!was_open && is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	if (e->is_agent_tool) {
		l->agent_call_end_ns = e->time_ns;
		l->agent_open = has_open_agent(l);
	}
	bool by_agent = e->actor == EVENT_BY_AGENT || (has_open_agent(l) && !e->is_agent_tool);
	if (by_agent) {
		l->agent_open = true;
	} else if (l->model_open && l->model_streams && e->tool->tells_asks) {
		l->model_served = true; // it ran while the answer that asked for it still came in
	} else if (e->time_ns > l->model_begin_ns && l->call_count == 0) {
		open_model(l, e->time_ns);
	}
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_tool_reject(struct ledger *l, const struct event *e)
{
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	remove_call(l, e);
	if (e->by_user) {
		return LEDGER_INTERRUPTED;
	}
	open_model(l, e->time_ns);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_agent_end(struct ledger *l, const struct event *e)
{
	l->agent_open = false;
	l->agents -= e->source == EVENT_FROM_HOOK && l->agents > 0 ? 1 : 0;
	if (l->background) {
		l->background = false;
		l->model_end_ns = later(
			l->model_end_ns, e->time_ns); // the main model may be told of it
		l->next = EVENT_NEXT_UNKNOWN;
	}
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_turn_end(struct ledger *l, const struct event *e)
{
	if (!e->is_top_level) {
		return enter_agent_end(l, e);
	}
	if (l->turn_end_ns != 0 && e->time_ns <= l->turn_end_ns) {
		return LEDGER_NOTHING;
	}
	if (!l->turn_open && l->turns > 0 && e->source == EVENT_FROM_HOOK) {
		ledger_close(l, e->time_ns); // it looked over already
		return LEDGER_NOTHING;
	}
	if (!l->turn_open) {
		if (!e->proves_work || is_old_news(l, e)) {
			return LEDGER_NOTHING;
		}
		open_turn(l, begin_of(e), true);
	}
	if (l->turn_begin_ns > e->time_ns) {
		return LEDGER_NOTHING; // of the turn before
	}
	l->wish = EVENT_WISH_NONE;
	l->background = e->source == EVENT_FROM_HOOK ? e->goes_on : l->background;
	if (l->background || l->agents > 0) {
		l->model_open = false;
		l->call_count = 0;
		l->model_end_ns = e->time_ns;
		return LEDGER_CHANGED;
	}
	l->failed = e->source == EVENT_FROM_HOOK ? e->failed : l->failed;
	l->end_wish = e->wish;
	return e->by_user ? LEDGER_INTERRUPTED : LEDGER_ENDED;
}

static enum ledger_effect enter_wish(struct ledger *l, const struct event *e)
{
	if (e->wish == EVENT_WISH_IDLE) { // it has been waiting for a prompt for a while
		return l->turn_open ? LEDGER_ENDED : LEDGER_NOTHING;
	}
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	l->wish_call = l->wish != e->wish || e->call_id.size > 0 ? call_hash(e) : l->wish_call;
	l->wish = e->wish;
	l->wish_ns = e->time_ns;
	return LEDGER_CHANGED;
}

/* Work that goes on after a wish was told shows that it was granted. */
static bool grants_wish(const struct ledger *l, const struct event *e)
{
	static const unsigned granting = 1u << EVENT_PROMPT | 1u << EVENT_MODEL_BEGIN |
					 1u << EVENT_MODEL_END | 1u << EVENT_TOOL_BEGIN |
					 1u << EVENT_TOOL_END | 1u << EVENT_TOOL_REJECT;
	bool other_call = l->wish_call != 0 && e->call_id.size > 0 && call_hash(e) != l->wish_call;
	bool later_on = e->time_ns > l->wish_ns ||
			e->source == EVENT_FROM_HOOK; // hooks come in order
	return (granting >> e->kind & 1) != 0 && e->actor != EVENT_BY_SIDE && !other_call &&
	       later_on;
}

static enum ledger_effect enter_activity(struct ledger *l, const struct event *e)
{
	if (is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	open_by_work(l, e);
	l->activity_ns = later(l->activity_ns, e->time_ns);
	return LEDGER_CHANGED;
}

static enum ledger_effect enter_model_asks(struct ledger *l, const struct event *e)
{
	if (l->turn_open && l->model_open && e->time_ns >= l->model_since_ns) {
		l->model_asks = true;
	}
	return LEDGER_NOTHING;
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
	[EVENT_AGENT_END] = enter_agent_end,
	[EVENT_TURN_END] = enter_turn_end,
	[EVENT_ACTIVITY] = enter_activity,
	[EVENT_ASKS] = enter_wish,
};

/* Hooks come at once and lose nothing: what they tell is not taken from telemetry as well. */
static bool is_told_by_hooks(const struct ledger *l, const struct event *e)
{
	static const unsigned doubled = 1u << EVENT_PROMPT | 1u << EVENT_TOOL_BEGIN |
					1u << EVENT_TOOL_END;
	return e->source != EVENT_FROM_HOOK && (doubled & l->hook_kinds & 1u << e->kind) != 0;
}

enum ledger_effect ledger_enter(struct ledger *l, const struct event *e)
{
	if (enter[e->kind] == NULL) {
		return LEDGER_NOTHING;
	}
	l->tells_text = l->tells_text || e->tells_text;
	bool granted = l->wish != EVENT_WISH_NONE && grants_wish(l, e);
	if (granted) {
		l->wish = EVENT_WISH_NONE;
	}
	if (e->source == EVENT_FROM_HOOK) {
		l->hook_kinds |= 1u << e->kind;
	} else if (is_told_by_hooks(l, e)) {
		return granted ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	if (e->source == EVENT_FROM_LOGS) {
		l->has_logs = true;
	} else if (e->source == EVENT_FROM_TRACES && l->has_logs && e->tool->spans_repeat_logs &&
		   e->kind != EVENT_TURN_END) {
		add_hint(l, e); // the logs tell the work itself, and better
		return LEDGER_NOTHING;
	}
	return enter[e->kind](l, e);
}
