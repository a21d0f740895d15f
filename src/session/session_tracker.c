#include "session/session_tracker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_past.h"
#include "session/session_reprice.h"
#include "session/session_span.h"
#include "session/session_tracker_parts.h"
#include "session/session_verdict.h"
#include "session/session_why.h"

/* How soon a client sends its last telemetry after the hook for the end of the session. */
static const int64_t last_words_ms = 1000;

/* Ends of a turn and a session this close together are one: some clients report both after every
 * turn. */
static const int64_t same_end_ns = INT64_C(1000000000);

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

/* ---- events */

/* Telemetry only repeats what hooks report. */
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
				&w->ledger, 0); // the user did not answer but asked something else
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

/* Whether it goes on: it is open in a second terminal, or its version reports the end of the
 * session after every turn and its process is alive, whose end will be noticed. */
static bool lives_on(const struct tracked_session *w, const struct event *e)
{
	bool ends_turn = w->ledger.turn.end_told && !w->ledger.turn.open &&
			 e->time_ns - w->ledger.turn.end_ns < same_end_ns;
	return !e->client_stays && (w->pid_count > 1 || (w->pid_count > 0 && ends_turn));
}

/* A client runs the hook for its end before it sends its last telemetry; if it goes on with another
 * session, that follows with the next batch. Any later hook shows that it is back. */
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

/* Sessions and calls are looked up by what is shown of them, which is always a name. */
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

/* An id that is cut or repaired keeps its hash, to stay distinct. */
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
	if (!w->touched) {
		session_tracker_touch(t, w, batch, e, now);
	}
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
	struct moment now = session_tracker_read_clock(t, at);
	session_tracker_place(t, batch, now);
	for (size_t i = 0; i < batch->count; i++) {
		handle_event(t, batch, &batch->events[i], now);
	}
	struct list *link = &t->registry.by_news; // those touched are at its end
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

/* ---- time, answers and restoring */

void session_tracker_tick(struct session_tracker *t, struct instant at)
{
	session_states_tick(&t->states, session_tracker_read_clock(t, at));
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
	session_states_acknowledge(&t->states, w, session_tracker_read_clock(t, at));
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
	struct clock clock = t->clock; // asking changes nothing
	int64_t set_ms;
	struct moment now = clock_read(&clock, at, &set_ms);
	session_why_of(s->work, &t->settings, now, ret);
}
