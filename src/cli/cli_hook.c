#include "cli/cli_hook.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_answer.h"
#include "cli/cli_command.h"
#include "config/config.h"
#include "event/event_hook.h"
#include "event/event_tool.h"

/* The rest of the second is for starting and ending. */
enum { PATIENCE_US = 900 * 1000, BODY_BYTES = 1024 * 1024, HEAD_BYTES = 512 };

static void on_alarm(int signal_number)
{
	(void)signal_number;
	_exit(EXIT_SUCCESS);
}

static void on_alarm_verbose(int signal_number)
{
	static const char text[] = "otel-ai-monitor: the hook took longer than a second\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
	on_alarm(signal_number);
}

/* From here on every call may block. */
static void limit_time(bool verbose)
{
	const struct sigaction action = {.sa_handler = verbose ? on_alarm_verbose : on_alarm};
	const struct itimerval timer = {.it_value = {.tv_usec = PATIENCE_US}};
	sigset_t alarm_only;
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	sigaction(SIGALRM, &action, NULL);
	sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static int send_request(int fd, const char *client, struct str body)
{
	struct buf head;
	buf_init(&head, HEAD_BYTES);
	int r = buf_printf(&head,
		"POST /hooks/%s HTTP/1.1\r\n"
		"Host: localhost\r\n"
		"Connection: close\r\n"
		"Content-Type: application/json\r\n"
		"Content-Length: %zu\r\n\r\n",
		client, body.size);
	if (r == 0) {
		r = fd_send_all(fd, buf_str(&head));
	}
	buf_finish(&head);
	return r == 0 ? fd_send_all(fd, body) : r;
}

static int on_body(struct str piece, void *data)
{
	(void)piece;
	(void)data;
	return 0;
}

/* The HTTP status, or a negative errno. */
static int read_answer(int fd)
{
	char chunk[4096];
	struct cli_answer answer;
	cli_answer_init(&answer, on_body, NULL);
	while (!answer.complete) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		int r = n > 0    ? cli_answer_feed(&answer, (struct str){chunk, (size_t)n})
			: n == 0 ? cli_answer_end(&answer)
				 : -errno;
		if (r < 0) {
			return r;
		}
		if (n == 0) {
			break;
		}
	}
	return answer.status;
}

static int deliver(const struct config *config, struct str body)
{
	cleanup_close int fd = config->socket_path != NULL ? fd_connect_unix(config->socket_path, 0)
							   : -ENOENT;
	if (fd < 0) {
		return fd;
	}
	int r = send_request(fd, config->hook_tool, body);
	int status = read_answer(fd); // a body that is refused need not have been sent whole
	return r < 0 && status < 0 ? r : status;
}

static void tell_failure(const struct config *config, int r)
{
	if (r < 0) {
		log_errno(r, "cannot hand the hook to the daemon at %s",
			config->socket_path != NULL ? config->socket_path : "no socket");
	} else if (r != 200) {
		log_error("the daemon answered the hook with HTTP status %d", r);
	}
}

int cli_hook(const struct config *config)
{
	limit_time(config->verbose);
	if (!event_hook_knows(str_from(config->hook_tool))) {
		if (config->verbose) {
			log_error("no hooks of \"%s\" are known; see hook --help",
				log_shown(str_from(config->hook_tool)));
		}
		return EXIT_SUCCESS;
	}
	struct buf body;
	buf_init(&body, BODY_BYTES);
	int r = config->hook_json != NULL ? buf_append_str(&body, str_from(config->hook_json))
					  : fd_read_all(STDIN_FILENO, &body);
	if (r == 0) {
		r = deliver(config, buf_str(&body));
	}
	if (config->verbose) {
		tell_failure(config, r);
	}
	buf_finish(&body);
	return EXIT_SUCCESS;
}

/* ---- the command */

/* The assistants that have hooks. */
static const char *client_at(size_t index)
{
	const struct tool *tool;
	for (size_t i = 0; (tool = event_tool_at(i)) != NULL; i++) {
		if (event_hook_knows(tool->name) && index-- == 0) {
			return tool->name.data;
		}
	}
	return NULL;
}

static const struct cli_setting settings[] = {
	{"socket", "the daemon's Unix socket; default otel-ai-monitor.sock in $XDG_RUNTIME_DIR"},
	{"config", NULL},
	{"verbose", "say on standard error what went wrong"},
	{NULL},
};

const struct cli_command cli_hook_command = {
	.name = "hook",
	.run = cli_hook,
	.summary = "what the assistants' hooks run",
	.about =
		"Run by the hooks of an assistant, not by hand: passes the JSON on standard input, "
		"or the argument JSON, to the running daemon. Takes a second at most, prints "
		"nothing and always exits with 0, even when no daemon is running. The hooks are "
		"installed by setup.",
	.examples = "  otel-ai-monitor hook claude-code   as a command in ~/.claude/settings.json\n"
		    "  otel-ai-monitor hook codex         as a command in ~/.codex/hooks.json\n",
	.exit_status = "  0  always\n",
	.operands = {{.name = "CLIENT",
			     .shown = "CLIENT",
			     .what = "client",
			     .offset = CONFIG_FIELD(hook_tool),
			     .places = 1,
			     .needed = 1,
			     .word = client_at},
		{.name = "JSON",
			.shown = "[JSON]",
			.offset = CONFIG_FIELD(hook_json),
			.places = 1}},
	.settings = settings,
	.is_silent = true,
	.reads_stdin = true,
};
