/* Who enters which event, and what every event says beside that. */
#include "session/ledger_parts.h"

/* The calls of one answer are reported together: a call that begins this long after another asked
 * for permission belongs to a later answer. */
static const int64_t later_answer_ns = 2000 * MS_NS;

static enum ledger_effect enter_answered(struct ledger *l, const struct event *e)
{
	(void)l;
	(void)e;
	return LEDGER_CHANGED; // by what every event implies for requests
}

static enum ledger_effect enter_activity(struct ledger *l, const struct event *e)
{
	if (ledger_is_old_news(l, e)) {
		return LEDGER_NOTHING;
	}
	ledger_open_by_work(l, e);
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
	if (l->compacts && e->time_ns >= l->compact_ns) {
		l->compacts = false;
		l->compact_end_ns = e->time_ns;
	}
	return LEDGER_CHANGED;
}

static ledger_enter_function *const enter[EVENT_KIND_COUNT] = {
	[EVENT_PROMPT] = ledger_enter_prompt,
	[EVENT_MODEL_BEGIN] = ledger_enter_model_begin,
	[EVENT_MODEL_TEXT] = ledger_enter_model_text,
	[EVENT_MODEL_ASKS] = ledger_enter_model_asks,
	[EVENT_MODEL_END] = ledger_enter_model_end,
	[EVENT_TOOL_BEGIN] = ledger_enter_tool_begin,
	[EVENT_TOOL_END] = ledger_enter_tool_end,
	[EVENT_TOOL_REJECT] = ledger_enter_tool_reject,
	[EVENT_AGENT_BEGIN] = ledger_enter_agent_begin,
	[EVENT_AGENT_END] = ledger_enter_agent_end,
	[EVENT_TURN_END] = ledger_enter_turn_end,
	[EVENT_ACTIVITY] = enter_activity,
	[EVENT_ASKS] = ledger_enter_attention,
	[EVENT_ANSWERED] = enter_answered,
	[EVENT_COMPACT_BEGIN] = enter_compact_begin,
	[EVENT_COMPACT_END] = enter_compact_end,
};

/* What e implies for open requests, besides its own meaning. True if one was answered. */
static bool answer_actions(struct ledger *l, const struct event *e)
{
	uint64_t actor = tool_calls_hash(e->agent_id);
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	bool by_agent = e->actor == EVENT_BY_AGENT && actor != 0;
	switch (e->kind) {
	case EVENT_PROMPT: return tool_calls_go_on(&l->calls, 0, e->time_ns, true);
	case EVENT_MODEL_BEGIN:
	case EVENT_MODEL_END:
		return (by_main || by_agent) &&
		       tool_calls_go_on(&l->calls, actor, begin_of(e), true);
	case EVENT_TOOL_BEGIN:
		if (!is_hook(e)) {
			return tool_calls_answer(&l->calls, e);
		}
		if (e->assistant->asks_before_tools) {
			return tool_calls_go_on(&l->calls, actor, e->time_ns, true);
		}
		return tool_calls_only_wait(&l->calls, actor) &&
		       tool_calls_go_on(&l->calls, actor, e->time_ns - later_answer_ns, true);
	case EVENT_TOOL_END: {
		bool answered = tool_calls_answer(&l->calls, e);
		return (is_hook(e) && tool_calls_go_on(&l->calls, actor, e->time_ns, false)) ||
		       answered;
	}
	case EVENT_TOOL_REJECT:
	case EVENT_ANSWERED: return tool_calls_answer(&l->calls, e);
	default: return false;
	}
}

/* With hooks, a failed tool without a hook was stopped by the user: every other failure runs a
 * hook, which arrives before the telemetry. */
static void note_failed_call(struct ledger *l, const struct event *e)
{
	struct tool_call *call = e->call_id.size > 0 ? tool_calls_find(&l->calls, e) : NULL;
	if (call != NULL && call->agent == 0 && e->failed && e->tells_failures) {
		call->failed_ns = e->time_ns;
	}
}

/* Hooks are immediate and complete: kinds of events they report are not taken from telemetry as
 * well, from the first such hook on. */
static bool is_told_by_hooks(const struct ledger *l, const struct event *e)
{
	bool tool = e->kind == EVENT_TOOL_BEGIN || e->kind == EVENT_TOOL_END;
	return !is_hook(e) && tool && ledger_hooks_tell(l, EVENT_TOOL_BEGIN);
}

/* Anything the main agent does next shows that compacting is over. */
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
	bool answered = answer_actions(l, e);
	note_client(l, e);
	l->compacts = l->compacts && !ends_compaction(e);
	if (is_told_by_hooks(l, e)) {
		if (e->kind == EVENT_TOOL_END) {
			note_failed_call(l, e);
		}
		return LEDGER_CHANGED;
	}
	if (e->source == EVENT_FROM_TRACES && l->client.has_logs &&
		e->assistant->spans_repeat_logs && e->kind != EVENT_TURN_END) {
		ledger_add_hint(l, e); // the logs report the work itself, and better
		return answered ? LEDGER_CHANGED : LEDGER_NOTHING;
	}
	bool of_subagent = e->kind == EVENT_TURN_END && !e->is_top_level;
	enum ledger_effect effect = of_subagent ? ledger_enter_agent_end(l, e)
						: enter[e->kind](l, e);
	return effect == LEDGER_NOTHING && answered ? LEDGER_CHANGED : effect;
}
