#include "session/tracked_session.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct tracked_session *tracked_session_create(const struct event *e, struct moment now)
{
	struct tracked_session *w = xcalloc(1, sizeof(*w));
	w->session = (struct session){
		.id = str_dup(e->session_id),
		.assistant_name = session_copy_text(e->assistant_name),
		.assistant = e->assistant,
		.state = SESSION_IDLE,
		.since_ms = now.wall_ms,
		.work = w,
	};
	ledger_init(&w->ledger, e->assistant);
	dedup_init(&w->dedup);
	w->news_ms = now.mono_ms;
	w->deadline_ms = w->leaves_ms = INT64_MAX;
	return w;
}

void tracked_session_destroy(struct tracked_session *w)
{
	if (w == NULL) {
		return;
	}
	ledger_finish(&w->ledger);
	dedup_finish(&w->dedup);
	session_spend_finish(&w->spend);
	session_spans_destroy(w->spans);
	session_cwd_finish(&w->cwd);
	free(w->session.id);
	free(w->session.assistant_name);
	free(w->session.project);
	free(w->session.cwd);
	free(w->session.model);
	free(w);
}

void tracked_session_add_pid(struct tracked_session *w, int64_t pid)
{
	if (w->session.pid == pid) {
		return; // the newest already
	}
	tracked_session_drop_pid(w, pid);
	if (w->pid_count == SESSION_PIDS) {
		tracked_session_drop_pid(w, w->pids[0]);
	}
	w->pids[w->pid_count++] = pid;
	w->dirty = w->dirty || w->session.pid != pid;
	w->session.pid = pid;
}

bool tracked_session_drop_pid(struct tracked_session *w, int64_t pid)
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

void tracked_session_note(struct tracked_session *w, const struct event *e)
{
	struct session *s = &w->session;
	bool by_main = e->actor == EVENT_BY_MAIN || e->actor == EVENT_BY_UNKNOWN;
	if (by_main && e->kind != EVENT_USAGE) {
		w->dirty |= session_set_text(&s->model, e->model);
	}
	if (by_main) {
		w->dirty |= session_cwd_set(&w->cwd, s, e->cwd, e->project,
			e->source == EVENT_FROM_HOOK ? SESSION_CWD_BY_HOOK
						     : SESSION_CWD_BY_TELEMETRY);
	}
}

/* The open work, the most informative first. */
static enum session_doing doing_of(const struct tracked_session *w, const char **ret_tool)
{
	const struct ledger *l = &w->ledger;
	bool waits = w->session.state == SESSION_WAITING;
	const struct tool_call *attention = waits ? tool_calls_asking(&l->calls) : NULL;
	const struct tool_call *call = tool_calls_last(&l->calls);
	*ret_tool = NULL;
	if (attention != NULL && attention->name[0] != '\0') {
		*ret_tool = attention->name;
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

void tracked_session_show(struct tracked_session *w)
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
