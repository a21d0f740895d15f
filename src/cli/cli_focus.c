
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/run.h"
#include "base/self.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"
#include "event/assistant.h"
#include "version.h"

enum { PID_BYTES = 24 };

/* Gives the exit status of the program. */
static int run_child(const char *const *argv)
{
	int r = run_program(&(struct run){.argv = argv});
	if (r < 0) {
		log_errno(r, "cannot run \"%s\"", argv[0]);
	}
	return r < 0 ? EXIT_FAILURE : r;
}

static int run_command(
	const struct config_list *command, const struct cli_session *s, const char *pid)
{
	const struct argv_value values[] = {
		{"session_id", s->id},
		{"tool", s->assistant},
		{"state", s->state},
		{"attention", s->attention},
		{"project", s->project},
		{"cwd", s->cwd},
		{"pid", str_from(pid)},
	};
	char **argv = argv_expand(
		(const char *const *)command->items, command->count, values, ARRAY_SIZE(values));
	int exit_status = run_child((const char *const *)argv);
	argv_free(argv);
	return exit_status;
}

static int run_own(const struct config *config, const struct cli_session *s, const char *pid)
{
	cleanup_free char *own = self_companion("otel-ai-monitor-focus", FOCUS_PATH);
	const char *argv[5] = {config->focus_path != NULL ? config->focus_path : own};
	const char *name = assistant_program(s->assistant);
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
		log_error("cannot find the window: the process of session \"%s\" is unknown",
			log_shown(s->id));
		return EXIT_FAILURE;
	}
	return run_child(argv);
}

static int raise_window(const struct config *config, const struct cli_session *s)
{
	char pid[PID_BYTES] = "";
	if (s->pid != 0) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, s->pid);
	}
	if (config->focus_command.count > 0 && !config->focus_check) {
		return run_command(&config->focus_command, s, pid);
	}
	return run_own(config, s, pid);
}

int cli_focus_session(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_session *s)
{
	int exit_status = raise_window(config, s);
	if (exit_status == EXIT_SUCCESS && !config->focus_check) {
		(void)cli_http_post_session(endpoint, s->id, "ack"); // it is in view now
	}
	return exit_status;
}

static int focus_in(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list)
{
	const struct cli_session *s = cli_pick_or_most_urgent(list, config->session_word);
	return s != NULL ? cli_focus_session(config, endpoint, s) : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	return cli_list_run(config, focus_in);
}

static const struct config_option options[] = {
	CONFIG_SWITCH("check", 0, focus_check,
		"raise nothing; exit with 0 if the session's terminal has the focus"),
};

static const struct cli_setting settings[] = {{"focus-command", NULL}, CLI_REACH};

const struct cli_command cli_focus_command = {
	.name = "focus",
	.run = run,
	.summary = "raise the terminal of the session that needs you most",
	.about =
		"Raises the window and selects the tab or pane of the session, or without an "
		"argument of the session that needs you most: one that waits for an answer, then "
		"one that is done, then one that works. Marks it as seen, like ack.\n"
		"Windows are found under sway, Hyprland, niri, KDE's KWin and X11 window managers "
		"that support EWMH (i3, GNOME, XFCE and others); panes in tmux, kitty and WezTerm. "
		"If that is not enough, use --focus-command.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor focus        for a key binding, or a click on a bar\n"
		    "  otel-ai-monitor focus webshop\n"
		    "  otel-ai-monitor focus --focus-command 'wmctrl -a {project}'\n",
	.exit_status = "  0  raised, or with --check focused\n"
		       "  1  not found, or with --check not focused\n"
		       "  2  wrong usage or a wrong setting\n"
		       "  3  with --check: focused, but the desktop is locked or idle\n",
	.operands = {CLI_OPERAND_SESSION("[SESSION]", CLI_OFFER_SESSIONS)},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
