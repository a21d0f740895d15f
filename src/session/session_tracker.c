#include "session/session_tracker.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_clients.h"
#include "session/session_registry.h"
#include "session/session_work.h"
#include "session/title_threads.h"
#include "session/turn_places.h"

/* A client sends its last telemetry so soon after its hook has told the end of the session. */
static const int64_t last_words_ms = 1000;

struct session_tracker {
	struct session_settings settings;
	session_on_change *on_change;
	void *data;
	struct session_registry registry;
	int64_t soonest_ms; // no deadline lies before it
	struct title_threads title_threads;
	struct turn_places places;
	struct session_clients clients;
};

struct session_settings session_settings_default(void)
{
	return (struct session_settings){
		.settle_ms = 1000,
		.quiet_period_ms = 3000,
		.approval_ms = 2000,
		.stall_timeout_ms = 300000,
		.session_timeout_ms = 300000,
		.completed_timeout_ms = 30000,
		.max_sessions = 1000,
	};
}

struct session_tracker *session_tracker_create(
	const struct session_settings *settings, session_on_change *on_change, void *data)
{
	struct session_tracker *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->on_change = on_change;
	t->data = data;
	t->soonest_ms = INT64_MAX;
	session_registry_init(&t->registry, settings->max_sessions);
	session_clients_init(&t->clients);
	return t;
}

void session_tracker_destroy(struct session_tracker *t)
{
	if (t == NULL) {
		return;
	}
	session_registry_finish(&t->registry);
	turn_places_finish(&t->places);
	session_clients_finish(&t->clients);
	free(t);
}

void session_tracker_set_settings(
	struct session_tracker *t, const struct session_settings *settings)
{
	t->settings = *settings;
}

/* ---- telling */

static void tell(struct session_tracker *t, struct session_work *w, enum session_state previous)
{
	struct session_change change = {&w->session, !w->told, previous};
	w->told = true;
	w->dirty = false;
	t->on_change(&change, t->data);
}

static void set_deadline(struct session_tracker *t, struct session_work *w, int64_t deadline_ms)
{
	w->deadline_ms = deadline_ms < w->leaves_ms ? deadline_ms : w->leaves_ms;
	if (w->deadline_ms < t->soonest_ms) {
		t->soonest_ms = w->deadline_ms;
	}
}

static void change_state(struct session_tracker *t, struct session_work *w,
	enum session_state state, enum session_reason reason, enum session_attention attention,
	struct instant now)
{
	struct session *s = &w->session;
	enum session_state previous = s->state;
	if (previous != state) {
		s->since_ms = now.wall_ms;
		session_registry_set_state(&t->registry, w, state);
	}
	s->reason = reason;
	s->attention = attention;
	s->worked_ms = state == SESSION_COMPLETED ? ledger_turn_ms(&w->ledger) : -1;
	session_work_show(w);
	tell(t, w, previous);
}

static int64_t newest_ns(const struct session_work *w)
{
	const struct ledger *l = &w->ledger;
	int64_t last = ledger_last_work_ns(l);
	return last > l->turn_end_ns ? last : l->turn_end_ns;
}

static void expire(struct session_tracker *t, struct session_work *w, enum session_reason reason,
	struct instant now)
{
	if (w->told) {
		w->waiting = false;
		change_state(t, w, SESSION_EXPIRED, reason, SESSION_ATTENTION_NONE, now);
	}
	session_registry_bury(&t->registry, w, newest_ns(w));
}

/* A turn that was asked for is shown as worked on before it is shown as over, also where both are
 * learnt at once. */
static void begin_working(struct session_tracker *t, struct session_work *w, struct instant now)
{
	bool shown = w->session.state == SESSION_WORKING;
	if (shown && w->session.attention == SESSION_ATTENTION_NONE) {
		return;
	}
	w->waiting = false;
	bool asked = w->ledger.turn_by_prompt && w->turns_shown != w->ledger.turns;
	w->turns_shown = w->ledger.turns;
	change_state(t, w, SESSION_WORKING, asked ? SESSION_REASON_PROMPT : SESSION_REASON_ACTIVITY,
		SESSION_ATTENTION_NONE, now);
}

static void complete(struct session_tracker *t, struct session_work *w, enum session_reason reason,
	int64_t end_ns, struct instant now)
{
	if (!w->waiting) {
		begin_working(t, w, now);
	}
	w->waiting = false;
	enum session_attention attention = SESSION_ATTENTION_DONE;
	if (reason == SESSION_REASON_INTERRUPTED) {
		attention = SESSION_ATTENTION_NONE; // its user knows
	} else if (w->ledger.end_wish == EVENT_WISH_LIMIT) {
		attention = SESSION_ATTENTION_LIMIT;
	} else if (w->ledger.failed) {
		attention = SESSION_ATTENTION_ERROR;
	}
	ledger_close(&w->ledger, end_ns);
	change_state(t, w, SESSION_COMPLETED, reason, attention, now);
	set_deadline(t, w, now.mono_ms + t->settings.completed_timeout_ms);
}

/* It asked its user and waits for the answer; the turn stays open. */
static void wait_for_user(struct session_tracker *t, struct session_work *w,
	const struct session_verdict *verdict, struct instant now)
{
	if (!w->waiting) {
		begin_working(t, w, now);
	}
	if (!w->waiting || w->session.attention != verdict->attention) {
		w->waiting = true;
		change_state(t, w, SESSION_COMPLETED,
			verdict->told ? SESSION_REASON_TURN_END : SESSION_REASON_QUIET,
			verdict->attention, now);
	}
	set_deadline(t, w, w->news_ms + t->settings.session_timeout_ms);
}

/* Draws the conclusions from a session's ledger after news. */
static void settle(struct session_tracker *t, struct session_work *w, struct instant now)
{
	if (!w->ledger.turn_open) {
		if (w->session.state == SESSION_IDLE) {
			set_deadline(t, w, w->news_ms + t->settings.session_timeout_ms);
		}
		return;
	}
	struct session_verdict verdict = session_work_judge(w, &t->settings, now);
	if (verdict.asks && (w->waiting || verdict.due_ms <= now.mono_ms)) {
		wait_for_user(t, w, &verdict, now);
		return;
	}
	begin_working(t, w, now);
	if (verdict.over && verdict.due_ms <= now.mono_ms) {
		complete(t, w, SESSION_REASON_QUIET, 0, now);
		return;
	}
	set_deadline(t, w, verdict.due_ms);
}

/* ---- finding and making sessions */

/* Only work makes a session known: clients name ids that never come to life. */
static bool makes_session(const struct event *e)
{
	if (e->source == EVENT_FROM_HOOK) {
		return e->kind != EVENT_SESSION_END; // hooks are told by a client that runs
	}
	switch (e->kind) {
	case EVENT_PROMPT:
	case EVENT_MODEL_BEGIN:
	case EVENT_TOOL_BEGIN:
	case EVENT_TOOL_END:
	case EVENT_ACTIVITY: return true;
	case EVENT_MODEL_END: return e->actor != EVENT_BY_SIDE;
	case EVENT_TURN_END:
		return e->is_top_level && e->proves_work && !e->tool->shares_connection;
	default: return false;
	}
}

static struct session_work *find_or_add(
	struct session_tracker *t, const struct event *e, struct instant now)
{
	struct session_registry *r = &t->registry;
	struct session_work *w = session_registry_find(r, e->session_id);
	if (w != NULL || !makes_session(e) ||
		session_registry_is_buried(r, e->session_id, e->time_ns)) {
		return w;
	}
	if (r->count >= t->settings.max_sessions) {
		expire(t, session_registry_oldest(r), SESSION_REASON_EXPIRED, now);
	}
	w = session_work_create(e, now);
	w->by_hook = w->dirty = e->source == EVENT_FROM_HOOK;
	session_registry_add(r, w);
	return w;
}

/* ---- events */

static int compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->time_ns != y->time_ns) {
		return x->time_ns < y->time_ns ? -1 : 1;
	}
	if (x->sequence != y->sequence) {
		return x->sequence < y->sequence ? -1 : 1;
	}
	return x->order < y->order ? -1 : 1; // the sender's order
}

/* Batches come sorted, or nearly so. */
static void sort_events(struct event *events, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_events(&events[i - 1], &events[i]) > 0) {
			qsort(events, count, sizeof(*events), compare_events);
			return;
		}
	}
}

static void enter_event(struct session_tracker *t, struct session_work *w, const struct event *e,
	struct instant now)
{
	enum ledger_effect effect = ledger_enter(&w->ledger, e);
	if (effect == LEDGER_NEW_TURN) {
		if (w->waiting) {
			ledger_close(
				&w->ledger, 0); // its user did not answer but asked something else
		} else {
			complete(t, w, SESSION_REASON_QUIET, 0, now);
		}
		effect = ledger_enter(&w->ledger, e);
	}
	w->dirty = w->dirty || w->session.turn != (int)w->ledger.turns;
	w->session.turn = (int)w->ledger.turns;
	if (effect == LEDGER_ENDED) {
		complete(t, w, SESSION_REASON_TURN_END, e->time_ns, now);
	} else if (effect == LEDGER_INTERRUPTED) {
		complete(t, w, SESSION_REASON_INTERRUPTED, e->time_ns, now);
	}
}

/* A directory that is known by its turn alone. */
static void place_turn(struct session_tracker *t, const struct event *e)
{
	uint64_t turn = turn_places_hash(e->turn_id);
	turn_places_add(&t->places, turn, e->cwd);
	struct session_work *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		if (w->turn == turn) {
			session_work_set_place(
				w, e->cwd, (struct str){0}, SESSION_PLACE_BY_TELEMETRY);
		}
	}
}

static void note_turn(struct session_tracker *t, struct session_work *w, const struct event *e)
{
	if (e->turn_id.size > 0) {
		w->turn = turn_places_hash(e->turn_id);
		session_work_set_place(w, turn_places_find(&t->places, w->turn), (struct str){0},
			SESSION_PLACE_BY_TELEMETRY);
	}
}

/* A session takes from the process behind its connection where it works, and its end; unless that
 * is another program that sends for many. */
static void take_client(struct session_tracker *t, struct session_work *w, uint64_t connection)
{
	const struct session_client *client = session_clients_find(&t->clients, connection);
	if (client == NULL || !session_client_is(client, w->session.tool->program)) {
		return;
	}
	w->dirty = w->dirty || w->session.pid != client->pid;
	w->session.pid = client->pid;
	session_work_set_place(
		w, str_from(client->cwd), str_from(client->project), SESSION_PLACE_BY_PROCESS);
}

/* A batch gives a sign of life, and says how its sender sends. */
static void note_sender(struct session_tracker *t, struct session_work *w,
	const struct session_batch *batch, struct event *e, struct instant now)
{
	w->news_ms = now.mono_ms;
	if (e->source == EVENT_FROM_HOOK) { // on our clock; the ledger is on the sender's
		e->time_ns += w->sender.clock_ahead_ms * 1000000;
		return;
	}
	if (w->by_hook) { // telemetry knows better which of a client's programs this is
		w->by_hook = false;
		w->session.tool = e->tool;
	}
	bool known = sender_has_connection(&w->sender, batch->connection);
	sender_note_batch(&w->sender, batch->connection, batch->oldest_ns, batch->newest_ns,
		batch->record_count, e->source == EVENT_FROM_LOGS, now);
	if (!known) {
		take_client(t, w, batch->connection);
	}
}

static void leave(
	struct session_tracker *t, struct session_work *w, int64_t end_ns, struct instant now)
{
	if (w->ledger.turn_open && !w->waiting && !ledger_is_busy(&w->ledger)) {
		complete(t, w, SESSION_REASON_TURN_END, end_ns, now);
	}
	expire(t, w, SESSION_REASON_CLOSED, now);
}

/* A client runs the hook that tells its end before it sends its last telemetry. Whatever other hook
 * it runs after that, it is there again. */
static void note_end(struct session_tracker *t, struct session_work *w, const struct event *e,
	struct instant now)
{
	if (e->kind != EVENT_SESSION_END) {
		w->leaves_ms = e->source == EVENT_FROM_HOOK ? INT64_MAX : w->leaves_ms;
	} else if (e->source != EVENT_FROM_HOOK) {
		leave(t, w, e->time_ns, now);
	} else if (w->leaves_ms == INT64_MAX) {
		w->leaves_ms = now.mono_ms + last_words_ms;
		set_deadline(t, w, w->deadline_ms);
	}
}

static void handle_event(struct session_tracker *t, const struct session_batch *batch,
	struct event *e, struct instant now)
{
	if (e->session_id.size == 0) {
		place_turn(t, e);
		return;
	}
	if (title_threads_hold(&t->title_threads, &t->registry, e, batch->connection)) {
		return;
	}
	struct session_work *w = find_or_add(t, e, now);
	if (w == NULL) {
		return;
	}
	if (!w->touched) {
		w->touched = true;
		session_registry_touch(&t->registry, w);
		note_sender(t, w, batch, e, now);
	}
	if (seen_before(&w->seen, e)) {
		return;
	}
	session_work_note(w, e);
	note_turn(t, w, e);
	enter_event(t, w, e, now);
	note_end(t, w, e, now);
}

void session_tracker_handle_batch(
	struct session_tracker *t, const struct session_batch *batch, struct instant now)
{
	sort_events(batch->events, batch->count);
	for (size_t i = 0; i < batch->count; i++) {
		handle_event(t, batch, &batch->events[i], now);
	}
	struct list *link = &t->registry.by_news; // those touched stand at its end
	while (link->prev != &t->registry.by_news &&
		list_entry(link->prev, struct session_work, by_news)->touched) {
		link = link->prev;
	}
	for (; link != &t->registry.by_news; link = link->next) {
		struct session_work *w = list_entry(link, struct session_work, by_news);
		w->touched = false;
		settle(t, w, now);
		session_work_show(w);
		if (w->dirty) {
			tell(t, w, w->session.state);
		}
	}
}

/* ---- the ends of connections and processes */

/* Nobody can send any more for the turn that is open: it came to its end, unless work was open. */
static void end_turn(struct session_tracker *t, struct session_work *w, struct instant now)
{
	bool finished = w->ledger.turn_open && !w->waiting;
	if (finished && !w->session.tool->hides_model_end) {
		struct session_verdict verdict = session_work_judge(w, &t->settings, now);
		finished = verdict.over && !verdict.asks;
	}
	if (finished) {
		complete(t, w, SESSION_REASON_TURN_END, 0, now);
	}
}

static void lose_connection(struct session_tracker *t, struct session_work *w, bool by_peer,
	int64_t idle_ms, struct instant now)
{
	const struct tool *tool = w->session.tool;
	bool given_back = tool->connection_idle_ms > 0 &&
			  idle_ms >= tool->connection_idle_ms - 1000;
	if (w->sender.connection_count > 0) {
		return;
	}
	if (!by_peer || given_back) { // the client may live on
		if (w->deadline_ms == INT64_MAX && w->session.pid == 0) {
			set_deadline(t, w, now.mono_ms + t->settings.session_timeout_ms);
		}
		return;
	}
	end_turn(t, w, now);
	if (w->session.pid == 0 && tool->connection_is_life && !tool->shares_connection) {
		expire(t, w, SESSION_REASON_CLOSED, now);
	}
}

void session_tracker_handle_connection_end(
	struct session_tracker *t, uint64_t connection, bool by_peer, struct instant now)
{
	session_clients_remove(&t->clients, connection);
	struct session_work *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		int64_t idle_ms;
		if (sender_drop_connection(&w->sender, connection, now, &idle_ms)) {
			lose_connection(t, w, by_peer, idle_ms, now);
		}
	}
}

void session_tracker_set_process(
	struct session_tracker *t, uint64_t connection, const struct session_process *process)
{
	session_clients_add(&t->clients, connection, process);
	struct session_work *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		if (sender_has_connection(&w->sender, connection)) {
			take_client(t, w, connection);
			if (w->dirty && w->told) {
				tell(t, w, w->session.state);
			}
		}
	}
}

bool session_tracker_has_process(const struct session_tracker *t, int64_t pid)
{
	const struct session_work *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		if (w->session.pid == pid) {
			return true;
		}
	}
	return false;
}

void session_tracker_handle_process_end(struct session_tracker *t, int64_t pid, struct instant now)
{
	struct session_work *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		if (w->session.pid == pid) {
			end_turn(t, w, now);
			expire(t, w, SESSION_REASON_CLOSED, now);
		}
	}
}

/* ---- time */

/* Its end will be told. */
static bool is_known_alive(const struct session_work *w)
{
	return w->session.pid != 0 ||
	       (w->sender.connection_count > 0 && w->session.tool->connection_is_life);
}

static void tick_working(struct session_tracker *t, struct session_work *w, struct instant now)
{
	struct session_verdict verdict = session_work_judge(w, &t->settings, now);
	if (verdict.over) {
		if (verdict.asks) {
			wait_for_user(t, w, &verdict, now);
		} else {
			complete(t, w, SESSION_REASON_QUIET, 0, now);
		}
	} else if (w->session.attention != SESSION_ATTENTION_STALLED) {
		change_state(t, w, SESSION_WORKING, SESSION_REASON_STALLED,
			SESSION_ATTENTION_STALLED, now);
		set_deadline(t, w, now.mono_ms + t->settings.session_timeout_ms);
	} else if (is_known_alive(w)) {
		set_deadline(t, w, INT64_MAX);
	} else {
		expire(t, w, SESSION_REASON_EXPIRED, now);
	}
}

static void tick_session(struct session_tracker *t, struct session_work *w, struct instant now)
{
	if (now.mono_ms >= w->leaves_ms) {
		leave(t, w, 0, now);
		return;
	}
	switch (w->session.state) {
	case SESSION_WORKING: tick_working(t, w, now); break;
	case SESSION_COMPLETED:
		if (!w->waiting) {
			change_state(t, w, SESSION_IDLE, SESSION_REASON_IDLE_TIMEOUT,
				SESSION_ATTENTION_NONE, now);
			set_deadline(t, w, w->news_ms + t->settings.session_timeout_ms);
			break;
		}
		__attribute__((fallthrough));
	default:
		if (w->waiting && is_known_alive(w)) {
			set_deadline(t, w, INT64_MAX);
		} else if (now.mono_ms - w->news_ms >= t->settings.session_timeout_ms) {
			expire(t, w, SESSION_REASON_EXPIRED, now);
		} else {
			set_deadline(t, w, w->news_ms + t->settings.session_timeout_ms);
		}
		break;
	}
}

void session_tracker_tick(struct session_tracker *t, struct instant now)
{
	if (now.mono_ms < t->soonest_ms) {
		return;
	}
	struct session_work *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		if (w->deadline_ms <= now.mono_ms) {
			tick_session(t, w, now);
		}
	}
	t->soonest_ms = INT64_MAX;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		if (w->deadline_ms < t->soonest_ms) {
			t->soonest_ms = w->deadline_ms;
		}
	}
}

int64_t session_tracker_next_deadline(const struct session_tracker *t)
{
	return t->soonest_ms;
}

bool session_tracker_acknowledge(struct session_tracker *t, struct str id, struct instant now)
{
	struct session_work *w = session_registry_find(&t->registry, id);
	if (w == NULL) {
		return false;
	}
	if (w->session.state == SESSION_COMPLETED && !w->waiting) {
		change_state(t, w, SESSION_IDLE, SESSION_REASON_ACKNOWLEDGED,
			SESSION_ATTENTION_NONE, now);
		set_deadline(t, w, w->news_ms + t->settings.session_timeout_ms);
	}
	return true;
}

const struct list *session_tracker_sessions(const struct session_tracker *t)
{
	return &t->registry.sessions;
}

size_t session_tracker_count(const struct session_tracker *t, enum session_state state)
{
	return t->registry.counts[state];
}

const struct session *session_tracker_find(const struct session_tracker *t, struct str id)
{
	struct session_work *w = session_registry_find(&t->registry, id);
	return w != NULL ? &w->session : NULL;
}
