#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_doctor.h"
#include "cli/cli_http.h"
#include "cli/cli_style.h"
#include "config/config_option.h"
#include "session/session.h"

enum { SESSIONS = 3, ANSWER_BYTES = 16 * 1024, POLL_MS = 50, GONE_MS = 5000 };

struct actor {
	const char *client, *project;
	const char *service, *session_key; // in its telemetry
};

static const struct actor actors[SESSIONS] = {
	{"claude-code", "demo-webshop", "claude-code", "session.id"},
	{"codex", "demo-api", "codex_cli_rs", "conversation.id"},
	{"gemini", "demo-docs", "gemini-cli", "session.id"},
};

#define TEXT(key, value) ",{\"key\":\"" key "\",\"value\":{\"stringValue\":\"" value "\"}}"

/* The end of a model call as each client reports it. */
#define CLAUDE_CALL(input, cached, output)                                                         \
	TEXT("event.name", "api_request")                                                          \
	TEXT("model", "claude-sonnet-5")                                                           \
	TEXT("input_tokens", input)                                                                \
	TEXT("cache_read_tokens", cached) TEXT("output_tokens", output)
#define CODEX_CALL(input, cached, output)                                                          \
	TEXT("event.name", "codex.sse_event")                                                      \
	TEXT("event.kind", "response.completed")                                                   \
	TEXT("model", "gpt-5.3-codex")                                                             \
	TEXT("input_token_count", input)                                                           \
	TEXT("cached_token_count", cached) TEXT("output_token_count", output)
#define GEMINI_CALL(input, cached, output)                                                         \
	TEXT("event.name", "gemini_cli.api_response")                                              \
	TEXT("model", "gemini-3.5-flash")                                                          \
	TEXT("input_token_count", input)                                                           \
	TEXT("cached_content_token_count", cached) TEXT("output_token_count", output)

/* One report of a client: a hook, or a log record of a model call. */
struct scene {
	int at; // thousandths of the demo's length
	size_t actor;
	const char *event, *tool; // of a hook; tool NULL: none
	const char *call;         // attributes of a log record; NULL: it is a hook
	const char *words;        // what happened and where to see it; NULL: not worth mentioning
};

static const struct scene scenes[] = {
	{0, 0, "SessionStart"},
	{0, 1, "SessionStart"},
	{0, 2, "SessionStart", .words = "Three sessions are open, all idle."},
	{70, 0, "UserPromptSubmit",
		.words = "demo-webshop (Claude Code) starts to work: your bar shows a spinner."},
	{130, 1, "UserPromptSubmit", .words = "demo-api (Codex) starts to work, too."},
	{150, 0, .call = CLAUDE_CALL("2900", "31000", "380")},
	{150, 0, "PreToolUse", "Bash"},
	{200, 1, .call = CODEX_CALL("46000", "38000", "920")},
	{200, 1, "PreToolUse", "shell"},
	{250, 0, "PostToolUse", "Bash"},
	{300, 0, .call = CLAUDE_CALL("4100", "34000", "610")},
	{300, 0, "PreToolUse", "Edit"},
	{300, 0, "PermissionRequest", "Edit",
		.words = "demo-webshop needs a permission: it comes first, and you are notified."},
	{370, 2, "BeforeAgent"},
	{400, 1, "PostToolUse", "shell"},
	{530, 0, "PostToolUse", "Edit",
		.words = "Permission granted: the notification disappears, the work goes on."},
	{580, 2, .call = GEMINI_CALL("12400", "0", "850")},
	{600, 2, "AfterAgent",
		.words = "demo-docs (Gemini CLI) is done: a check mark; short turns don't notify."},
	{640, 0, .call = CLAUDE_CALL("5200", "39000", "240")},
	{640, 0, "PreToolUse", "Bash"}, // works until the end
	{730, 1, .call = CODEX_CALL("52000", "45000", "1300")},
	{740, 1, "Stop",
		.words = "demo-api is done: turns of ten seconds or more notify, with the cost."},
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static char *id_of(size_t actor)
{
	return xasprintf(SESSION_DEMO_PREFIX "%d-%s", (int)getpid(), actors[actor].client);
}

/* The HTTP status, or a negative errno. */
static int call(const struct cli_endpoint *endpoint, const struct cli_request *request)
{
	struct buf answer;
	buf_init(&answer, ANSWER_BYTES);
	int status = cli_http_call(endpoint, request, &answer);
	buf_finish(&answer);
	return status;
}

static int post_hook(
	const struct cli_endpoint *endpoint, size_t actor, const char *event, const char *tool)
{
	const struct actor *a = &actors[actor];
	cleanup_free char *id = id_of(actor), *path = xasprintf("/hooks/%s", a->client);
	cleanup_free char *tool_members =
		tool != NULL ? xasprintf(",\"tool_name\":\"%s\",\"tool_use_id\":\"%s\"", tool, tool)
			     : xstrdup("");
	cleanup_free char *json = xasprintf("{\"hook_event_name\":\"%s\",\"session_id\":\"%s\","
					    "\"cwd\":\"/demo/%s\"%s}",
		event, id, a->project, tool_members);
	return call(endpoint, &(struct cli_request){"POST", path, "application/json", json});
}

static int post_log(const struct cli_endpoint *endpoint, size_t actor, const char *attributes)
{
	const struct actor *a = &actors[actor];
	cleanup_free char *id = id_of(actor);
	cleanup_free char *json = xasprintf(
		"{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\","
		"\"value\":{\"stringValue\":\"%s\"}}]},\"scopeLogs\":[{\"logRecords\":[{"
		"\"timeUnixNano\":\"%" PRId64 "000000\",\"attributes\":[{\"key\":\"%s\","
		"\"value\":{\"stringValue\":\"%s\"}}%s]}]}]}]}",
		a->service, instant_now().wall_ms, a->session_key, id, attributes);
	return call(endpoint, &(struct cli_request){"POST", "/v1/logs", "application/json", json});
}

static int post(const struct cli_endpoint *endpoint, const struct scene *s)
{
	return s->call != NULL ? post_log(endpoint, s->actor, s->call)
			       : post_hook(endpoint, s->actor, s->event, s->tool);
}

static void say(int64_t show_ms, int at, const char *words)
{
	printf("%3" PRId64 " s  %s\n", show_ms * at / 1000 / 1000, words);
	(void)fflush(stdout);
}

/* The daemon keeps a session for a moment after its end, for telemetry still on its way. */
static void wait_until_gone(const struct cli_endpoint *endpoint, size_t actor)
{
	cleanup_free char *id = id_of(actor), *path = xasprintf("/api/sessions/%s", id);
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
	int64_t end_ms = instant_now().mono_ms + GONE_MS;
	while (instant_now().mono_ms < end_ms &&
		call(endpoint, &(struct cli_request){"GET", path, "application/json", NULL}) ==
			200) {
		(void)nanosleep(&pause, NULL);
	}
}

/* False once the demo should stop. */
static bool wait_until(int64_t at_ms)
{
	while (!stopped && instant_now().mono_ms < at_ms) {
		int64_t left_ms = at_ms - instant_now().mono_ms;
		const struct timespec pause = {
			.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
		(void)nanosleep(&pause, NULL); // a signal right before this costs one scene
	}
	return !stopped;
}

/* The answer to the last scene: 200 if all went well. */
static int play(const struct cli_endpoint *endpoint, int64_t show_ms)
{
	int64_t begin_ms = instant_now().mono_ms;
	int status = 200;
	for (size_t i = 0; i < ARRAY_SIZE(scenes) && status == 200; i++) {
		const struct scene *s = &scenes[i];
		if (!wait_until(begin_ms + show_ms * s->at / 1000)) {
			return status;
		}
		status = post(endpoint, s);
		if (status == 200 && s->words != NULL) {
			say(show_ms, s->at, s->words);
		}
	}
	if (status == 200) {
		(void)wait_until(begin_ms + show_ms);
	}
	return status;
}

static void introduce(const struct config *config)
{
	struct cli_report report = {.style = cli_style_of(config, STDOUT_FILENO)};
	printf("Three made-up sessions for %" PRId64 " s. Watch your bar and your notifications,\n"
	       "or run otel-ai-monitor top in another terminal.\n",
		config->demo_ms / 1000);
	cli_doctor_notifications(config, &report);
	(void)fflush(stdout);
}

static int run(const struct config *config)
{
	const struct sigaction action = {.sa_handler = on_signal};
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN); // end the sessions even without a reader of the output
	introduce(config);
	int status = play(&endpoint, config->demo_ms);
	if (status == 200 && !stopped) {
		say(config->demo_ms, 1000, "This is what otel-ai-monitor status shows now:");
		(void)cli_status(config);
	}
	for (size_t i = 0; i < SESSIONS && status == 200; i++) {
		status = post_hook(&endpoint, i, "SessionEnd", NULL);
	}
	if (status != 200) {
		cli_http_complain(&endpoint, status);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < SESSIONS; i++) {
		wait_until_gone(&endpoint, i);
	}
	printf("Demo over, sessions closed. Next, connect your own: otel-ai-monitor setup\n");
	return EXIT_SUCCESS;
}

static const struct config_option options[] = {
	{.name = "seconds",
		.letter = 's',
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(demo_ms),
		.limits = {.min = 2 * CONFIG_SECOND, .max = CONFIG_HOUR},
		.standard = "30",
		.value_name = "SECONDS",
		.help = "how long it takes; with 20 or more, the last turn notifies"},
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_demo_command = {
	.name = "demo",
	.run = run,
	.summary = "play three made-up sessions, to try out a bar",
	.about = "Plays three made-up sessions through the running daemon and tells you what to "
		 "look at: they work, one waits for a permission, two finish. They are closed at "
		 "the end of the demo, or with Ctrl-C. Their ids begin with demo-; tokens and cost "
		 "are made up as well.",
	.examples = "  otel-ai-monitor demo\n"
		    "  otel-ai-monitor demo --seconds 60\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
