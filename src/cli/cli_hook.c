/* otel-ai-monitor hook: passes the input of a client's hook to the daemon.
 *
 * The client waits for its hook, and obeys its output and exit status. So nothing is written to
 * stdout, and after a second the process ends, whatever it is waiting for. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_hook_way.h"
#include "cli/cli_response.h"
#include "config/config.h"
#include "event/assistant.h"
#include "event/event_hook.h"

enum {
	PATIENCE_US = 900 * 1000, // the rest of the second is for startup and exit
	LAST_WORDS_MS = 50,
	CHUNK_BYTES = 64 * 1024,
	REQUEST_BYTES = 1024 * 1024, // far more than a hook needs
	MESSAGE_BYTES = 1024,
};

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

/* A client obeys the output of its hook, so there is none by default. */
#define tell(config, ...) ((config)->verbose ? log_error(__VA_ARGS__) : (void)0)

/* ---- the daemon */

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
	struct cli_response response;
	cli_response_init(&response, on_body, NULL);
	while (!response.complete) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		int r = n > 0    ? cli_response_feed(&response, (struct str){chunk, (size_t)n})
			: n == 0 ? cli_response_end(&response)
				 : -errno;
		if (r < 0) {
			return r;
		}
		if (n == 0) {
			break;
		}
	}
	return response.status;
}

/* The HTTP status, or a negative errno. */
static int exchange(int fd, const struct cli_hook_way *way, const char *client, const char *json)
{
	cleanup_free char *path = xasprintf("/hooks/%s", client);
	const struct cli_request request = {"POST", path, "application/json", json};
	struct buf bytes;
	int flags = fcntl(fd, F_GETFL);
	(void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK); // the alarm ends it if it takes too long
	buf_init(&bytes, REQUEST_BYTES);
	cli_http_write(&bytes, &way->endpoint, way->over_socket, &request);
	int r = bytes.overflowed ? -E2BIG : fd_send_all(fd, buf_str(&bytes));
	buf_finish(&bytes);
	int status = read_answer(fd); // a daemon that rejects it may not have read everything
	return r < 0 && status < 0 ? r : status;
}

static void deliver(const struct config *config, const char *json)
{
	struct cli_hook_way way;
	struct buf why_not;
	buf_init(&why_not, MESSAGE_BYTES);
	cleanup_close int fd = cli_hook_way_open(config, &way, &why_not);
	int r = fd >= 0 ? exchange(fd, &way, config->hook_tool, json) : 0;
	cleanup_free char *where = fd >= 0 ? cli_endpoint_shown(&way.endpoint) : NULL;
	if (fd < 0) {
		tell(config, "the hook reached no daemon: %.*s", STR_ARG(buf_str(&why_not)));
	} else if (r < 0) {
		tell(config, "cannot send the hook to the daemon at %s: %s", where, strerror(-r));
	} else if (r != 200) {
		tell(config, "the daemon at %s answered the hook with HTTP status %d", where, r);
	}
	buf_finish(&why_not);
}

/* ---- what the client hands over */

/* A client may keep its end of the pipe open: a complete object is enough. */
static bool more_may_come(int fd, const struct hook_reader *reader)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return !hook_reader_is_whole(reader) || poll(&p, 1, LAST_WORDS_MS) != 0;
}

static int read_stdin(struct hook_reader *reader)
{
	static char chunk[CHUNK_BYTES];
	while (more_may_come(STDIN_FILENO, reader)) {
		ssize_t size = read(STDIN_FILENO, chunk, sizeof(chunk));
		if (size < 0 && errno != EINTR) {
			return -errno;
		}
		if (size == 0) {
			break;
		}
		if (size > 0 && !hook_reader_feed(reader, (struct str){chunk, (size_t)size})) {
			break;
		}
	}
	return 0;
}

/* The relevant members, as JSON for the caller to free; NULL, after a message, if there are none.
 */
static char *read_hook(const struct config *config)
{
	struct hook_reader reader;
	struct buf json;
	struct json_writer w;
	int r = 0;
	hook_reader_init(&reader);
	if (config->hook_json != NULL) {
		(void)hook_reader_feed(&reader, str_from(config->hook_json));
	} else {
		r = read_stdin(&reader);
	}
	const char *problem = hook_reader_end(&reader);
	buf_init(&json, REQUEST_BYTES);
	json_writer_init(&w, &json);
	hook_input_write(&reader.input, &w);
	buf_append_char(&json, '\0');
	if (r < 0) {
		tell(config, "cannot read standard input: %s", strerror(-r));
	} else if (problem != NULL) {
		tell(config,
			"the client's input is not a hook: invalid JSON at byte %" PRIu64 ": %s",
			reader.scan.offset, problem);
	}
	hook_reader_finish(&reader);
	if (r < 0 || problem != NULL || json.overflowed) {
		buf_finish(&json);
	}
	return json.data;
}

/* Reads the argument or, without one, stdin, of any size, and sends the relevant members to
 * /hooks/CLIENT. Returns the exit status; errors are printed only with config->verbose. */
static int run(const struct config *config)
{
	limit_time(config->verbose);
	if (!event_hook_knows(str_from(config->hook_tool))) {
		tell(config, "unknown client \"%s\"; see hook --help",
			log_shown(str_from(config->hook_tool)));
		return EXIT_SUCCESS;
	}
	cleanup_free char *json = read_hook(config);
	if (json != NULL) {
		deliver(config, json);
	}
	return EXIT_SUCCESS;
}

/* ---- the command */

/* The assistants that have hooks. */
static const char *client_at(size_t index)
{
	const struct assistant *assistant;
	for (size_t i = 0; (assistant = assistant_at(i)) != NULL; i++) {
		if (event_hook_knows(assistant->name) && index-- == 0) {
			return assistant->name.data;
		}
	}
	return NULL;
}

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_hook_command = {
	.name = "hook",
	.run = run,
	.summary = "the command that assistants' hooks run",
	.about = "Run by an assistant's hooks, not by hand: passes the relevant parts of the JSON "
		 "on standard input, or in the argument JSON, to the running daemon, over its "
		 "socket or its port. Takes a second at most, prints nothing and always exits with "
		 "0, even if no daemon is running. Hooks are installed by setup.",
	.examples = "  otel-ai-monitor hook claude-code   as a command in ~/.claude/settings.json\n"
		    "  otel-ai-monitor hook codex         as a command in ~/.codex/hooks.json\n",
	.exit_status = "  0  always\n",
	.listed = "",
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
