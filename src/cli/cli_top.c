/* otel-ai-monitor top: the table of sessions, live. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_stream.h"
#include "cli/cli_style.h"
#include "cli/cli_top_view.h"
#include "sink/sink_encode.h"

enum { TICK_MS = 1000, RETRY_MS = 1000, CHILD_MS = 5000, SCREEN_BYTES = 8 * 1024 * 1024 };

struct top {
	const struct config *config;
	struct cli_endpoint endpoint;
	struct cli_style style;
	struct cli_stream stream;
	bool is_connected;
	int64_t retry_at_ms;
	struct buf line; // the text behind the view's slices
	struct cli_top_view view;
	bool is_done;
};

static volatile sig_atomic_t stopped, resized;

static void on_stop(int number)
{
	(void)number;
	stopped = 1;
}

static void on_resize(int number)
{
	(void)number;
	resized = 1;
}

/* ---- the terminal */

static void enter_screen(struct termios *ret_before)
{
	struct termios raw;
	tcgetattr(STDIN_FILENO, ret_before);
	raw = *ret_before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VSUSP] = _POSIX_VDISABLE;
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
	printf("\x1b[?1049h\x1b[?25l"); // the other screen, no cursor
	(void)fflush(stdout);
}

static void leave_screen(const struct termios *before)
{
	printf("\x1b[?25h\x1b[?1049l");
	(void)fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, before);
}

static void draw(struct top *t)
{
	struct buf screen;
	buf_init(&screen, SCREEN_BYTES);
	cli_top_view_draw(&screen, &t->view, &t->style, instant_now().wall_ms);
	fwrite(screen.data, 1, screen.size, stdout);
	if (fflush(stdout) != 0) {
		t->is_done = true;
	}
	buf_finish(&screen);
}

/* ---- the daemon */

/* Copies the list: the stream's next one must not invalidate what the view shows. */
static void take_list(struct top *t)
{
	struct buf spare = t->line;
	struct cli_list list = t->stream.list;
	t->line = t->stream.line;
	t->stream.line = spare;
	t->stream.list = (struct cli_list){0};
	cli_top_view_take(&t->view, &list);
	cli_list_finish(&list);
}

static void lose(struct top *t)
{
	static const struct cli_list empty;
	cli_stream_close(&t->stream);
	t->is_connected = false;
	t->view.is_away = true;
	t->retry_at_ms = instant_now().mono_ms + RETRY_MS;
	cli_top_view_take(&t->view, &empty);
}

static void connect_again(struct top *t)
{
	if (cli_stream_open(&t->stream, &t->endpoint) < 0) {
		lose(t);
		return;
	}
	t->is_connected = true;
}

static void read_stream(struct top *t)
{
	int r = cli_stream_read(&t->stream);
	if (cli_stream_take(&t->stream)) {
		t->view.is_away = false;
		take_list(t);
	}
	if (r < 0) {
		lose(t);
	}
}

/* ---- keys */

static int act(const struct top *t, enum cli_top_action action, const struct cli_session *s)
{
	return action == CLI_TOP_FOCUS ? cli_focus_session(t->config, &t->endpoint, s)
				       : cli_http_post_session(&t->endpoint, s->id, "ack");
}

/* A child's message on standard error, without its name. */
static void read_message(struct top *t, int fd)
{
	char *message = t->view.message;
	size_t used = 0, room = sizeof(t->view.message) - 1;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t size = 1;
	while (size > 0 && used < room && poll(&p, 1, CHILD_MS) > 0) {
		size = read(fd, message + used, room - used);
		used += size > 0 ? (size_t)size : 0;
	}
	message[used] = '\0';
	message[strcspn(message, "\n")] = '\0';
	const char *words = strstr(message, "error: ");
	if (words != NULL) {
		words += strlen("error: ");
		memmove(message, words, strlen(words) + 1);
	}
}

/* In a process of its own: its errors go to standard error, which is this screen. */
static bool run_child(struct top *t, enum cli_top_action action, const struct cli_session *s)
{
	int fds[2], status = 0;
	if (pipe2(fds, O_CLOEXEC) != 0) {
		return false;
	}
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		_exit(act(t, action, s));
	}
	close(fds[1]);
	read_message(t, fds[0]);
	close(fds[0]);
	if (pid < 0) {
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* A tmux popup covers whatever was raised, and has no pane. */
static bool is_popup(const struct config *config)
{
	return config_variable(config, "TMUX") != NULL &&
	       config_variable(config, "TMUX_PANE") == NULL;
}

static void press(struct top *t, int key)
{
	enum cli_top_action action = cli_top_view_press(&t->view, key);
	if (action == CLI_TOP_NOTHING) {
		return;
	}
	if (action == CLI_TOP_QUIT) {
		t->is_done = true;
		return;
	}
	bool is_good = run_child(t, action, cli_top_view_chosen(&t->view));
	t->is_done = is_good && action == CLI_TOP_FOCUS && is_popup(t->config);
}

static void read_keys(struct top *t)
{
	char bytes[256];
	ssize_t size = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (size <= 0) {
		t->is_done = size == 0 || errno != EINTR; // the terminal is gone
		return;
	}
	struct str rest = {bytes, (size_t)size};
	while (rest.size > 0 && !t->is_done) {
		press(t, cli_top_view_key(&rest));
	}
}

/* ---- all of it */

static void wait_for_news(struct top *t)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = t->is_connected ? t->stream.fd : -1, .events = POLLIN},
	};
	if (poll(fds, ARRAY_SIZE(fds), TICK_MS) < 0) {
		return;
	}
	if (fds[0].revents != 0) {
		read_keys(t);
	}
	if (fds[1].revents != 0) {
		read_stream(t);
	}
}

static void follow(struct top *t)
{
	connect_again(t);
	while (!t->is_done && !stopped) {
		if (!t->is_connected && instant_now().mono_ms >= t->retry_at_ms) {
			connect_again(t);
		}
		if (resized) {
			resized = 0;
			cli_style_measure(&t->style, STDOUT_FILENO);
		}
		draw(t);
		wait_for_news(t);
	}
}

static void catch_signals(void)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction stop = {.sa_handler = on_stop}, resize = {.sa_handler = on_resize};
	for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
		sigaction(stops[i], &stop, NULL);
	}
	sigaction(SIGWINCH, &resize, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int run(const struct config *config)
{
	struct termios before;
	struct top t = {.config = config, .endpoint = cli_endpoint_of(config)};
	t.endpoint.with_cost = true;
	t.style = cli_style_of(config, STDOUT_FILENO);
	if (!t.style.is_terminal || isatty(STDIN_FILENO) != 1) {
		log_error("top needs a terminal; use status or watch");
		return EXIT_FAILURE;
	}
	buf_init(&t.line, SINK_MAX_LINE_BYTES);
	cli_top_view_init(&t.view);
	catch_signals();
	enter_screen(&before);
	follow(&t);
	leave_screen(&before);
	if (t.is_connected) {
		cli_stream_close(&t.stream);
	}
	cli_top_view_finish(&t.view);
	buf_finish(&t.line);
	return EXIT_SUCCESS;
}

static const struct cli_setting settings[] = {{"focus-command", NULL}, CLI_REACH};

const struct cli_command cli_top_command = {
	.name = "top",
	.run = run,
	.summary = "show sessions live, and raise their terminals: also dashboard",
	.about = "Shows the table of status, live, with the most urgent session first.\n"
		 "Keys: Up and Down (or k and j) select a session, Enter raises its terminal like "
		 "focus, a marks it as seen like ack, / filters by project, assistant, state or id "
		 "(Enter keeps the filter, Esc clears it), q quits. In a tmux popup, Enter also "
		 "closes it.",
	.examples = "  otel-ai-monitor top\n"
		    "  bind a display-popup -E -w 90% otel-ai-monitor top      in ~/.tmux.conf\n",
	.listed = "top ...",
	.settings = settings,
};
