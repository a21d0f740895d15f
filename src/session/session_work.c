#include "session/session_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct session_work *session_work_create(const struct event *e, struct moment now)
{
	struct session_work *w = xcalloc(1, sizeof(*w));
	w->session = (struct session){
		.id = str_dup(e->session_id),
		.tool_name = session_copy_text(e->tool_name),
		.tool = e->tool,
		.state = SESSION_IDLE,
		.since_ms = now.wall_ms,
		.work = w,
	};
	ledger_init(&w->ledger, e->tool);
	seen_init(&w->seen);
	w->news_ms = now.mono_ms;
	w->deadline_ms = w->leaves_ms = INT64_MAX;
	return w;
}

void session_work_destroy(struct session_work *w)
{
	if (w == NULL) {
		return;
	}
	ledger_finish(&w->ledger);
	seen_finish(&w->seen);
	session_spend_finish(&w->spend);
	session_place_finish(&w->place);
	free(w->session.id);
	free(w->session.tool_name);
	free(w->session.project);
	free(w->session.cwd);
	free(w->session.model);
	free(w);
}

void session_work_add_pid(struct session_work *w, int64_t pid)
{
	if (w->session.pid == pid) {
		return; // the newest already
	}
	session_work_drop_pid(w, pid);
	if (w->pid_count == SESSION_PIDS) {
		session_work_drop_pid(w, w->pids[0]);
	}
	w->pids[w->pid_count++] = pid;
	w->dirty = w->dirty || w->session.pid != pid;
	w->session.pid = pid;
}

bool session_work_drop_pid(struct session_work *w, int64_t pid)
{
	for (unsigned i = 0; i < w->pid_count; i++) {
		if (w->pids[i] == pid) {
			size_t after = w->pid_count - i - 1;
			memmove(&w->pids[i], &w->pids[i + 1], after * sizeof(w->pids[0]));
			w->pid_count--;
			w->dirty = true;
			w->session.pid = w->pid_count > 0 ? w->pids[w->pid_count - 1] : 0;
			return true;
		}
	}
	return false;
}

void session_work_note(struct session_work *w, const struct event *e)
{
	struct session *s = &w->session;
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	if (by_main && e->kind != EVENT_USAGE) {
		w->dirty |= session_set_text(&s->model, e->model);
	}
	if (by_main) {
		w->dirty |= session_place_set(&w->place, s, e->cwd, e->project,
			e->source == EVENT_FROM_HOOK ? SESSION_PLACE_BY_HOOK
						     : SESSION_PLACE_BY_TELEMETRY);
	}
}

/* What is open, the most telling first. */
static enum session_doing doing_of(const struct session_work *w, const char **ret_tool)
{
	const struct ledger *l = &w->ledger;
	bool waits = w->session.state == SESSION_WAITING;
	const struct call *wish = waits ? calls_wish(&l->calls) : NULL;
	const struct call *call = calls_last(&l->calls);
	*ret_tool = NULL;
	if (wish != NULL && wish->name[0] != '\0') {
		*ret_tool = wish->name;
		return SESSION_DOING_TOOL;
	}
	if (w->session.state != SESSION_WORKING) {
		return SESSION_DOING_NOTHING;
	}
	if (l->compacts) {
		return SESSION_DOING_COMPACT;
	}
	if (call != NULL && call->agent == 0 && !call->runs_agent) {
		*ret_tool = call->name;
		return SESSION_DOING_TOOL;
	}
	if (call != NULL || ledger_has_agents(l)) {
		return SESSION_DOING_SUBAGENT;
	}
	return l->model.open ? SESSION_DOING_LLM : SESSION_DOING_NOTHING;
}

void session_work_show(struct session_work *w)
{
	struct session *s = &w->session;
	const char *tool;
	enum session_doing doing = doing_of(w, &tool);
	if (doing != s->doing || tool != s->doing_tool || s->background != w->ledger.background) {
		s->doing = doing;
		s->doing_tool = tool;
		s->background = w->ledger.background;
		w->dirty = true;
	}
}
