#include "session/session_owner.h"

#include "base/mem.h"
#include "session/session_cwd.h"

void session_owners_init(struct session_owners *o, struct session_states *states,
	const struct session_projects *projects)
{
	*o = (struct session_owners){.states = states, .projects = projects};
}

void session_owners_finish(struct session_owners *o)
{
	turn_cwds_finish(&o->places);
	session_pasts_finish(&o->pasts);
}

/* ---- sessions come to be */

/* Only work makes a session known: clients send ids that are never used. */
static bool makes_session(const struct event *e)
{
	if (e->source == EVENT_FROM_HOOK) { // of a client that runs; a subagent is no session
		return e->kind != EVENT_SESSION_END &&
		       !(e->agent_id.size > 0 && str_equal(e->agent_id, e->session_id));
	}
	switch (e->kind) {
	case EVENT_PROMPT:
	case EVENT_MODEL_BEGIN:
	case EVENT_TOOL_BEGIN:
	case EVENT_TOOL_END:
	case EVENT_ACTIVITY: return true;
	case EVENT_MODEL_END: return e->actor != EVENT_BY_SIDE;
	case EVENT_TURN_END:
		return e->is_top_level && e->proves_work && !e->assistant->shares_connection;
	default: return false;
	}
}

/* New work revives an expired session; one that its client has closed, only if the client reopens
 * it. */
static bool stays_buried(const struct session_registry *r, const struct event *e)
{
	const struct session_grave *grave = session_registry_grave(r, e->session_id);
	if (grave == NULL) {
		return false;
	}
	bool called = e->kind == EVENT_PROMPT || e->starts_session;
	return e->time_ns <= grave->end_ns || (grave->told && !called);
}

static void note_early_leave(struct early_leaves *l, const struct event *e)
{
	if (e->leave != EVENT_LEAVE_UNTOLD) {
		unsigned row = l->next++ % EARLY_LEAVES;
		l->rows[row].id_hash = str_hash(e->session_id);
		l->rows[row].leave = e->leave;
	}
}

static bool is_early_leave_given(const struct early_leaves *l, struct str id)
{
	uint64_t hash = str_hash(id);
	for (unsigned i = 1; i <= EARLY_LEAVES; i++) {
		unsigned row = (l->next - i) % EARLY_LEAVES;
		if (l->rows[row].id_hash == hash) {
			return l->rows[row].leave == EVENT_LEAVE_GIVEN;
		}
	}
	return false;
}

static struct tracked_session *find_or_add(
	struct session_owners *o, const struct event *e, struct moment now)
{
	struct session_registry *r = o->states->registry;
	struct tracked_session *w = session_registry_find(r, e->session_id);
	if (w != NULL || !makes_session(e) || stays_buried(r, e)) {
		if (w == NULL) {
			note_early_leave(&o->early_leaves, e);
		}
		return w;
	}
	if (r->count >= o->states->settings->max_sessions || (mem_is_low() && r->count > 0)) {
		session_states_expire(
			o->states, session_registry_oldest(r), SESSION_REASON_EXPIRED, 0, now);
	}
	w = tracked_session_create(e, now);
	w->cwd.projects = o->projects;
	w->spans = session_spans_create(w, o->states->observer);
	w->by_hook = w->dirty = e->source == EVENT_FROM_HOOK;
	w->ledger.client.leave_given = is_early_leave_given(&o->early_leaves, e->session_id);
	session_pasts_take(&o->pasts, w, e, now);
	session_registry_add(r, w);
	return w;
}

/* ---- whose event it is */

/* The session this connection's client works on; of several, the most recently active. */
static struct tracked_session *find_by_connection(
	const struct session_owners *o, uint64_t connection)
{
	struct tracked_session *w, *found = NULL;
	list_for_each(w, &o->states->registry->by_news, by_news)
	{
		if (w->ledger.turn.open && exporter_has_connection(&w->exporter, connection)) {
			found = w;
		}
	}
	return found;
}

static struct tracked_session *find_by_turn(const struct session_owners *o, struct str turn_id)
{
	uint64_t turn = turn_cwds_hash(turn_id);
	struct tracked_session *w, *found = NULL;
	list_for_each(w, &o->states->registry->by_news, by_news)
	{
		if (w->turn == turn) {
			found = w;
		}
	}
	return found;
}

/* A record without a session id has its turn's, or comes from the client itself. */
static struct tracked_session *find_unnamed(
	struct session_owners *o, const struct event *e, uint64_t connection)
{
	if (e->by_connection) {
		return find_by_connection(o, connection);
	}
	if (e->cwd.size > 0) {
		turn_cwds_add(&o->places, turn_cwds_hash(e->turn_id), e->cwd);
	}
	return find_by_turn(o, e->turn_id);
}

/* A subagent has been taken for a session of its own until now. */
static void absorb_child(struct session_owners *o, struct str child, struct moment now)
{
	struct tracked_session *w = session_registry_find(o->states->registry, child);
	struct tracked_session *parent = session_registry_find_hash(
		o->states->registry, child_sessions_parent(&o->children, child));
	if (w != NULL && parent != NULL && w != parent) {
		session_spend_absorb(parent, w, o->states->observer);
		session_spans_absorb(parent->spans, w->spans, now);
		session_states_expire(o->states, w, SESSION_REASON_CLOSED, 0, now);
	}
}

static void add_child(
	struct session_owners *o, struct str child, struct str parent, struct moment now)
{
	child_sessions_add(&o->children, child, parent);
	absorb_child(o, child, now);
}

/* A subagent's hook without a parent id: all hooks of a turn share one trace. */
static struct str parent_by_turn(const struct session_owners *o, const struct event *e)
{
	struct tracked_session *w = e->turn_id.size > 0 ? find_by_turn(o, e->turn_id) : NULL;
	return w != NULL ? str_from(w->session.id) : (struct str){0};
}

/* Learns from e which sessions are subagents of others. */
static void learn_children(struct session_owners *o, const struct event *e, struct moment now)
{
	if (!e->assistant->agents_converse) {
		return;
	}
	if (e->parent_id.size > 0) {
		add_child(o, e->session_id, e->parent_id, now);
	}
	if (e->child_id.size > 0) {
		add_child(o, e->child_id, e->session_id, now);
	}
	bool by_agent = e->agent_id.size > 0;
	if (by_agent && !str_equal(e->agent_id, e->session_id)) {
		add_child(o, e->agent_id, e->session_id, now);
	} else if (by_agent) {
		add_child(o, e->session_id, parent_by_turn(o, e), now);
	}
}

/* A subagent works in its parent's directory, whose turn may be reported first. */
static void note_place_of_child(
	const struct session_owners *o, struct tracked_session *parent, const struct event *e)
{
	if (parent->session.cwd == NULL && e->turn_id.size > 0) {
		parent->dirty |= session_cwd_set(&parent->cwd, &parent->session,
			turn_cwds_find(&o->places, turn_cwds_hash(e->turn_id)), (struct str){0},
			SESSION_CWD_BY_TELEMETRY);
	}
}

/* Events of a subagent's own session belong to its parent's. */
static void give_to_parent(struct event *e, const struct tracked_session *parent)
{
	static const uint8_t kinds[EVENT_KIND_COUNT] = {
		[EVENT_PROMPT] = EVENT_AGENT_BEGIN,
		[EVENT_TURN_END] = EVENT_AGENT_END,
		[EVENT_SESSION_END] = EVENT_AGENT_END,
	};
	if (e->agent_id.size == 0) {
		e->agent_id = e->session_id;
	}
	e->session_id = str_from(parent->session.id);
	e->actor = EVENT_BY_AGENT;
	e->is_top_level = false;
	e->turn_id = (struct str){0};
	if (e->parent_id.size > 0) {
		e->kind = EVENT_AGENT_BEGIN; // it was opened for this
	} else if (kinds[e->kind] != EVENT_NONE) {
		e->kind = (enum event_kind)kinds[e->kind];
	}
}

/* A subagent's event is a sign of life of its parent, even the first after a restart. */
static struct tracked_session *find_or_restore(
	struct session_owners *o, const struct event *e, uint64_t parent_hash, struct moment now)
{
	struct tracked_session *parent = session_registry_find_hash(
		o->states->registry, parent_hash);
	if (parent != NULL) {
		return parent;
	}
	struct event of_parent = *e;
	of_parent.session_id = session_pasts_find(&o->pasts, parent_hash);
	return of_parent.session_id.size > 0 ? find_or_add(o, &of_parent, now) : NULL;
}

struct tracked_session *session_owners_find(
	struct session_owners *o, struct event *e, uint64_t connection, struct moment now)
{
	if (e->session_id.size == 0) {
		return find_unnamed(o, e, connection);
	}
	if (title_threads_hold(&o->title_threads, o->states->registry, e, connection)) {
		return NULL;
	}
	learn_children(o, e, now);
	uint64_t parent_hash = e->assistant->agents_converse
				       ? child_sessions_parent(&o->children, e->session_id)
				       : 0;
	if (parent_hash == 0) {
		return find_or_add(o, e, now);
	}
	struct tracked_session *parent = find_or_restore(o, e, parent_hash, now);
	if (parent != NULL) {
		note_place_of_child(o, parent, e);
		give_to_parent(e, parent);
	}
	return parent;
}

void session_owners_note_turn(
	struct session_owners *o, struct tracked_session *w, const struct event *e)
{
	if (e->turn_id.size > 0) {
		w->turn = turn_cwds_hash(e->turn_id);
		w->dirty |= session_cwd_set(&w->cwd, &w->session,
			turn_cwds_find(&o->places, w->turn), (struct str){0},
			SESSION_CWD_BY_TELEMETRY);
	}
}
