/* Waits: the ledger's open requests to the user and, without a reported request, the state that
 * implies one. */
#include "base/mem.h"
#include "session/session_spans_parts.h"

/* A request inferred from a tool's name alone may be answered by the client itself, at once: see
 * the rule "asks" of the verdict. */
static const int64_t by_name_ns = 200 * MS_NS;

static bool is_open(const struct span_item *wait)
{
	return wait->end_ns == 0;
}

/* ---- how it ended */

/* What its agent does next shows how the user has answered. */
static enum session_outcome answer_of(const struct event *e)
{
	if (e->result == EVENT_RESULT_REFUSED || e->result == EVENT_RESULT_STOPPED) {
		return SESSION_OUTCOME_REJECTED;
	}
	switch (e->kind) {
	case EVENT_TOOL_REJECT: return SESSION_OUTCOME_REJECTED;
	case EVENT_TOOL_BEGIN:
		/* a hook reports another call, so the one with the request did not run */
		return is_hook(e) && !e->assistant->asks_before_tools ? SESSION_OUTCOME_REJECTED
								      : SESSION_OUTCOME_OK;
	case EVENT_TOOL_END:
	case EVENT_ANSWERED: return SESSION_OUTCOME_OK;
	case EVENT_PROMPT: return SESSION_OUTCOME_INTERRUPTED;
	case EVENT_TURN_END:
		return e->by_user || e->failed ? SESSION_OUTCOME_INTERRUPTED
					       : SESSION_OUTCOME_UNKNOWN;
	default: return SESSION_OUTCOME_UNKNOWN;
	}
}

/* A model call started by its agent after the answer. */
static int64_t answer_time(const struct event *e, struct moment now)
{
	int64_t time_ns = session_spans_time(e, now), begin_ns = begin_of(e);
	return e->kind == EVENT_MODEL_END && begin_ns < time_ns ? begin_ns : time_ns;
}

/* Without a reported request, the state changes later than the answer arrived. */
static void note_answer(struct session_spans *s, const struct event *e, struct moment now)
{
	static const unsigned kinds = 1u << EVENT_TOOL_BEGIN | 1u << EVENT_TOOL_END |
				      1u << EVENT_TOOL_REJECT | 1u << EVENT_MODEL_BEGIN |
				      1u << EVENT_MODEL_END | 1u << EVENT_PROMPT;
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	if (!by_main || (kinds >> e->kind & 1) == 0) {
		return;
	}
	int64_t time_ns = answer_time(e, now);
	for (unsigned i = 0; i < s->waits.count; i++) {
		struct span_item *wait = &s->waits.all[i];
		if (is_open(wait) && wait->concluded && wait->answered_ns == 0 &&
			time_ns > wait->begin_ns) {
			wait->answered_ns = time_ns;
			wait->outcome = answer_of(e);
			session_spans_set_text(&wait->name, e->call_name, SESSION_SPAN_NAME_BYTES);
		}
	}
}

static void end_wait(
	struct session_spans *s, struct span_item *wait, const struct event *e, struct moment now)
{
	enum session_outcome outcome = e != NULL ? answer_of(e) : SESSION_OUTCOME_INTERRUPTED;
	int64_t end_ns = e != NULL ? answer_time(e, now) : now.ns;
	if (wait->answered_ns != 0) {
		outcome = wait->outcome;
		end_ns = wait->answered_ns;
	}
	if (!wait->by_name || end_ns - wait->begin_ns >= by_name_ns) {
		session_spans_close(s, wait, SESSION_SPAN_WAIT, outcome, end_ns, now);
	} else {
		session_spans_remove(&s->waits, wait);
	}
}

/* Hooks report that a tool was allowed only by its end; telemetry comes later, and says when. */
static void note_decision(struct session_spans *s, const struct event *e, struct moment now)
{
	uint64_t call = tool_calls_hash(e->call_id);
	int64_t time_ns = session_spans_time(e, now);
	for (unsigned i = 0; i < s->waits.count && call != 0; i++) {
		struct span_item *wait = &s->waits.all[i];
		if (wait->call == call && time_ns > wait->begin_ns && time_ns < wait->end_ns) {
			wait->end_ns = time_ns;
			wait->outcome = answer_of(e);
			session_spans_tell(s, wait, SESSION_SPAN_WAIT, now);
		}
	}
}

/* ---- which there are */

/* The ledger identifies a request by its actor and report time, whichever call it is passed on to.
 */
static struct span_item *find_wait(const struct session_spans *s, const struct tool_call *call)
{
	for (unsigned i = 0; i < s->waits.count; i++) {
		struct span_item *wait = &s->waits.all[i];
		if (is_open(wait) && !wait->concluded && wait->asked_ns == call->asked_ns &&
			wait->agent == call->agent) {
			return wait;
		}
	}
	return NULL;
}

/* One that seems to be over but was only reported again: for the same call, or after it had been
 * inferred. */
static struct span_item *find_renewed(const struct session_spans *s, const struct tool_call *call)
{
	for (unsigned i = 0; i < s->waits.count; i++) {
		struct span_item *wait = &s->waits.all[i];
		bool same_call = call->id != 0 && wait->call == call->id;
		bool concluded = wait->concluded && wait->answered_ns == 0;
		if (is_open(wait) && !wait->seen && wait->agent == call->agent &&
			(same_call || concluded)) {
			return wait;
		}
	}
	return NULL;
}

static struct span_item *add_wait(
	struct session_spans *s, int64_t asked_ns, uint64_t agent, struct moment now)
{
	struct span_item *wait = session_spans_add(
		s, &s->waits, SESSION_SPAN_WAIT, SPAN_WAITS, now);
	const uint64_t parts[4] = {(uint64_t)asked_ns, agent, s->w->ledger.turns, ++s->number};
	wait->id = session_spans_id(s, parts);
	wait->agent = agent;
	wait->actor = agent != 0 ? EVENT_BY_AGENT : EVENT_BY_MAIN;
	wait->begin_ns = asked_ns != 0 && asked_ns < now.ns ? asked_ns : now.ns;
	wait->turn = session_spans_turn_at(s, wait->begin_ns);
	return wait;
}

static void follow_request(struct session_spans *s, const struct tool_call *call,
	const struct event *e, struct moment now)
{
	struct span_item *wait = find_wait(s, call);
	if (wait == NULL) {
		wait = find_renewed(s, call);
	}
	if (wait == NULL) {
		wait = add_wait(s, call->asked_ns, call->agent, now);
	}
	wait->seen = true;
	wait->concluded = false;
	wait->asked_ns = call->asked_ns;
	wait->call = call->id;
	wait->by_name = call->by_name;
	wait->attention = call->attention;
	struct str whole = session_spans_call_name(s, call->id);
	session_spans_set_text(&wait->name, whole.size > 0 ? whole : str_from(call->name),
		SESSION_SPAN_NAME_BYTES);
	if (e != NULL && call->agent != 0 && tool_calls_hash(e->agent_id) == call->agent) {
		session_spans_set_text(&wait->agent_id, e->agent_id, SESSION_SPAN_NAME_BYTES);
	}
}

static void follow_ledger(struct session_spans *s, const struct event *e, struct moment now)
{
	const struct tool_calls *calls = &s->w->ledger.calls;
	for (unsigned i = 0; i < calls->count; i++) { // what is known first, before it is renewed
		const struct tool_call *call = &calls->all[i];
		struct span_item *wait = call->attention != EVENT_ATTENTION_NONE
						 ? find_wait(s, call)
						 : NULL;
		if (wait != NULL) {
			wait->seen = true;
		}
	}
	for (unsigned i = 0; i < calls->count; i++) {
		if (calls->all[i].attention != EVENT_ATTENTION_NONE) {
			follow_request(s, &calls->all[i], e, now);
		}
	}
}

/* The session is shown as waiting, without a reported request. */
static void follow_state(struct session_spans *s, enum span_waits when, struct moment now)
{
	const struct session *shown = &s->w->session;
	bool waits = shown->state == SESSION_WAITING && when != SPAN_WAITS_AT_END;
	bool is_known = tool_calls_asking(&s->w->ledger.calls) != NULL;
	for (unsigned i = 0; i < s->waits.count; i++) {
		struct span_item *wait = &s->waits.all[i];
		wait->seen = wait->seen || (wait->concluded && waits);
		is_known = is_known || (is_open(wait) && wait->seen);
	}
	if (when == SPAN_WAITS_IN_STATE && waits && !is_known) {
		struct span_item *wait = add_wait(s, ledger_last_work_ns(&s->w->ledger), 0, now);
		wait->concluded = wait->seen = true;
		wait->attention = shown->attention == SESSION_ATTENTION_QUESTION
					  ? EVENT_ATTENTION_QUESTION
					  : EVENT_ATTENTION_PERMISSION;
	}
}

/* ---- what only the answer tells of */

/* Whether the answer at time_ns to that call was to this wait. */
static bool is_answered_by(const struct span_item *wait, uint64_t call, int64_t time_ns)
{
	bool same = wait->call == 0 || wait->call == call;
	int64_t end_ns = wait->answered_ns != 0 ? wait->answered_ns : wait->end_ns;
	return same && time_ns >= wait->begin_ns && (end_ns == 0 || time_ns <= end_ns);
}

/* The user has decided on a tool before anything showed the request: it began when the model asked
 * for the tool, which may have looked like the end of the turn; or when they decided on the call
 * before it. */
static void note_user(struct session_spans *s, const struct event *e, struct moment now)
{
	const struct ledger *l = &s->w->ledger;
	uint64_t call = tool_calls_hash(e->call_id);
	int64_t time_ns = session_spans_time(e, now);
	int64_t begin_ns = l->model.end_ns != 0 ? l->model.end_ns : l->turn.end_ns;
	bool told = l->model.end_ns == 0 && l->turn.end_told; // it had come back
	if (!e->by_user || e->actor == EVENT_BY_AGENT || told || begin_ns == 0 ||
		begin_ns >= time_ns || ledger_hooks_tell(l, EVENT_ASKS)) {
		return;
	}
	for (unsigned i = 0; i < s->waits.count; i++) {
		const struct span_item *wait = &s->waits.all[i];
		int64_t end_ns = wait->answered_ns != 0 ? wait->answered_ns : wait->end_ns;
		if (wait->agent == 0 && is_answered_by(wait, call, time_ns)) {
			return;
		}
		begin_ns = wait->agent == 0 && end_ns < time_ns ? later(begin_ns, end_ns)
								: begin_ns;
	}
	struct span_item *wait = add_wait(s, begin_ns, 0, now);
	wait->call = call;
	wait->attention = EVENT_ATTENTION_PERMISSION;
	struct str whole = session_spans_call_name(s, call);
	session_spans_set_text(
		&wait->name, whole.size > 0 ? whole : e->call_name, SESSION_SPAN_NAME_BYTES);
	session_spans_close(s, wait, SESSION_SPAN_WAIT, answer_of(e), time_ns, now);
}

void session_spans_follow_waits(
	struct session_spans *s, enum span_waits when, const struct event *e, struct moment now)
{
	bool waits = s->w->session.state == SESSION_WAITING;
	bool decides = e != NULL && !is_hook(e) &&
		       (e->kind == EVENT_TOOL_BEGIN || e->kind == EVENT_TOOL_REJECT);
	if (decides) {
		note_decision(s, e, now);
	}
	if (!decides && s->waits.count == 0 && s->w->ledger.calls.count == 0 && !waits) {
		return;
	}
	if (e != NULL) {
		note_answer(s, e, now);
	}
	for (unsigned i = 0; i < s->waits.count; i++) {
		s->waits.all[i].seen = false;
	}
	follow_ledger(s, e, now);
	follow_state(s, when, now);
	for (unsigned i = s->waits.count; i > 0; i--) {
		struct span_item *wait = &s->waits.all[i - 1];
		if (is_open(wait) && !wait->seen) {
			end_wait(s, wait, e, now);
		}
	}
	if (decides) {
		note_user(s, e, now);
	}
}
