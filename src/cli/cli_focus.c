#include "cli/cli_focus.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/words.h"
#include "cli/cli_ack.h"
#include "cli/cli_client.h"
#include "cli/cli_list.h"
#include "config/config.h"
#include "event/event_tool.h"
#include "version.h"

enum { PID_BYTES = 24 };

/* Its exit status. */
static int run(char *const *argv)
{
	pid_t pid;
	int status = 0, r = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (r != 0) {
		log_errno(-r, "cannot run \"%s\"", argv[0]);
		return EXIT_FAILURE;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

static int run_command(
	const struct config_list *command, const struct cli_session *s, const char *pid)
{
	const struct words_value values[] = {
		{"session_id", s->id},
		{"tool", s->tool},
		{"state", s->state},
		{"attention", s->attention},
		{"project", s->project},
		{"cwd", s->cwd},
		{"pid", str_from(pid)},
	};
	char **argv = words_fill(
		(const char *const *)command->items, command->count, values, ARRAY_SIZE(values));
	int exit_status = run(argv);
	words_free(argv);
	return exit_status;
}

static int run_program(const struct config *config, const struct cli_session *s, const char *pid)
{
	const char *argv[5] = {config->focus_path != NULL ? config->focus_path : FOCUS_PATH};
	const char *name = event_tool_program(s->tool);
	cleanup_free char *directory = str_dup(s->cwd);
	size_t size = 1;
	if (config->focus_check) {
		argv[size++] = "--check";
	}
	if (s->pid != 0) {
		argv[size] = pid;
	} else if (name != NULL) {
		argv[size++] = name;
		argv[size] = s->cwd.size > 0 ? directory : NULL;
	} else {
		log_error(
			"the process of session \"%s\" is not known, so its window cannot be found",
			log_shown(s->id));
		return EXIT_FAILURE;
	}
	return run((char *const *)argv);
}

static int focus(const struct config *config, const struct cli_session *s)
{
	char pid[PID_BYTES] = "";
	if (s->pid != 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, s->pid);
	}
	if (config->focus_command.count > 0 && !config->focus_check) {
		return run_command(&config->focus_command, s, pid);
	}
	return run_program(config, s, pid);
}

static int focus_in(
	const struct config *config, const struct cli_target *target, const struct cli_list *list)
{
	const struct cli_session *s = config->session_id != NULL
					      ? cli_list_find(list, str_from(config->session_id))
					      : cli_list_most_urgent(list);
	if (s != NULL) {
		int exit_status = focus(config, s);
		if (exit_status == EXIT_SUCCESS && !config->focus_check) {
			(void)cli_ack_session(target, s->id); // it is in view now
		}
		return exit_status;
	}
	if (config->session_id != NULL) {
		log_error("there is no session \"%s\"", log_shown(str_from(config->session_id)));
	} else {
		log_error("there are no sessions");
	}
	return EXIT_FAILURE;
}

int cli_focus(const struct config *config)
{
	struct cli_target target = cli_target_of(config);
	struct buf body;
	struct cli_list list;
	if (cli_list_ask(&target, &body, &list) < 0) {
		return EXIT_FAILURE;
	}
	int exit_status = focus_in(config, &target, &list);
	cli_list_finish(&list);
	buf_finish(&body);
	return exit_status;
}
