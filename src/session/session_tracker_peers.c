/* What sessions learn from the process at the other end of a connection, and from the end of
 * either. */
#include "session/session_tracker_parts.h"

/* A connection that carried nothing for so long was given back, which is no sign of its client. */
static const int64_t given_back_ms = 60000;

/* A session takes from the process behind its connection where it works, and its end; unless that
 * is another program that sends for many. */
void session_tracker_take_client(
	struct session_tracker *t, struct tracked_session *w, uint64_t connection)
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
	struct moment now = session_tracker_read_clock(t, at);
	bool is_sign = by_peer && !carries_several(t, connection); // one with many belongs to none
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
			session_tracker_take_client(t, w, connection);
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
	struct moment now = session_tracker_read_clock(t, at);
	struct tracked_session *w, *next;
	list_for_each_safe(w, next, &t->registry.by_news, by_news)
	{
		if (!tracked_session_drop_pid(w, pid)) {
			continue;
		}
		if (w->pid_count > 0 && !w->told) {
			continue; // never reported
		}
		if (w->pid_count > 0) {
			session_states_tell(&t->states, w, w->session.state);
		} else {
			session_states_end_turn(&t->states, w, now);
			session_states_expire(&t->states, w, SESSION_REASON_CLOSED, 0, now);
		}
	}
}
