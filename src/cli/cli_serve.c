/* The command line's row for the daemon itself, which is in app/. */
#include "base/mem.h"
#include "cli/cli_command.h"

static const struct config_option options[] = {
	CLI_OPTION_JSON("print JSON on a terminal, too, instead of lines for people"),
};

static const struct cli_setting settings[] = {
	{"port", NULL},
	{"listen", NULL},
	{"socket", NULL},
	{"token", NULL},
	{"token-file", NULL},
	{"allowed-hosts", NULL},
	{"allowed-origins", NULL},
	{"allow-other-users", NULL},
	{"quiet-period", NULL},
	{"session-timeout", NULL},
	{"completed-timeout", NULL},
	{"stall-timeout", NULL},
	{"max-sessions", NULL},
	{"stdout", NULL},
	{"pipe", NULL},
	{"broadcast-interval", NULL},
	{"notifications", NULL},
	{"tray", NULL},
	{"notify-kinds", NULL},
	{"notify-min-duration", NULL},
	{"notify-delay", NULL},
	{"notify-sound", NULL},
	{"notify-focused", NULL},
	{"quiet-hours", NULL},
	{"notify-command", NULL},
	{"store", NULL},
	{"retention", NULL},
	{"budget-day", NULL},
	{"budget-month", NULL},
	{"budget-session", NULL},
	{"plan", NULL},
	{"show-cost", NULL},
	{"tasks-dir", NULL},
	{"metrics-file", NULL},
	{"state-dir", NULL},
	{"stream-interval", NULL},
	{"max-body", NULL},
	{"max-connections", NULL},
	{"config", NULL},
	{"verbose", NULL},
	{NULL},
};

const struct cli_command cli_serve_command = {
	.name = "serve",
	.summary = "run the daemon here, as without a command; also check",
	.listed = "serve ...",
	.about =
		"Receives the telemetry of AI coding assistants on this machine, works out what "
		"each of their sessions is doing, and publishes it: on standard output, in a FIFO, "
		"over HTTP and as desktop notifications. The default command.",
	.examples =
		"  otel-ai-monitor                  run here\n"
		"  otel-ai-monitor --port 4319      when something else has 4318\n"
		"  otel-ai-monitor --no-notifications --pipe /tmp/ai.pipe\n"
		"  systemctl --user enable --now otel-ai-monitor.socket\n"
		"                                   as a service, started by the first telemetry\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
