#include "cli/cli_main.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "cli/cli_args.h"
#include "cli/cli_command.h"
#include "cli/cli_health.h"
#include "cli/cli_help.h"
#include "cli/cli_http.h"
#include "config/config_report.h"
#include "version.h"

enum { MESSAGE_BYTES = 4096, HEALTH_MS = 1000 };

typedef int serve_function(struct config *config);

/* The caller of a silent command obeys its exit status. */
static int fail(const struct cli_args *args, int exit_status)
{
	return args->command->is_silent ? EXIT_SUCCESS : exit_status;
}

static int reject(const struct cli_args *args, const struct buf *message)
{
	if (!args->command->is_silent || args->is_verbose || isatty(STDIN_FILENO) == 1) {
		log_error("%.*s", STR_ARG(buf_str(message)));
	}
	return fail(args, CLI_EXIT_USAGE);
}

/* One log line per line of the report. */
static void log_lines(enum log_level level, const struct buf *lines)
{
	struct str rest = buf_str(lines);
	while (rest.size > 0) {
		struct str line = str_cut(&rest, '\n');
		log_write(level, __FILE__, __LINE__, "%.*s", STR_ARG(line));
	}
}

/* Whether the program was started without arguments while a daemon is running. The service manager
 * always passes some, and may hold the socket that would be asked. */
static bool is_running(const struct cli_args *args, const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct cli_health health;
	endpoint.answer_ms = HEALTH_MS;
	if (!args->is_bare || config_variable(config, "LISTEN_PID") != NULL ||
		config_variable(config, "NOTIFY_SOCKET") != NULL ||
		cli_health_ask(&endpoint, &health) != 200) {
		return false;
	}
	struct buf since;
	buf_init(&since, MESSAGE_BYTES);
	instant_append_duration(&since, health.uptime_s * 1000);
	fprintf(stderr, "otel-ai-monitor %s is already running (%.*s).\n", health.version,
		STR_ARG(buf_str(&since)));
	buf_finish(&since);
	return true;
}

static int run(struct cli_args *args, struct config *config, serve_function *serve)
{
	cli_args_apply(args, config);
	if (config->verbose) {
		log_set_level(LOG_LEVEL_DEBUG);
	}
	if (args->command->run != NULL) {
		return args->command->run(config);
	}
	return is_running(args, config) ? cli_status(config) : serve(config);
}

static int load(
	const struct cli_args *args, bool flags_alone, bool hides_errors, struct config *ret)
{
	struct config_report report;
	struct config_inputs inputs = config_inputs_of_process();
	inputs.flags = args->flags;
	inputs.flag_count = args->flag_count;
	inputs.serves = args->command == &cli_serve_command;
	inputs.flags_alone = flags_alone;
	config_report_init(&report);
	int r = config_load(ret, &inputs, &report);
	bool is_heard = !args->command->is_silent || ret->verbose;
	if (is_heard && (r == 0 || !hides_errors)) {
		log_lines(LOG_LEVEL_ERROR, &report.errors);
		log_lines(LOG_LEVEL_WARN, &report.warnings);
	}
	config_report_finish(&report);
	return r;
}

static int run_loaded(struct cli_args *args, struct config *config, serve_function *serve)
{
	int exit_status = run(args, config, serve);
	config_finish(config);
	return exit_status;
}

/* Reads the settings again, unless the error is on the command line. */
static int outlast_fault(struct cli_args *args, serve_function *serve)
{
	struct config flags = {0}, config = {0};
	if (args->command->on_fault == NULL || load(args, true, true, &flags) != 0) {
		return fail(args, CLI_EXIT_USAGE);
	}
	cli_args_apply(args, &flags);
	int exit_status = CLI_LOOK_AGAIN, r = CONFIG_FAULT;
	for (bool is_first = true; r != 0 && exit_status == CLI_LOOK_AGAIN; is_first = false) {
		exit_status = args->command->on_fault(&flags, is_first);
		r = exit_status == CLI_LOOK_AGAIN ? load(args, false, true, &config) : r;
	}
	config_finish(&flags);
	return r == 0 ? run_loaded(args, &config, serve) : exit_status;
}

static int load_and_run(struct cli_args *args, serve_function *serve)
{
	struct config config = {0};
	int r = load(args, args->command->flags_alone, false, &config);
	if (r == CONFIG_FAULT) {
		return outlast_fault(args, serve);
	}
	return r != 0 ? fail(args, EXIT_FAILURE) : run_loaded(args, &config, serve);
}

/* Otherwise it would wait for input that never comes. */
static bool explains_itself(const struct cli_args *args)
{
	return args->command->reads_stdin && args->word_count < CLI_OPERANDS &&
	       isatty(STDIN_FILENO) == 1;
}

/* The daemon is a program of its own, linked with libraries that would slow down every command. */
static int become_daemon(char **argv)
{
	cleanup_free char *path = self_companion("otel-ai-monitor-daemon", DAEMON_PATH);
	execv(path, argv);
	log_error("cannot start '%s': %s; reinstall otel-ai-monitor", path, strerror(errno));
	return EXIT_FAILURE;
}

static int begin(struct cli_args *args, char **argv, serve_function *serve)
{
	if (args->wants_help || explains_itself(args)) {
		cli_help_print(stdout, args->has_command ? args->command : NULL);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (args->wants_version) {
		puts("otel-ai-monitor " VERSION);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (args->command == &cli_serve_command && serve == NULL) {
		return become_daemon(argv);
	}
	return load_and_run(args, serve);
}

int cli_main(int argc, char **argv, int (*serve)(struct config *config))
{
	struct cli_args args;
	struct buf message;
	buf_init(&message, MESSAGE_BYTES);
	int r = cli_args_read(&args, argc, (const char *const *)argv, &message);
	int exit_status = r != CONFIG_OK && !explains_itself(&args) ? reject(&args, &message)
								    : begin(&args, argv, serve);
	buf_finish(&message);
	cli_args_finish(&args);
	return exit_status;
}
