#include "session/session_states.h"

#include "session/session_verdict.h"

/* How long a session is kept that the user has not looked at although it needs something. */
static const int64_t unseen_timeout_ms = INT64_C(12) * 3600 * 1000;

void session_states_tell(
	struct session_states *t, struct tracked_session *w, enum session_state previous)
{
	struct session_change change = {&w->session, !w->told, previous,
		w->told ? w->told_attention : SESSION_ATTENTION_NONE};
	w->told = true;
	w->told_attention = w->session.attention;
	w->dirty = false;
	t->observer->on_change(&change, t->observer->data);
}

/* When to check it again. */
static int64_t next_look_ms(const struct tracked_session *w)
{
	return w->deadline_ms < w->leaves_ms ? w->deadline_ms : w->leaves_ms;
}

static void set_deadline(struct session_states *t, struct tracked_session *w, int64_t deadline_ms)
{
	w->deadline_ms = deadline_ms;
	if (next_look_ms(w) < t->soonest_ms) {
		t->soonest_ms = next_look_ms(w);
	}
}

void session_states_leave_at(struct session_states *t, struct tracked_session *w, int64_t leaves_ms)
{
	w->leaves_ms = leaves_ms;
	set_deadline(t, w, w->deadline_ms);
}

static void change_state(struct session_states *t, struct tracked_session *w,
	enum session_state state, enum session_reason reason, enum session_attention attention,
	struct moment now)
{
	struct session *s = &w->session;
	enum session_state previous = s->state;
	if (previous != state) {
		s->since_ms = now.wall_ms;
		session_registry_set_state(t->registry, w, state);
	}
	s->reason = reason;
	s->attention = attention;
	bool came_back = state == SESSION_COMPLETED || state == SESSION_WAITING;
	s->worked_ms = came_back ? ledger_turn_ms(&w->ledger) : -1;
	session_spans_note_state(w->spans, now);
	tracked_session_show(w);
	session_states_tell(t, w, previous);
}

/* ---- how long it is kept */

/* Its end will be reported. */
static bool is_known_alive(const struct tracked_session *w)
{
	return w->pid_count > 0 ||
	       (w->exporter.connection_count > 0 && w->session.assistant->connection_is_life &&
		       !w->is_forwarded);
}

/* When a session that is not working expires; INT64_MAX: when its end is reported. */
static int64_t forgotten_ms(
	const struct session_states *t, const struct tracked_session *w, struct moment now)
{
	if (is_known_alive(w)) {
		return INT64_MAX;
	}
	bool wanted = w->session.attention != SESSION_ATTENTION_NONE;
	int64_t timeout_ms = t->settings->session_timeout_ms;
	timeout_ms = wanted && timeout_ms < unseen_timeout_ms ? unseen_timeout_ms : timeout_ms;
	int64_t due_ms = w->news_ms + timeout_ms;
	return due_ms > now.mono_ms ? due_ms : now.mono_ms;
}

static void become_idle(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, enum session_attention attention, struct moment now)
{
	change_state(t, w, SESSION_IDLE, reason, attention, now);
	set_deadline(t, w, forgotten_ms(t, w, now));
}

static int64_t newest_ns(const struct tracked_session *w)
{
	int64_t last = ledger_last_work_ns(&w->ledger), end = w->ledger.turn.end_ns;
	return last > end ? last : end;
}

void session_states_expire(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t told_ns, struct moment now)
{
	int64_t end_ns = told_ns != 0 ? told_ns : newest_ns(w);
	w->over_ns = end_ns != 0 ? end_ns : now.ns;
	w->over_told = told_ns != 0;
	session_spans_end(w->spans, reason, now);
	if (w->told) {
		change_state(t, w, SESSION_EXPIRED, reason, SESSION_ATTENTION_NONE, now);
	}
	session_registry_bury(t->registry, w, end_ns, told_ns != 0);
}

void session_states_doubt(struct session_states *t, struct tracked_session *w, struct moment now)
{
	if (w->deadline_ms == INT64_MAX && w->pid_count == 0) {
		set_deadline(t, w, now.mono_ms + t->settings->session_timeout_ms);
	}
}

/* ---- working, completed, waiting */

static void begin_working(struct session_states *t, struct tracked_session *w, struct moment now)
{
	w->aside.active = false;
	bool shown = w->session.state == SESSION_WORKING;
	if (shown && w->session.attention == SESSION_ATTENTION_NONE) {
		return;
	}
	bool asked = w->ledger.turn.by_prompt && w->turns_shown != w->ledger.turns;
	w->turns_shown = w->ledger.turns;
	change_state(t, w, SESSION_WORKING, asked ? SESSION_REASON_PROMPT : SESSION_REASON_ACTIVITY,
		SESSION_ATTENTION_NONE, now);
}

/* Whoever stopped it knows that it is over. */
static enum session_attention attention_of(
	const struct tracked_session *w, enum session_reason reason)
{
	const struct ledger_turn *turn = &w->ledger.turn;
	if (reason == SESSION_REASON_INTERRUPTED) {
		return SESSION_ATTENTION_NONE;
	}
	if (!turn->failed) {
		return SESSION_ATTENTION_DONE;
	}
	return turn->end_attention == EVENT_ATTENTION_LIMIT ? SESSION_ATTENTION_LIMIT
							    : SESSION_ATTENTION_ERROR;
}

void session_states_complete(struct session_states *t, struct tracked_session *w,
	enum session_reason reason, int64_t end_ns, struct moment now)
{
	if (w->session.state != SESSION_WAITING) {
		begin_working(t, w, now);
	}
	w->aside.active = false;
	enum session_attention attention = attention_of(w, reason);
	ledger_close(&w->ledger, end_ns);
	session_spans_complete(w->spans, reason, attention, now);
	change_state(t, w, SESSION_COMPLETED, reason, attention, now);
	set_deadline(t, w, now.mono_ms + t->settings->completed_timeout_ms);
}

/* It waits for the user's answer; the turn stays open. */
static void wait_for_user(struct session_states *t, struct tracked_session *w,
	const struct session_verdict *verdict, struct moment now)
{
	bool waited = w->session.state == SESSION_WAITING;
	if (!waited && w->ledger.turn.open) {
		begin_working(t, w, now);
	}
	if (!waited || w->session.attention != verdict->attention) {
		change_state(t, w, SESSION_WAITING, verdict->reason, verdict->attention, now);
	}
	set_deadline(t, w, forgotten_ms(t, w, now));
}

/* ---- aside */

/* A turn that has been closed meanwhile needs nothing any more. */
static void go_aside(struct tracked_session *w)
{
	const struct session *s = &w->session;
	bool rests = s->state == SESSION_COMPLETED || s->state == SESSION_IDLE;
	if (!w->aside.active) {
		w->aside = (struct session_aside){
			true, s->reason, rests ? s->attention : SESSION_ATTENTION_NONE};
	}
}

/* What was over stays over, and has been reported: it is shown as idle, with the attention not seen
 * yet. */
static void come_back(struct session_states *t, struct tracked_session *w, struct moment now)
{
	w->aside.active = false;
	become_idle(t, w, w->aside.reason, w->aside.attention, now);
}

/* It is shown as working, or waiting, for a turn closed by its end: but the session goes on. */
static bool is_left_over(const struct tracked_session *w)
{
	enum session_state state = w->session.state;
	return (state == SESSION_WORKING || state == SESSION_WAITING) && w->leaves_ms == INT64_MAX;
}

/* No turn is open, but something else may be. */
static void settle_aside(struct session_states *t, struct tracked_session *w, struct moment now)
{
	if (tool_calls_asking(&w->ledger.calls) != NULL) {
		struct session_verdict verdict = session_verdict_of(w, t->settings, now);
		go_aside(w);
		wait_for_user(t, w, &verdict, now);
	} else if (w->ledger.compacts) {
		go_aside(w);
		if (w->session.state != SESSION_WORKING) {
			change_state(t, w, SESSION_WORKING, SESSION_REASON_ACTIVITY,
				SESSION_ATTENTION_NONE, now);
		}
		set_deadline(t, w, now.mono_ms + t->settings->stall_timeout_ms);
	} else if (w->aside.active) {
		come_back(t, w, now);
	} else if (is_left_over(w)) {
		w->rule = SESSION_RULE_EXPLICIT;
		session_states_complete(t, w, SESSION_REASON_INTERRUPTED, 0, now);
	} else if (w->session.attention == SESSION_ATTENTION_DONE && w->ledger.turn.failed) {
		w->session.attention = attention_of(w, w->session.reason); // as is known only now
		w->dirty = true;
	} else if (w->session.state == SESSION_IDLE) {
		set_deadline(t, w, forgotten_ms(t, w, now));
	}
}

/* ---- conclusions */

static void follow(struct session_states *t, struct tracked_session *w,
	const struct session_verdict *verdict, struct moment now)
{
	if (verdict->asks) {
		wait_for_user(t, w, verdict, now);
	} else {
		w->rule = verdict->rule;
		session_states_complete(t, w, verdict->reason, verdict->end_ns, now);
	}
}

void session_states_settle(struct session_states *t, struct tracked_session *w, struct moment now)
{
	if (!w->ledger.turn.open) {
		settle_aside(t, w, now);
		return;
	}
	struct session_verdict verdict = session_verdict_of(w, t->settings, now);
	bool due = verdict.due_ms <= now.mono_ms;
	if (verdict.asks && (w->session.state == SESSION_WAITING || due)) {
		wait_for_user(t, w, &verdict, now);
		return;
	}
	if (verdict.over && due) {
		follow(t, w, &verdict, now);
		return;
	}
	begin_working(t, w, now);
	set_deadline(t, w, verdict.due_ms);
}

void session_states_end_turn(struct session_states *t, struct tracked_session *w, struct moment now)
{
	bool finished = w->ledger.turn.open && w->session.state != SESSION_WAITING;
	if (finished && !w->session.assistant->hides_model_end) {
		struct session_verdict verdict = session_verdict_of(w, t->settings, now);
		finished = verdict.over && !verdict.asks;
	}
	if (finished) {
		w->rule = SESSION_RULE_CONNECTION;
		session_states_complete(t, w, SESSION_REASON_TURN_END, 0, now);
	}
}

void session_states_acknowledge(
	struct session_states *t, struct tracked_session *w, struct moment now)
{
	const struct session *s = &w->session;
	w->aside.attention = SESSION_ATTENTION_NONE;
	bool over = s->state == SESSION_COMPLETED || s->state == SESSION_IDLE;
	bool news = s->state == SESSION_COMPLETED || s->attention != SESSION_ATTENTION_NONE;
	if (over && news) {
		become_idle(t, w, SESSION_REASON_ACKNOWLEDGED, SESSION_ATTENTION_NONE, now);
	}
}

/* ---- time */

void session_states_leave(
	struct session_states *t, struct tracked_session *w, int64_t told_ns, struct moment now)
{
	bool waits = w->session.state == SESSION_WAITING;
	if (w->ledger.turn.open && !waits && !ledger_is_busy(&w->ledger)) {
		w->rule = SESSION_RULE_EXPLICIT;
		session_states_complete(t, w, SESSION_REASON_TURN_END, 0, now);
	}
	session_states_expire(t, w, SESSION_REASON_CLOSED, told_ns, now);
}

/* Waits for subagents known to run; silent ones are considered lost. */
static bool waits_for_lost_agents(const struct tracked_session *w)
{
	const struct ledger *l = &w->ledger;
	return l->turn.held_ns != 0 && l->turn.agents_go_on && tool_calls_last(&l->calls) == NULL;
}

static void tick_working(struct session_states *t, struct tracked_session *w, struct moment now)
{
	struct session_verdict verdict = session_verdict_of(w, t->settings, now);
	if (verdict.over) {
		follow(t, w, &verdict, now);
	} else if (waits_for_lost_agents(w)) {
		w->rule = SESSION_RULE_HELD;
		session_states_complete(t, w, SESSION_REASON_QUIET, w->ledger.turn.held_ns, now);
	} else if (w->session.attention != SESSION_ATTENTION_STALLED) {
		change_state(t, w, SESSION_WORKING, SESSION_REASON_STALLED,
			SESSION_ATTENTION_STALLED, now);
		set_deadline(t, w, now.mono_ms + t->settings->session_timeout_ms);
	} else if (is_known_alive(w)) {
		set_deadline(t, w, INT64_MAX);
	} else {
		session_states_expire(t, w, SESSION_REASON_EXPIRED, 0, now);
	}
}

static void tick_resting(struct session_states *t, struct tracked_session *w, struct moment now)
{
	int64_t due_ms = forgotten_ms(t, w, now);
	if (due_ms <= now.mono_ms) {
		session_states_expire(t, w, SESSION_REASON_EXPIRED, 0, now);
	} else {
		set_deadline(t, w, due_ms);
	}
}

static void tick_session(struct session_states *t, struct tracked_session *w, struct moment now)
{
	if (now.mono_ms >= w->leaves_ms) {
		session_states_leave(t, w, w->hook_ns, now);
	} else if (!w->ledger.turn.open && w->aside.active && w->ledger.compacts) {
		w->ledger.compacts = false;
		come_back(t, w, now);
	} else if (w->session.state == SESSION_WORKING) {
		tick_working(t, w, now);
	} else if (w->session.state == SESSION_COMPLETED) {
		become_idle(t, w, SESSION_REASON_IDLE_TIMEOUT, w->session.attention, now);
	} else {
		tick_resting(t, w, now);
	}
}

void session_states_tick(struct session_states *t, struct moment now)
{
	if (now.mono_ms < t->soonest_ms) {
		return;
	}
	struct tracked_session *w, *next;
	list_for_each_safe(w, next, &t->registry->by_news, by_news)
	{
		if (next_look_ms(w) <= now.mono_ms) {
			tick_session(t, w, now);
		}
	}
	t->soonest_ms = INT64_MAX;
	list_for_each(w, &t->registry->by_news, by_news)
	{
		if (next_look_ms(w) < t->soonest_ms) {
			t->soonest_ms = next_look_ms(w);
		}
	}
}
