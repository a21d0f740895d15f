/* otel-ai-monitor start, stop, restart, enable, disable, logs: run systemctl and journalctl for the
 * service's units. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_unit.h"

enum { LOGS_LINES_MAX = 1000000 };

/* Returns only if it cannot be run. */
static int become(const char *const *argv)
{
	execvp(argv[0], (char *const *)argv);
	int r = -errno;
	if (r == -ENOENT) {
		log_error(
			"no %s found: without systemd, run 'otel-ai-monitor' directly; it logs to "
			"standard error",
			argv[0]);
	} else {
		log_errno(r, "cannot run %s", argv[0]);
	}
	return EXIT_FAILURE;
}

static int run_start(const struct config *config)
{
	(void)config;
	return become(
		(const char *const[]){"systemctl", "--user", "start", CLI_UNIT_SERVICE, NULL});
}

/* The socket alone would start it again. */
static int run_stop(const struct config *config)
{
	(void)config;
	return become((const char *const[]){
		"systemctl", "--user", "stop", CLI_UNIT_SOCKET, CLI_UNIT_SERVICE, NULL});
}

static int run_restart(const struct config *config)
{
	(void)config;
	return become(
		(const char *const[]){"systemctl", "--user", "restart", CLI_UNIT_SERVICE, NULL});
}

static int run_enable(const struct config *config)
{
	(void)config;
	return become((const char *const[]){
		"systemctl", "--user", "enable", "--now", CLI_UNIT_SOCKET, NULL});
}

static int run_disable(const struct config *config)
{
	(void)config;
	return become((const char *const[]){"systemctl", "--user", "disable", "--now",
		CLI_UNIT_SOCKET, CLI_UNIT_SERVICE, NULL});
}

static int run_logs(const struct config *config)
{
	cleanup_free char *lines = xasprintf("--lines=%zu", config->logs_lines);
	const char *argv[] = {"journalctl", "--user", "--unit", CLI_UNIT_SERVICE, lines,
		config->logs_follow ? "--follow" : NULL, NULL};
	return become(argv);
}

#define SYSTEMCTL_STATUS "  that of systemctl: 0 done\n  1  there is no systemctl\n"

const struct cli_command cli_start_command = {
	.name = "start",
	.run = run_start,
	.summary = "control the service: also stop, restart, enable, disable, logs",
	.about = "Starts the daemon as a user service: systemctl --user start " CLI_UNIT_SERVICE
		 ".",
	.examples = "  otel-ai-monitor start\n",
	.exit_status = SYSTEMCTL_STATUS,
	.listed = "start ...",
	.flags_alone = true,
};

const struct cli_command cli_stop_command = {
	.name = "stop",
	.run = run_stop,
	.summary = "stop the service",
	.about = "Stops the service and its socket, which would restart it with the next "
		 "telemetry.",
	.examples = "  otel-ai-monitor stop\n",
	.exit_status = SYSTEMCTL_STATUS,
	.listed = "",
	.flags_alone = true,
};

const struct cli_command cli_restart_command = {
	.name = "restart",
	.run = run_restart,
	.summary = "restart the service",
	.about = "Restarts the service, so that all settings are read again. Sessions reappear as "
		 "soon as their assistants send something.",
	.examples = "  otel-ai-monitor check && otel-ai-monitor restart\n",
	.exit_status = SYSTEMCTL_STATUS,
	.listed = "",
	.flags_alone = true,
};

const struct cli_command cli_enable_command = {
	.name = "enable",
	.run = run_enable,
	.summary = "start the service on demand, at every login",
	.about = "Opens the service's sockets now and at every login; the first telemetry or the "
		 "first reader starts the daemon.",
	.examples = "  otel-ai-monitor enable\n",
	.exit_status = SYSTEMCTL_STATUS,
	.listed = "",
	.flags_alone = true,
};

const struct cli_command cli_disable_command = {
	.name = "disable",
	.run = run_disable,
	.summary = "stop the service, and do not start it at login",
	.about = "Undoes enable, and stops the service.",
	.examples = "  otel-ai-monitor disable\n",
	.exit_status = SYSTEMCTL_STATUS,
	.listed = "",
	.flags_alone = true,
};

static const struct config_option logs_options[] = {
	CONFIG_SWITCH("follow", 'f', logs_follow, "keep printing new lines"),
	{.name = "lines",
		.letter = 'n',
		.kind = &config_kind_count,
		.offset = CONFIG_FIELD(logs_lines),
		.limits = {.min = 0, .max = LOGS_LINES_MAX},
		.standard = "50",
		.value_name = "COUNT",
		.help = "how many of the latest lines"},
};

const struct cli_command cli_logs_command = {
	.name = "logs",
	.run = run_logs,
	.summary = "show the service's log",
	.about = "Shows the service's log from the journal. A daemon started by hand logs to "
		 "standard error instead.",
	.examples = "  otel-ai-monitor logs --follow\n",
	.exit_status = "  that of journalctl: 0 done\n  1  there is no journalctl\n",
	.listed = "",
	.options = logs_options,
	.option_count = ARRAY_SIZE(logs_options),
	.flags_alone = true,
};
