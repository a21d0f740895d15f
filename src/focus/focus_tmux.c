/* tmux(1): the pane is made the current one of its window and that of its session; the window is
 * that of a client which shows the session, or, if none does, the client used last is switched to
 * it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "focus/focus_ask.h"
#include "focus/focus_window.h"

enum { OUTPUT_BYTES = 64 * 1024, WORD_BYTES = 128 };

struct server {
	char *socket_path;
	const char *pane;
	char session[WORD_BYTES]; // "$3"
	bool is_current;          // the pane within its session
};

struct client {
	int64_t pid, used_at;
	char session[WORD_BYTES], terminal[WORD_BYTES];
};

/* ret_output is NUL-terminated. */
static int run(const struct server *s, const char *const *words, struct buf *ret_output)
{
	const char *argv[16] = {"tmux", "-S", s->socket_path};
	for (size_t i = 0; words[i] != NULL && i + 4 < ARRAY_SIZE(argv); i++) {
		argv[i + 3] = words[i];
	}
	buf_init(ret_output, OUTPUT_BYTES);
	int r = focus_ask_program(argv, ret_output);
	buf_append_char(ret_output, '\0');
	return r;
}

static int run_silently(const struct server *s, const char *const *words)
{
	struct buf output;
	int r = run(s, words, &output);
	buf_finish(&output);
	return r;
}

static int find_pane(struct server *s)
{
	struct buf output;
	int window_active = 0, pane_active = 0;
	int r = run(s,
		(const char *[]){"display-message", "-p", "-t", s->pane,
			"#{window_active} #{pane_active} #{session_id}", NULL},
		&output);
	if (r == 0 &&
		sscanf(output.data, "%d %d %127s", &window_active, &pane_active, s->session) != 3) {
		r = -EPROTO;
	}
	s->is_current = window_active == 1 && pane_active == 1;
	buf_finish(&output);
	return r;
}

/* Prefers one that shows the session, then the one used last. */
static bool is_better(const struct server *s, const struct client *a, const struct client *b)
{
	bool a_shows = strcmp(a->session, s->session) == 0;
	bool b_shows = strcmp(b->session, s->session) == 0;
	return a_shows != b_shows ? a_shows : a->used_at > b->used_at;
}

/* -ENOENT if no terminal shows anything of this server. */
static int find_client(const struct server *s, struct client *ret)
{
	struct buf output;
	struct client best = {0};
	int r = run(s,
		(const char *[]){"list-clients", "-F",
			"#{client_pid} #{client_activity} #{session_id} #{client_tty}", NULL},
		&output);
	char *rest = output.data, *line;
	while (r == 0 && (line = strsep(&rest, "\n")) != NULL) {
		struct client c = {0};
		if (sscanf(line, "%" SCNd64 " %" SCNd64 " %127s %127s", &c.pid, &c.used_at,
			    c.session, c.terminal) == 4 &&
			(best.pid == 0 || is_better(s, &c, &best))) {
			best = c;
		}
	}
	buf_finish(&output);
	*ret = best;
	return r == 0 && best.pid == 0 ? -ENOENT : r;
}

static int bring(const struct server *s, const struct client *c)
{
	if (strcmp(c->session, s->session) != 0) {
		int r = run_silently(s, (const char *[]){"switch-client", "-c", c->terminal, "-t",
						s->session, NULL});
		if (r < 0) {
			return r;
		}
	}
	return run_silently(s, (const char *[]){"select-window", "-t", s->pane, ";", "select-pane",
				       "-t", s->pane, NULL});
}

static int ask(struct server *s, enum focus_mode mode, int64_t *ret_outer)
{
	struct client client = {0};
	int r = find_pane(s);
	if (r == 0) {
		r = find_client(s, &client);
	}
	if (r < 0) {
		return r == -ENOENT ? FOCUS_NOT_THERE : r;
	}
	*ret_outer = client.pid;
	if (mode == FOCUS_CHECK) {
		bool shown = s->is_current && strcmp(client.session, s->session) == 0;
		return shown ? FOCUS_YES : FOCUS_NO;
	}
	return bring(s, &client);
}

int focus_tmux(const struct process_env *place, enum focus_mode mode, int64_t *ret_outer)
{
	const char *tmux = place->variables[PROCESS_TMUX]; // SOCKET,PID,SESSION
	struct server server = {
		.socket_path = str_dup((struct str){tmux, strcspn(tmux, ",")}),
		.pane = place->variables[PROCESS_TMUX_PANE],
	};
	int r = ask(&server, mode, ret_outer);
	free(server.socket_path);
	return r;
}
