/* otel-ai-monitor dashboard: opens the page in a browser, and starts the daemon if necessary. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/run.h"
#include "cli/cli_command.h"
#include "cli/cli_health.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"
#include "cli/cli_unit.h"

enum {
	ADDRESS_BYTES = 2048,
	CGROUP_BYTES = 4096,
	AWAIT_MS = 10 * 1000, // a daemon that was started
	LOOK_MS = 100,
};

/* ---- the daemon */

/* The status of its health. */
static int await(const struct cli_endpoint *endpoint, struct cli_health *ret)
{
	int64_t end_ms = instant_now().mono_ms + AWAIT_MS;
	int status = cli_health_ask(endpoint, ret);
	while ((status == -ECONNREFUSED || status == -ENOENT) && instant_now().mono_ms < end_ms) {
		nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * MS_NS}, NULL);
		status = cli_health_ask(endpoint, ret);
	}
	return status;
}

/* Finds a running daemon, or starts one. False after a message. */
static bool find_daemon(const struct cli_endpoint *endpoint, struct cli_health *ret)
{
	int status = cli_health_ask(endpoint, ret);
	if (status == -ECONNREFUSED || status == -ENOENT) {
		if (!cli_unit_start()) {
			return false;
		}
		status = await(endpoint, ret);
	}
	if (status != 200) {
		cli_http_complain(endpoint, status);
	}
	return status == 200;
}

/* ---- the address */

/* As reported by the daemon, which may use any port; else as configured. */
static bool append_base(
	struct buf *out, const struct config *config, const struct cli_health *health)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct str told = str_from(health->dashboard_url);
	if (str_starts_with(told, STR("http://"))) { // nothing else that a browser might execute
		buf_append_str(out, told);
		if (!str_ends_with(told, STR("/"))) {
			buf_append_char(out, '/');
		}
		return true;
	}
	if (endpoint.host == NULL) {
		log_error("the daemon has no TCP port, and a browser cannot use its Unix socket: "
			  "configure port and listen");
		return false;
	}
	bool is_v6 = strchr(endpoint.host, ':') != NULL;
	buf_printf(out, is_v6 ? "http://[%s]:%u/" : "http://%s:%u/", endpoint.host,
		(unsigned)endpoint.port);
	return true;
}

/* The id of the session that the word names; a past session only by its whole id. */
static void append_session(struct buf *out, const struct cli_endpoint *endpoint, const char *word)
{
	struct buf body;
	struct cli_list list;
	struct str id = str_from(word);
	bool has_list = cli_list_ask(endpoint, &body, &list) == 0;
	const struct cli_session *s = has_list ? cli_pick_silently(&list, id) : NULL;
	buf_append_str(out, STR("#/session/"));
	cli_http_append_escaped(out, s != NULL ? s->id : id);
	if (has_list) {
		cli_list_finish(&list);
		buf_finish(&body);
	}
}

/* "4318" of "http://127.0.0.1:4318/"; 80 without a port. */
static struct str port_of(struct str address)
{
	struct str rest = str_skip(address, str_find_char(address, '/') + 2);
	struct str authority = str_cut(&rest, '/');
	size_t at = authority.size;
	while (at > 0 && authority.data[at - 1] != ':' && authority.data[at - 1] != ']') {
		at--;
	}
	bool has_port = at > 0 && authority.data[at - 1] == ':';
	return has_port ? str_skip(authority, at) : STR("80");
}

/* ---- the browser */

/* Whatever the service starts inherits its control group and sandbox, under which no browser works.
 */
static bool is_in_service(void)
{
	struct buf text;
	buf_init(&text, CGROUP_BYTES);
	cleanup_close int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	bool is_in = fd >= 0 && fd_read_all(fd, &text) == 0 &&
		     str_contains(buf_str(&text), STR("/" CLI_UNIT_SERVICE));
	buf_finish(&text);
	return is_in;
}

/* By the service manager, in the environment of the desktop session. */
static int open_from_service(const struct config *config, const char *address)
{
	const char *token = config_variable(config, "XDG_ACTIVATION_TOKEN");
	cleanup_free char *variable = xasprintf(
		"--setenv=XDG_ACTIVATION_TOKEN=%s", token != NULL ? token : "");
	const char *argv[] = {"systemd-run", "--user", "--quiet", "--collect", "--no-block",
		token != NULL ? variable : "--quiet", "--", "xdg-open", address, NULL};
	return run_detached(argv);
}

static bool has_desktop(const struct config *config)
{
	return config_variable(config, "WAYLAND_DISPLAY") != NULL ||
	       config_variable(config, "DISPLAY") != NULL;
}

/* False: there is no desktop, or no program that opens addresses. */
static bool open_browser(const struct config *config, const char *address)
{
	const char *const argv[] = {"xdg-open", address, NULL};
	if (is_in_service()) {
		return open_from_service(config, address) == 0;
	}
	return has_desktop(config) && run_detached(argv) == 0;
}

static int show(const struct config *config, struct buf *address)
{
	buf_append_char(address, '\0');
	if (address->overflowed) {
		log_error("the address of the page is too long");
		return EXIT_FAILURE;
	}
	struct str port = port_of((struct str){address->data, address->size - 1});
	printf("dashboard active on port %.*s\n", STR_ARG(port));
	if (!open_browser(config, address->data)) {
		printf("open %s\n", address->data);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct cli_health *health = xcalloc(1, sizeof(*health));
	struct buf address;
	int status = EXIT_FAILURE;
	buf_init(&address, ADDRESS_BYTES);
	if (find_daemon(&endpoint, health) && append_base(&address, config, health)) {
		if (config->dashboard_session != NULL) {
			append_session(&address, &endpoint, config->dashboard_session);
		}
		status = show(config, &address);
	}
	buf_finish(&address);
	free(health);
	return status;
}

static const char *word_at(size_t index)
{
	return index == 0 ? "start" : NULL;
}

static const struct config_option options[] = {
	{.name = "session",
		.letter = 's',
		.kind = &config_kind_text,
		.offset = CONFIG_FIELD(dashboard_session),
		.limits = {.min = 1, .max = 1024},
		.value_name = CLI_SESSION_VALUE,
		.help = "show this session"},
};

static const struct cli_setting settings[] = {
	{"port", "the daemon's TCP port; default 4318"}, CLI_REACH_ELSE};

#define DASHBOARD(word_, summary_, listed_)                                                         \
	{                                                                                           \
		.name = word_, .run = run, .summary = summary_,                                     \
		.about =                                                                            \
			"Opens the daemon's page in your browser, with --session at that session, " \
			"and starts the service first if no daemon is running. Without a desktop, " \
			"it prints the address.\n" CLI_SESSION_WORDS                                \
			" A past session is named by its whole id.",                                \
		.examples = "  otel-ai-monitor " word_ "\n"                                         \
			    "  otel-ai-monitor " word_ " --session webshop\n",                      \
		.listed = listed_,                                                                  \
		.operands = {{.name = "ACTION",                                                     \
			.shown = "[start]",                                                         \
			.what = "action",                                                           \
			.offset = CONFIG_FIELD(dashboard_word),                                     \
			.places = 1,                                                                \
			.word = word_at}},                                                          \
		.options = options, .option_count = ARRAY_SIZE(options), .settings = settings,      \
	}

const struct cli_command cli_dashboard_command = DASHBOARD(
	"dashboard", "open the page in a browser", "");
const struct cli_command cli_telemetry_command = DASHBOARD(
	"telemetry", "the same as dashboard", "");
