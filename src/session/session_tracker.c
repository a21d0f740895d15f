#include "session/session_tracker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "price/price.h"
#include "session/session_owner.h"
#include "session/session_past.h"
#include "session/session_peers.h"
#include "session/session_registry.h"
#include "session/session_reprice.h"
#include "session/session_span.h"
#include "session/session_states.h"
#include "session/session_verdict.h"
#include "session/session_why.h"
#include "session/tracked_session.h"

enum { STEPS_IN_BATCH = 4 };

/* A client sends its last telemetry so soon after its hook has told the end of the session. */
static const int64_t last_words_ms = 1000;

/* The end of a turn and that of a session which come so close together are one: a client that tells
 * both after every turn. */
static const int64_t same_end_ns = INT64_C(1000000000);

/* A connection that carried nothing for so long was given back, which is no sign of its client. */
static const int64_t given_back_ms = 60000;

struct session_tracker {
	struct session_settings settings;
	struct session_observer observer;
	struct clock clock;
	struct session_registry registry;
	struct session_states states;
	struct session_owners owners;
	struct session_peers clients;
	struct session_projects projects;
	struct price_book prices;
	struct buf id, call_name; // of an event, where they had to be made names
};

enum { HASH_BYTES = 16 }; // in hexadecimal

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
	const struct session_settings *settings, const struct session_observer *observer)
{
	struct session_tracker *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->observer = *observer;
	session_registry_init(&t->registry, settings->max_sessions);
	t->states = (struct session_states){
		.settings = &t->settings,
		.observer = &t->observer,
		.registry = &t->registry,
		.soonest_ms = INT64_MAX,
	};
	session_owners_init(&t->owners, &t->states, &t->projects);
	session_peers_init(&t->clients);
	buf_init(&t->id, EVENT_ID_BYTES * 3 + HASH_BYTES + 1);
	buf_init(&t->call_name, SESSION_SPAN_NAME_BYTES * 3);
	return t;
}

void session_tracker_destroy(struct session_tracker *t)
{
	if (t == NULL) {
		return;
	}
	session_registry_finish(&t->registry);
	session_owners_finish(&t->owners);
	session_peers_finish(&t->clients);
	buf_finish(&t->id);
	buf_finish(&t->call_name);
	free(t);
}

void session_tracker_set_settings(
	struct session_tracker *t, const struct session_settings *settings)
{
	t->settings = *settings;
}

void session_tracker_set_prices(struct session_tracker *t, const struct price_book *prices)
{
	t->prices = *prices;
}

/* ---- clocks */

static void tell_step(struct session_tracker *t, struct tracked_session *w, int64_t step_ms)
{
	if (step_ms == 0 || t->observer.on_clock_step == NULL || (w != NULL && w->step_told)) {
		return;
	}
	if (w != NULL) {
		w->step_told = true;
	}
	t->observer.on_clock_step(w != NULL ? &w->session : NULL, step_ms, t->observer.data);
}

static struct moment read_clock(struct session_tracker *t, struct instant now)
{
	int64_t set_ms;
	struct moment moment = clock_read(&t->clock, now, &set_ms);
	tell_step(t, NULL, set_ms);
	return moment;
}

/* Shifts when e happened, and with it when it began. */
static void set_time(struct event *e, int64_t time_ns)
{
	e->begin_ns += e->begin_ns != 0 ? time_ns - e->time_ns : 0;
	e->time_ns = time_ns;
}

/* What nobody has stamped happened when it came. */
static void set_arrival(struct event *e, struct moment now)
{
	e->begin_ns += e->begin_ns < 0 ? now.ns : 0;
	e->time_ns = now.ns;
}

/* How many events of the batch, in the order sent, were stamped before the clock was set. */
static size_t count_before_step(
	const struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	size_t count = batch->count;
	while (count > 0 &&
		(batch->events[count - 1].time_ns == 0 ||
			!clock_is_before_step(&t->clock, batch->events[count - 1].time_ns, now))) {
		count--;
	}
	return count;
}

/* The last time of that session's in the batch; all are on the tracker's clock. */
static int64_t last_time(const struct session_batch *batch, size_t from)
{
	int64_t last = batch->events[from].time_ns;
	for (size_t i = from + 1; i < batch->count; i++) {
		const struct event *e = &batch->events[i];
		if (e->time_ns != 0 && str_equal(e->session_id, batch->events[from].session_id)) {
			last = e->time_ns;
		}
	}
	return last;
}

/* ---- who sends */

/* A session takes from the process behind its connection where it works, and its end; unless that
 * is another program that sends for many. */
static void take_client(struct session_tracker *t, struct tracked_session *w, uint64_t connection)
{
	const struct session_client *client = session_peers_find(&t->clients, connection);
	if (client == NULL) {
		return;
	}
	w->is_forwarded = !session_peer_is(client, w->session.assistant->program);
	if (w->is_forwarded) {
		return;
	}
	tracked_session_add_pid(w, client->pid);
	w->dirty |= session_cwd_set(&w->cwd, &w->session, str_from(client->cwd), (struct str){0},
		SESSION_CWD_BY_PROCESS);
}

static int64_t place_stamp(const struct session_tracker *t, int64_t wall_ns, struct moment now)
{
	bool before_step = clock_is_before_step(&t->clock, wall_ns, now);
	return wall_ns != 0 ? clock_from_wall(&t->clock, wall_ns, before_step) : 0;
}

/* The times of a batch on the tracker's clock. */
static struct exporter_batch exporter_batch_of(const struct session_tracker *t,
	const struct session_batch *batch, enum event_source source, struct moment now)
{
	return (struct exporter_batch){
		.connection = batch->connection,
		.oldest_ns = place_stamp(t, batch->oldest_ns, now),
		.newest_ns = place_stamp(t, batch->newest_ns, now),
		.record_count = batch->record_count,
		.of_logs = source == EVENT_FROM_LOGS,
	};
}

/* The first event of a batch gives a sign of life, and says how its sender sends. */
static void touch(struct session_tracker *t, struct tracked_session *w,
	const struct session_batch *batch, const struct event *e, struct moment now)
{
	if (w->touched) {
		return;
	}
	w->touched = true;
	w->news_ms = now.mono_ms;
	session_registry_touch(&t->registry, w);
	if (e->source == EVENT_FROM_HOOK) {
		return;
	}
	if (w->by_hook) { // telemetry knows better which of a client's programs this is
		w->by_hook = false;
		w->session.assistant = e->assistant;
	}
	w->said_last_words = w->client_stays && e->source == EVENT_FROM_LOGS;
	bool known = exporter_has_connection(&w->exporter, batch->connection);
	struct exporter_batch sent = exporter_batch_of(t, batch, e->source, now);
	tell_step(t, w, exporter_note_batch(&w->exporter, &sent, now));
	if (!known) {
		take_client(t, w, batch->connection);
	}
}

/* ---- when it happened */

/* Hooks of one session are ordered by their arrival, whatever any clock says. */
static int64_t hook_time(const struct tracked_session *w, struct moment now)
{
	return w != NULL && w->hook_ns >= now.ns ? w->hook_ns + 1 : now.ns;
}

/* Of a record that is numbered; a fall of the time while the number rises is a step of its clock.
 * To find the last record of a sender takes a look at all, so few steps of a batch are believed. */
static int64_t numbered_time(struct session_tracker *t, const struct session_batch *batch,
	struct tracked_session *w, size_t at, unsigned *steps_left, struct moment now)
{
	const struct event *e = &batch->events[at];
	int64_t time_ns = exporter_time(&w->exporter, e->time_ns);
	if (*steps_left > 0 && exporter_is_set_back(&w->exporter, e->sequence, time_ns)) {
		int64_t last_ns = exporter_time(&w->exporter, last_time(batch, at));
		*steps_left -= 1;
		tell_step(t, w, exporter_set_right(&w->exporter, last_ns, now));
		time_ns = exporter_time(&w->exporter, e->time_ns);
	}
	exporter_note_number(&w->exporter, e->sequence, time_ns);
	return time_ns;
}

/* As if every sender's clock were that of this machine. */
static void undo_steps(
	const struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	size_t before = count_before_step(t, batch, now);
	for (size_t i = 0; i < batch->count; i++) {
		struct event *e = &batch->events[i];
		e->stamp_ns = e->time_ns;
		if (e->time_ns != 0) {
			set_time(e, clock_from_wall(&t->clock, e->time_ns, i < before));
		}
	}
}

/* Puts every event on the tracker's clock, in the order sent. */
static void place_in_time(
	struct session_tracker *t, const struct session_batch *batch, struct moment now)
{
	struct tracked_session *w = NULL;
	struct exporter unknown = {0};
	unsigned steps_left = STEPS_IN_BATCH;
	undo_steps(t, batch, now);
	for (size_t i = 0; i < batch->count; i++) {
		struct event *e = &batch->events[i];
		bool other = i == 0 || !str_equal(e->session_id, batch->events[i - 1].session_id);
		if (other) {
			struct exporter_batch sent = exporter_batch_of(t, batch, e->source, now);
			w = session_registry_find(&t->registry, e->session_id);
			unknown = (struct exporter){0};
			exporter_note_batch(&unknown, &sent, now);
		}
		if (w != NULL) {
			touch(t, w, batch, e, now);
		}
		if (e->source == EVENT_FROM_HOOK) {
			set_time(e, hook_time(w, now));
		} else if (e->time_ns != 0) {
			bool numbered = e->sequence >= 0 && e->source == EVENT_FROM_LOGS;
			set_time(e, w != NULL && numbered
					    ? numbered_time(t, batch, w, i, &steps_left, now)
					    : exporter_time(w != NULL ? &w->exporter : &unknown,
						      e->time_ns));
		} else {
			set_arrival(e, now);
		}
	}
}

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

/* ---- events */

/* What hooks report, telemetry only repeats. */
static void note_heard(struct tracked_session *w, const struct event *e)
{
	struct session_heard *heard = &w->heard[e->kind];
	bool is_repeated = e->source != EVENT_FROM_HOOK && ledger_hooks_tell(&w->ledger, e->kind);
	if (!is_repeated && e->time_ns >= heard->time_ns) {
		*heard = (struct session_heard){e->time_ns, e->source};
	}
}

static void enter_event(struct session_tracker *t, struct tracked_session *w, const struct event *e,
	struct str call_name, struct moment now)
{
	enum ledger_effect effect = ledger_enter(&w->ledger, e);
	if (effect == LEDGER_NEW_TURN) {
		if (w->session.state == SESSION_WAITING) {
			ledger_close(
				&w->ledger, 0); // its user did not answer but asked something else
		} else {
			w->rule = SESSION_RULE_REPLACED;
			session_states_complete(
				&t->states, w, SESSION_REASON_QUIET, w->ledger.turn.held_ns, now);
		}
		effect = ledger_enter(&w->ledger, e);
	}
	if (effect != LEDGER_NOTHING) {
		note_heard(w, e);
	}
	session_spans_enter(w->spans, e, call_name, now);
	w->dirty = w->dirty || w->session.turn != (int)w->ledger.turns;
	w->session.turn = (int)w->ledger.turns;
	bool is_told = effect == LEDGER_ENDED || effect == LEDGER_INTERRUPTED;
	bool was_over = e->kind == EVENT_TURN_END && effect == LEDGER_CHANGED &&
			!w->ledger.turn.open;
	w->rule = is_told || was_over ? SESSION_RULE_EXPLICIT : w->rule;
	if (effect == LEDGER_ENDED) {
		session_states_complete(&t->states, w, SESSION_REASON_TURN_END, e->time_ns, now);
	} else if (effect == LEDGER_INTERRUPTED && w->leaves_ms != INT64_MAX) {
		ledger_close(&w->ledger, e->time_ns); // it was closed in the middle of its work
	} else if (effect == LEDGER_INTERRUPTED) {
		session_states_complete(&t->states, w, SESSION_REASON_INTERRUPTED, e->time_ns, now);
	}
}

/* It is open in a second terminal. Or its version tells the end of the session after every turn,
 * and its process lives on; the end of that will be told. */
static bool lives_on(const struct tracked_session *w, const struct event *e)
{
	bool ends_turn = w->ledger.turn.end_told && !w->ledger.turn.open &&
			 e->time_ns - w->ledger.turn.end_ns < same_end_ns;
	return !e->client_stays && (w->pid_count > 1 || (w->pid_count > 0 && ends_turn));
}

/* A client runs the hook that tells its end before it sends its last telemetry; one that goes on
 * with another session does so when its batch is due. Whatever other hook it runs after that, it is
 * there again. */
static void note_end(struct session_tracker *t, struct tracked_session *w, const struct event *e,
	struct moment now)
{
	if (e->kind != EVENT_SESSION_END) {
		if (e->source == EVENT_FROM_HOOK) {
			w->leaves_ms = INT64_MAX;
			w->client_stays = w->said_last_words = false;
		}
	} else if (e->source != EVENT_FROM_HOOK) {
		session_states_leave(&t->states, w, e->time_ns, now);
	} else if (w->leaves_ms == INT64_MAX && !lives_on(w, e)) {
		w->client_stays = e->client_stays;
		int64_t batch_ms = e->client_stays && w->exporter.has_sent
					   ? exporter_batch_interval_ms(
						     &w->exporter, w->session.assistant)
					   : 0;
		session_states_leave_at(&t->states, w, now.mono_ms + last_words_ms + batch_ms);
	}
}

/* What a session and its calls are found by is what is shown of them, and so is always a name. */
static struct str as_name(struct buf *scratch, struct str s, size_t max_bytes)
{
	s = utf8_prefix(s, max_bytes);
	if (utf8_is_name(s)) {
		return s;
	}
	buf_clear(scratch);
	utf8_append_name(scratch, s);
	return utf8_prefix(buf_str(scratch), max_bytes); // repairing makes it longer
}

/* An id of which that leaves no more than its front stays apart from others by its hash. */
static struct str as_id(struct buf *scratch, struct str id)
{
	if (id.size <= EVENT_ID_BYTES && utf8_is_name(id)) {
		return id;
	}
	uint64_t hash = str_hash(id);
	buf_clear(scratch);
	utf8_append_name(scratch, str_first(id, EVENT_ID_BYTES));
	if (id.size > EVENT_ID_BYTES || scratch->size > EVENT_ID_BYTES) {
		scratch->size = utf8_prefix(buf_str(scratch), EVENT_ID_BYTES - HASH_BYTES - 1).size;
		(void)buf_printf(scratch, "~%016" PRIx64, hash);
	}
	return buf_str(scratch);
}

static void handle_event(struct session_tracker *t, const struct session_batch *batch,
	struct event *e, struct moment now)
{
	e->session_id = as_id(&t->id, e->session_id);
	struct str call_name = as_name(&t->call_name, e->call_name, SESSION_SPAN_NAME_BYTES - 1);
	e->call_name = utf8_prefix(call_name, CALL_NAME_BYTES - 1);
	struct tracked_session *w = session_owners_find(&t->owners, e, batch->connection, now);
	if (w == NULL) {
		return;
	}
	touch(t, w, batch, e, now);
	if (e->source == EVENT_FROM_HOOK) {
		w->hook_ns = e->time_ns;
	} else if (e->source == EVENT_FROM_LOGS && e->sequence >= 0 && e->stamp_ns != 0) {
		exporter_note_number(&w->exporter, e->sequence, e->time_ns); // of its first batch
	}
	if (dedup_is_repeat(&w->dedup, e)) {
		return;
	}
	tracked_session_note(w, e);
	session_spend_count(w, e, &t->prices, now, &t->observer);
	session_owners_note_turn(&t->owners, w, e);
	enter_event(t, w, e, call_name, now);
	note_end(t, w, e, now);
}

void session_tracker_handle_batch(
	struct session_tracker *t, const struct session_batch *batch, struct instant at)
{
	struct moment now = read_clock(t, at);
	place_in_time(t, batch, now);
	sort_events(batch->events, batch->count);
	for (size_t i = 0; i < batch->count; i++) {
		handle_event(t, batch, &batch->events[i], now);
	}
	struct list *link = &t->registry.by_news; // those touched stand at its end
	while (link->prev != &t->registry.by_news &&
		list_entry(link->prev, struct tracked_session, by_news)->touched) {
		link = link->prev;
	}
	for (; link != &t->registry.by_news; link = link->next) {
		struct tracked_session *w = list_entry(link, struct tracked_session, by_news);
		w->touched = false;
		if (w->said_last_words) {
			session_states_leave_at(&t->states, w, now.mono_ms);
		}
		session_spans_settle(w->spans, now);
		session_states_settle(&t->states, w, now);
		tracked_session_show(w);
		if (w->dirty) {
			session_states_tell(&t->states, w, w->session.state);
		}
	}
}

/* ---- the ends of connections and processes */

static bool carries_several(const struct session_tracker *t, uint64_t connection)
{
	const struct tracked_session *w;
	unsigned count = 0;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		count += exporter_has_connection(&w->exporter, connection);
	}
	return count > 1;
}

/* Whether the end of a connection may be the end of the session's client. A collector between them
 * closes connections as it likes, and hooks tell such an end themselves. */
static bool is_sign_of_client(const struct session_tracker *t, const struct tracked_session *w,
	uint64_t connection, int64_t idle_ms)
{
	const struct assistant *assistant = w->session.assistant;
	int64_t longest_ms = assistant->connection_idle_ms > 0
				     ? assistant->connection_idle_ms - 1000
				     : given_back_ms;
	return session_peers_find(&t->clients, connection) == NULL && // which tells its own end
	       idle_ms < longest_ms && w->exporter.connection_count == 0 &&
	       !ledger_hooks_tell_work(&w->ledger);
}

static void lose_connection(struct session_tracker *t, struct tracked_session *w, struct moment now)
{
	const struct assistant *assistant = w->session.assistant;
	session_states_end_turn(&t->states, w, now);
	if (w->pid_count == 0 && assistant->connection_is_life && !assistant->shares_connection) {
		session_states_expire(&t->states, w, SESSION_REASON_CLOSED, 0, now);
	}
}

void session_tracker_handle_connection_end(
	struct session_tracker *t, uint64_t connection, bool by_peer, struct instant at)
{
	struct moment now = read_clock(t, at);
	bool is_sign = by_peer && !carries_several(t, connection); // one with many is nobody's
	struct tracked_session *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		int64_t idle_ms;
		if (!exporter_drop_connection(&w->exporter, connection, now.mono_ms, &idle_ms)) {
			continue;
		}
		if (is_sign && is_sign_of_client(t, w, connection, idle_ms)) {
			lose_connection(t, w, now);
		} else if (w->exporter.connection_count == 0) {
			session_states_doubt(&t->states, w, now);
		}
	}
	session_peers_remove(&t->clients, connection);
}

void session_tracker_set_process(
	struct session_tracker *t, uint64_t connection, const struct session_process *process)
{
	session_peers_add(&t->clients, connection, process);
	struct tracked_session *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		if (exporter_has_connection(&w->exporter, connection)) {
			take_client(t, w, connection);
			if (w->dirty && w->told) {
				session_states_tell(&t->states, w, w->session.state);
			}
		}
	}
}

void session_tracker_set_projects(struct session_tracker *t, session_find_project *find, void *data)
{
	t->projects = (struct session_projects){find, data};
}

void session_tracker_set_project(
	struct session_tracker *t, struct str cwd, const struct session_project *project)
{
	struct tracked_session *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		w->dirty |= session_cwd_answer(&w->cwd, &w->session, cwd, project);
		if (w->dirty && w->told) {
			session_states_tell(&t->states, w, w->session.state);
		}
	}
}

bool session_tracker_has_process(const struct session_tracker *t, int64_t pid)
{
	const struct tracked_session *w;
	list_for_each(w, &t->registry.by_news, by_news)
	{
		for (unsigned i = 0; i < w->pid_count; i++) {
			if (w->pids[i] == pid) {
				return true;
			}
		}
	}
	return false;
}

/* A session that is open in another process as well goes on there. */
void session_tracker_handle_process_end(struct session_tracker *t, int64_t pid, struct instant at)
{
	struct moment now = read_clock(t, at);
	struct tracked_session *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		if (!tracked_session_drop_pid(w, pid)) {
			continue;
		}
		if (w->pid_count > 0 && !w->told) {
			continue; // nobody knows of it
		}
		if (w->pid_count > 0) {
			session_states_tell(&t->states, w, w->session.state);
		} else {
			session_states_end_turn(&t->states, w, now);
			session_states_expire(&t->states, w, SESSION_REASON_CLOSED, 0, now);
		}
	}
}

/* ---- asking and telling */

void session_tracker_tick(struct session_tracker *t, struct instant at)
{
	session_states_tick(&t->states, read_clock(t, at));
}

int64_t session_tracker_next_deadline(const struct session_tracker *t)
{
	return t->states.soonest_ms;
}

bool session_tracker_acknowledge(struct session_tracker *t, struct str id, struct instant at)
{
	struct tracked_session *w = session_registry_find(&t->registry, id);
	if (w == NULL) {
		return false;
	}
	session_states_acknowledge(&t->states, w, read_clock(t, at));
	return true;
}

bool session_tracker_mute(struct session_tracker *t, struct str id, bool muted)
{
	struct tracked_session *w = session_registry_find(&t->registry, id);
	if (w != NULL && w->session.muted != muted) {
		w->session.muted = muted;
		session_states_tell(&t->states, w, w->session.state);
	}
	return w != NULL;
}

void session_tracker_reprice(struct session_tracker *t, const struct session_reprice *reprice)
{
	struct tracked_session *w = session_registry_find(&t->registry, str_from(reprice->id));
	if (w != NULL) {
		struct session *s = &w->session;
		session_reprice_apply(reprice, &s->usage, s->costs, &w->spend);
		s->spent_turn_nano_usd += session_reprice_of_turn(reprice, s->spent_turn);
		session_states_tell(&t->states, w, s->state);
		return;
	}
	for (size_t i = 0; i < t->owners.pasts.count; i++) {
		struct session_past *past = &t->owners.pasts.all[i];
		if (strcmp(past->id, reprice->id) == 0) {
			session_reprice_apply(reprice, &past->usage, past->costs, &past->spend);
		}
	}
}

void session_tracker_each_id(
	const struct session_tracker *t, void (*add)(const char *id, void *data), void *data)
{
	const struct session *s;
	list_for_each(s, session_tracker_sessions(t), link)
	{
		add(s->id, data);
	}
	for (size_t i = 0; i < t->owners.pasts.count; i++) {
		add(t->owners.pasts.all[i].id, data);
	}
}

void session_tracker_restore(struct session_tracker *t, const struct session_past *past)
{
	if (past->over_ns != 0) {
		session_registry_remember(&t->registry, str_from(past->id),
			clock_from_wall(&t->clock, past->over_ns, false), past->over_told);
	} else {
		session_pasts_add(&t->owners.pasts, past);
	}
}

void session_tracker_past(
	const struct session_tracker *t, const struct session *s, struct session_past *ret)
{
	session_past_of(s->work, &t->clock, ret);
}

void session_tracker_restore_kin(struct session_tracker *t, const struct session_kin *kin)
{
	t->owners.children = kin->children;
	t->owners.title_threads = kin->titles;
}

void session_tracker_kin(const struct session_tracker *t, struct session_kin *ret)
{
	*ret = (struct session_kin){t->owners.children, t->owners.title_threads};
}

const struct list *session_tracker_sessions(const struct session_tracker *t)
{
	return &t->registry.sessions;
}

size_t session_tracker_count(const struct session_tracker *t, enum session_state state)
{
	const size_t *counts = t->registry.counts;
	return counts[state] + (state == SESSION_COMPLETED ? counts[SESSION_WAITING] : 0);
}

const struct session *session_tracker_find(const struct session_tracker *t, struct str id)
{
	struct tracked_session *w = session_registry_find(&t->registry, id);
	return w != NULL ? &w->session : NULL;
}

void session_tracker_why(const struct session_tracker *t, const struct session *s,
	struct instant at, struct session_why *ret)
{
	struct clock clock = t->clock; // to ask changes nothing
	int64_t set_ms;
	struct moment now = clock_read(&clock, at, &set_ms);
	session_why_of(s->work, &t->settings, now, ret);
}
