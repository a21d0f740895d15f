/* Tool calls. Hooks and telemetry report the same calls, mostly with the same id; without a common
 * id they are matched by name and time, and telemetry about a call without a hook is ignored, as in
 * the ledger. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_spans_parts.h"

/* ---- which call an event is about */

static bool is_begin(const struct event *e)
{
	return e->kind == EVENT_TOOL_BEGIN;
}

static struct span_item *find_by_id(const struct session_spans *s, uint64_t call)
{
	for (unsigned i = s->calls.count; i > 0; i--) {
		if (call != 0 && s->calls.all[i - 1].call == call) {
			return &s->calls.all[i - 1];
		}
	}
	return NULL;
}

static bool is_named(const struct span_item *item, struct str name)
{
	return item->name != NULL ? str_equal(str_from(item->name), name) : name.size == 0;
}

/* A call reported by a hook, judging by its times. */
static bool may_be_same(const struct span_item *item, const struct event *e, int64_t time_ns)
{
	bool after_begin = time_ns >= item->begin_ns - SPAN_SLACK_NS;
	bool before_end = item->end_ns == 0 || time_ns <= item->end_ns + SPAN_SLACK_NS;
	bool at_end = item->end_ns == 0 || !item->end_told ||
		      time_ns >= item->end_ns - SPAN_SLACK_NS;
	return after_begin && before_end && (is_begin(e) || at_end);
}

/* Without a common id: the first call of that tool and actor for which e is news. */
static struct span_item *find_by_name(
	const struct session_spans *s, const struct event *e, struct str name, int64_t time_ns)
{
	uint64_t call = tool_calls_hash(e->call_id), agent = tool_calls_hash(e->agent_id);
	for (unsigned i = 0; i < s->calls.count; i++) {
		struct span_item *item = &s->calls.all[i];
		if (item->agent != agent || !is_named(item, name)) {
			continue;
		}
		bool crosses = !is_hook(e) && item->by_hook && !item->by_telemetry;
		bool both_have_ids = call != 0 && item->call != 0;
		bool fits = crosses ? !(both_have_ids && s->ids_agree) &&
					      may_be_same(item, e, time_ns)
				    : !both_have_ids && !is_begin(e) && item->end_ns == 0;
		if (fits) {
			return item;
		}
	}
	return NULL;
}

/* A repeated id of something that began after its call is another call. Only an end may come late:
 * of a command that continued in the background. */
static bool is_reused(const struct span_item *item, const struct event *e, int64_t time_ns)
{
	int64_t begin_ns = is_begin(e) ? time_ns : e->begin_ns;
	int64_t slack_ns = is_hook(e) && item->by_hook ? 0 : SPAN_SLACK_NS;
	bool over = item->end_ns != 0 && (item->end_told || is_begin(e));
	return over && begin_ns > item->end_ns + slack_ns;
}

static struct span_item *find_call(
	struct session_spans *s, const struct event *e, struct str name, int64_t time_ns)
{
	struct span_item *item = find_by_id(s, tool_calls_hash(e->call_id));
	if (item == NULL) {
		return find_by_name(s, e, name, time_ns);
	}
	s->ids_agree = s->ids_agree || (item->by_hook && !is_hook(e));
	return is_reused(item, e, time_ns) ? NULL : item;
}

/* By the same rules as in the ledger: ledger_enter(). */
static bool may_add(const struct session_spans *s, const struct event *e)
{
	const struct ledger *l = &s->w->ledger;
	if (is_hook(e)) {
		return true;
	}
	if (e->source == EVENT_FROM_TRACES && l->client.has_logs &&
		e->assistant->spans_repeat_logs) {
		return false;
	}
	return !ledger_hooks_tell(l, EVENT_TOOL_BEGIN) || e->kind == EVENT_TOOL_REJECT ||
	       (e->call_id.size > 0 && s->ids_agree);
}

/* The hash of its id if it has one that is not taken; else of what distinguishes it. */
static uint64_t id_of(const struct session_spans *s, const struct event *e, struct str name,
	uint64_t call, uint64_t agent)
{
	if (call != 0 && find_by_id(s, call) == NULL) {
		return session_spans_free_id(&s->calls, call);
	}
	int64_t at_ns = e->stamp_ns != 0 ? e->stamp_ns : e->time_ns;
	const uint64_t parts[4] = {
		call != 0 ? call : str_hash(name), agent, (uint64_t)at_ns, (uint64_t)e->sequence};
	return session_spans_free_id(&s->calls, session_spans_id(s, parts));
}

static struct span_item *add_call(struct session_spans *s, const struct event *e, struct str name,
	int64_t begin_ns, struct moment now)
{
	uint64_t call = tool_calls_hash(e->call_id), agent = tool_calls_hash(e->agent_id);
	uint64_t id = id_of(s, e, name, call, agent);
	struct span_item *item = session_spans_add(
		s, &s->calls, SESSION_SPAN_TOOL_CALL, SPAN_CALLS, now);
	item->id = id;
	item->call = call;
	item->agent = agent;
	item->actor = e->actor == EVENT_BY_SIDE ? EVENT_BY_UNKNOWN : e->actor;
	item->begin_ns = begin_ns;
	item->turn = session_spans_turn_at(s, begin_ns);
	session_spans_set_text(&item->name, name, SESSION_SPAN_NAME_BYTES);
	return item;
}

/* ---- what an event says of it */

static void note_source(
	const struct session_spans *s, struct span_item *item, const struct event *e)
{
	uint64_t call = tool_calls_hash(e->call_id);
	if (item->call == 0 && call != 0) {
		item->call = call;
		item->id = item->print == 0 ? session_spans_free_id(&s->calls, call) : item->id;
	}
	item->by_hook = item->by_hook || is_hook(e);
	item->by_telemetry = item->by_telemetry || !is_hook(e);
	session_spans_set_text(&item->decision, e->decision, SESSION_SPAN_WORD_BYTES);
	session_spans_set_text(&item->decided_by, e->decided_by, SESSION_SPAN_WORD_BYTES);
	session_spans_set_text(&item->agent_id, e->agent_id, SESSION_SPAN_NAME_BYTES);
}

static void enter_begin(
	struct session_spans *s, const struct event *e, struct str name, struct moment now)
{
	int64_t time_ns = session_spans_time(e, now);
	struct span_item *item = find_call(s, e, name, time_ns);
	if (item == NULL) {
		if (!may_add(s, e)) {
			return;
		}
		item = add_call(s, e, name, time_ns, now);
	}
	note_source(s, item, e);
	/* it has been waiting for that decision since a hook reported it */
	bool is_later = !is_hook(e) && !item->begin_measured && time_ns > item->begin_ns;
	if (is_later && (item->end_ns == 0 || time_ns <= item->end_ns)) {
		item->begin_ns = time_ns;
	}
	if (item->end_ns != 0) {
		session_spans_tell(s, item, SESSION_SPAN_TOOL_CALL, now);
	}
}

static enum session_outcome outcome_of(const struct event *e)
{
	static const uint8_t outcomes[] = {
		[EVENT_RESULT_OK] = SESSION_OUTCOME_OK,
		[EVENT_RESULT_ERROR] = SESSION_OUTCOME_ERROR,
		[EVENT_RESULT_STOPPED] = SESSION_OUTCOME_INTERRUPTED,
		[EVENT_RESULT_REFUSED] = SESSION_OUTCOME_REJECTED,
	};
	if (e->result != EVENT_RESULT_UNTOLD) {
		return (enum session_outcome)outcomes[e->result];
	}
	if (e->kind == EVENT_TOOL_REJECT) {
		return SESSION_OUTCOME_REJECTED;
	}
	return e->failed ? SESSION_OUTCOME_ERROR : SESSION_OUTCOME_UNKNOWN;
}

/* With hooks, a failure without one was stopped by the user, or its hook is on its way. */
static bool is_unconfirmed(
	const struct session_spans *s, const struct span_item *item, const struct event *e)
{
	return item->end_ns == 0 && item->by_hook && item->agent == 0 && !is_hook(e) &&
	       e->kind == EVENT_TOOL_END && e->failed && e->tells_failures &&
	       ledger_hooks_tell(&s->w->ledger, EVENT_TOOL_BEGIN);
}

/* Some clients include the wait in their measurement: a later reported start is the real one. */
static void measure(struct span_item *item, const struct event *e, int64_t end_ns)
{
	bool told = e->begin_ns > 0 && e->begin_ns <= e->time_ns;
	if (told && !item->begin_measured) {
		item->begin_ns = later(item->begin_ns, end_ns - (e->time_ns - e->begin_ns));
		item->begin_measured = true;
	}
}

/* A repeated report: the end of a call closed by something else, and its outcome if unknown. */
static void enter_more(struct span_item *item, const struct event *e, int64_t time_ns)
{
	enum session_outcome outcome = outcome_of(e);
	bool vague = item->outcome == SESSION_OUTCOME_UNKNOWN;
	bool stopped = item->outcome == SESSION_OUTCOME_INTERRUPTED && !item->end_told;
	if (!item->end_told) {
		item->end_ns = time_ns;
	}
	if (vague || (stopped && outcome == SESSION_OUTCOME_OK)) {
		item->outcome = outcome;
	}
	item->end_told = true;
}

static void enter_end(
	struct session_spans *s, const struct event *e, struct str name, struct moment now)
{
	int64_t time_ns = session_spans_time(e, now);
	struct span_item *item = find_call(s, e, name, time_ns);
	if (item == NULL) {
		if (!may_add(s, e)) {
			return;
		}
		item = add_call(s, e, name, begin_of(e) < time_ns ? begin_of(e) : time_ns, now);
	}
	note_source(s, item, e);
	if (is_unconfirmed(s, item, e)) {
		item->failed_ns = time_ns;
		measure(item, e, time_ns);
		return;
	}
	if (item->end_ns == 0) {
		item->end_ns = time_ns > item->begin_ns ? time_ns : item->begin_ns;
		item->end_told = true;
		item->outcome = outcome_of(e);
	} else {
		enter_more(item, e, time_ns);
	}
	measure(item, e, item->end_ns);
	session_spans_tell(s, item, SESSION_SPAN_TOOL_CALL, now);
}

/* "mcp__SERVER__TOOL", where the client tells the two apart. */
static struct str whole_name(const struct event *e, struct str name, char *scratch, size_t size)
{
	if (e->call_server.size == 0 || str_starts_with(name, STR("mcp__"))) {
		return name;
	}
	int written = snprintf(
		scratch, size, "mcp__%.*s__%.*s", STR_ARG(e->call_server), STR_ARG(name));
	bool fits = written > 0 && (size_t)written < size;
	return fits ? (struct str){scratch, (size_t)written} : name;
}

void session_spans_enter_call(
	struct session_spans *s, const struct event *e, struct str name, struct moment now)
{
	char scratch[SESSION_SPAN_NAME_BYTES + 1];
	if (e->kind == EVENT_TOOL_BEGIN) {
		enter_begin(s, e, whole_name(e, name, scratch, sizeof(scratch)), now);
	} else if (e->kind == EVENT_TOOL_END || e->kind == EVENT_TOOL_REJECT) {
		enter_end(s, e, whole_name(e, name, scratch, sizeof(scratch)), now);
	}
}

/* ---- ends without a word */

/* A subagent's calls go on as long as it does. */
static bool is_orphan(const struct session_spans *s, const struct span_item *item)
{
	return item->agent == 0 || agents_find(&s->w->ledger.agents, item->agent) == NULL;
}

void session_spans_end_calls(struct session_spans *s, int64_t before_ns,
	enum session_outcome outcome, int64_t end_ns, struct moment now)
{
	for (unsigned i = 0; i < s->calls.count; i++) {
		struct span_item *item = &s->calls.all[i];
		if (item->end_ns == 0 && item->begin_ns < before_ns && is_orphan(s, item)) {
			session_spans_close(s, item, SESSION_SPAN_TOOL_CALL, outcome,
				item->failed_ns != 0 ? item->failed_ns : end_ns, now);
		}
	}
}

struct str session_spans_call_name(const struct session_spans *s, uint64_t call)
{
	const struct span_item *item = find_by_id(s, call);
	return item != NULL && item->name != NULL ? str_from(item->name) : (struct str){0};
}

/* A reported one keeps its id. */
static void settle_ids(struct session_spans *s, struct span_item *taken)
{
	if (taken->print == 0) {
		taken->id = session_spans_free_id(&s->calls, taken->id);
	}
	for (unsigned i = 0; i < s->calls.count; i++) {
		struct span_item *item = &s->calls.all[i];
		if (item->id == taken->id && item->print == 0) {
			item->id = session_spans_free_id(&s->calls, item->id);
		}
	}
}

void session_spans_take_calls(
	struct session_spans *s, struct session_spans *child, uint64_t agent, struct moment now)
{
	for (unsigned i = 0; i < child->calls.count; i++) {
		struct span_item taken = child->calls.all[i];
		taken.agent = agent;
		taken.actor = EVENT_BY_AGENT;
		taken.turn = session_spans_turn_at(s, taken.begin_ns);
		settle_ids(s, &taken);
		session_spans_set_text(
			&taken.agent_id, str_from(child->w->session.id), SESSION_SPAN_NAME_BYTES);
		*session_spans_add(s, &s->calls, SESSION_SPAN_TOOL_CALL, SPAN_CALLS, now) = taken;
	}
	free(child->calls.all);
	child->calls = (struct span_items){0};
}
