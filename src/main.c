/* The subcommand, and the function that does it. */
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ack.h"
#include "cli/cli_complete.h"
#include "cli/cli_demo.h"
#include "cli/cli_doctor.h"
#include "cli/cli_focus.h"
#include "cli/cli_hook.h"
#include "cli/cli_setup.h"
#include "cli/cli_status.h"
#include "cli/cli_watch.h"
#include "config/config.h"
#include "version.h"

enum { EXIT_USAGE = 2, MESSAGE_BYTES = 4096 };

static int help(const struct config *config)
{
	config_print_help(stdout, config->help_about);
	return EXIT_SUCCESS;
}

static int version(const struct config *config)
{
	(void)config;
	puts("otel-ai-monitor " VERSION);
	return EXIT_SUCCESS;
}

/* A client takes the words and the exit status of its hook for orders. */
static bool must_be_silent(const struct config *config)
{
	return config->command == CONFIG_HOOK && !config->verbose;
}

static int fail_to_load(const struct config *config, int r, const struct buf *message)
{
	if (!must_be_silent(config)) {
		log_error("%.*s", STR_ARG(buf_str(message)));
	}
	if (config->command == CONFIG_HOOK) {
		return EXIT_SUCCESS;
	}
	return r == CONFIG_FAULT ? EXIT_USAGE : EXIT_FAILURE;
}

/* All but serve, which reads its configuration again when it is told to. */
static int (*const commands[CONFIG_COMMAND_COUNT])(const struct config *) = {
	[CONFIG_WATCH] = cli_watch,
	[CONFIG_STATUS] = cli_status,
	[CONFIG_ACK] = cli_ack,
	[CONFIG_FOCUS] = cli_focus,
	[CONFIG_HOOK] = cli_hook,
	[CONFIG_SETUP] = cli_setup,
	[CONFIG_DOCTOR] = cli_doctor,
	[CONFIG_DEMO] = cli_demo,
	[CONFIG_COMPLETE] = cli_complete,
	[CONFIG_HELP] = help,
	[CONFIG_VERSION] = version,
};

int main(int argc, char **argv)
{
	struct config_inputs inputs = config_inputs_of_process(argc, argv);
	struct config config = {0};
	struct buf message;
	buf_init(&message, MESSAGE_BYTES);
	int r = config_load(&config, &inputs, &message);
	if (r != 0) {
		int exit_status = fail_to_load(&config, r, &message);
		buf_finish(&message);
		return exit_status;
	}
	if (message.size > 0 && !must_be_silent(&config)) {
		log_warn("%.*s", STR_ARG(buf_str(&message)));
	}
	buf_finish(&message);
	if (config.verbose) {
		log_set_level(LOG_LEVEL_DEBUG);
	}
	int exit_status = config.command == CONFIG_SERVE ? app_run(&config)
							 : commands[config.command](&config);
	config_finish(&config);
	return exit_status;
}
