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
#include "cli/cli_http.h"
#include "config/config_option.h"

enum { SESSIONS = 3, ANSWER_BYTES = 16 * 1024, POLL_MS = 50, GONE_MS = 5000 };

struct actor {
	const char *client, *project;
};

static const struct actor actors[SESSIONS] = {
	{"claude-code", "demo-webshop"},
	{"codex", "demo-api"},
	{"gemini", "demo-docs"},
};

/* What their clients' hooks would tell. One asks for a permission, which is what the desktop is
 * told; the one that comes to an end is stopped by its user, who need not be told. */
struct scene {
	int at; // thousandths of the show
	size_t actor;
	const char *event, *tool; // tool NULL: none
	const char *words;        // NULL: not worth any
};

static const struct scene scenes[] = {
	{0, 0, "SessionStart", NULL, NULL},
	{0, 1, "SessionStart", NULL, NULL},
	{0, 2, "SessionStart", NULL, "3 sessions open"},
	{70, 0, "UserPromptSubmit", NULL, "demo-webshop (claude-code): working"},
	{140, 0, "PreToolUse", "Bash", NULL},
	{200, 1, "UserPromptSubmit", NULL, "demo-api (codex): working"},
	{260, 0, "PostToolUse", "Bash", NULL},
	{300, 1, "PreToolUse", "shell", NULL},
	{330, 2, "BeforeAgent", NULL, "demo-docs (gemini): working"},
	{400, 0, "PreToolUse", "Edit", NULL},
	{400, 0, "PermissionRequest", "Edit", "demo-webshop: waiting for a permission"},
	{480, 2, "BeforeTool", "read_file", NULL},
	{560, 1, "PostToolUse", "shell", NULL},
	{600, 2, "AfterTool", "read_file", NULL},
	{650, 1, "Interrupt", NULL, "demo-api: done"},
	{750, 0, "PostToolUse", "Edit", "demo-webshop: permission granted, working again"},
	{850, 0, "PreToolUse", "Bash", NULL}, // at work until the end, so that no turn is done
	{850, 2, "BeforeTool", "write_file", NULL},
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static char *id_of(size_t actor)
{
	return xasprintf("demo-%d-%s", (int)getpid(), actors[actor].client);
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

static int tell(
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

/* The daemon keeps a session for a moment after its end, for what is still on its way. */
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

/* False once the show is to be stopped. */
static bool wait_until(int64_t at_ms)
{
	while (!stopped && instant_now().mono_ms < at_ms) {
		int64_t left_ms = at_ms - instant_now().mono_ms;
		const struct timespec pause = {
			.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
		(void)nanosleep(&pause, NULL); // a signal that comes right before costs a scene
	}
	return !stopped;
}

/* What the last scene was answered: 200 if all went well. */
static int play(const struct cli_endpoint *endpoint, int64_t show_ms)
{
	int64_t begin_ms = instant_now().mono_ms;
	int status = 200;
	for (size_t i = 0; i < ARRAY_SIZE(scenes) && status == 200; i++) {
		const struct scene *s = &scenes[i];
		if (!wait_until(begin_ms + show_ms * s->at / 1000)) {
			return status;
		}
		status = tell(endpoint, s->actor, s->event, s->tool);
		if (status == 200 && s->words != NULL) {
			printf("%s\n", s->words);
			(void)fflush(stdout);
		}
	}
	if (status == 200) {
		(void)wait_until(begin_ms + show_ms);
	}
	return status;
}

static int run(const struct config *config)
{
	const struct sigaction action = {.sa_handler = on_signal};
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN); // the sessions are ended also when nobody reads the words
	int status = play(&endpoint, config->demo_ms);
	for (size_t i = 0; i < SESSIONS && status == 200; i++) {
		status = tell(&endpoint, i, "SessionEnd", NULL);
	}
	if (status != 200) {
		cli_http_complain(&endpoint, status);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < SESSIONS; i++) {
		wait_until_gone(&endpoint, i);
	}
	printf("demo over, sessions closed\n");
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
		.help = "how long it takes"},
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_demo_command = {
	.name = "demo",
	.run = run,
	.summary = "play three made-up sessions, to try a bar out",
	.about =
		"Plays three made-up sessions through the running daemon: they work, and one waits "
		"for a permission, which you are notified of. When the demo is over, or with "
		"Ctrl-C, they are closed. Their ids begin with demo-, and they cost nothing.",
	.examples = "  otel-ai-monitor demo\n"
		    "  otel-ai-monitor demo --seconds 60\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
