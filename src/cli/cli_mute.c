/* otel-ai-monitor mute and unmute: turn off the notifications of sessions, and on again. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"

/* Nothing is changed unless every word names a session. */
static int change_named(const struct cli_endpoint *endpoint, const struct cli_list *list,
	const char *const *words, const char *action)
{
	const struct cli_session *picked[CONFIG_SESSION_WORDS];
	size_t count = 0;
	int exit_status = EXIT_SUCCESS;
	for (; count < CONFIG_SESSION_WORDS && words[count] != NULL; count++) {
		picked[count] = cli_pick(list, str_from(words[count]));
		if (picked[count] == NULL) {
			return EXIT_FAILURE;
		}
	}
	for (size_t i = 0; i < count && exit_status == EXIT_SUCCESS; i++) {
		exit_status = cli_http_post_session(endpoint, picked[i]->id, action);
	}
	return exit_status;
}

static int mute(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list)
{
	if (config->session_words[0] != NULL) {
		return change_named(endpoint, list, config->session_words, "mute");
	}
	const struct cli_session *s = cli_pick_most_urgent(list);
	return s != NULL ? cli_http_post_session(endpoint, s->id, "mute") : EXIT_FAILURE;
}

static int unmute(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list)
{
	if (config->session_words[0] != NULL) {
		return change_named(endpoint, list, config->session_words, "unmute");
	}
	int exit_status = EXIT_SUCCESS;
	for (size_t i = 0; i < list->count && exit_status == EXIT_SUCCESS; i++) {
		if (list->sessions[i].is_muted) {
			exit_status = cli_http_post_session(
				endpoint, list->sessions[i].id, "unmute");
		}
	}
	return exit_status;
}

static int run_mute(const struct config *config)
{
	return cli_list_run(config, mute);
}

static int run_unmute(const struct config *config)
{
	return cli_list_run(config, unmute);
}

static const struct cli_setting settings[] = {CLI_REACH};

#define SESSIONS                                                                                   \
	{                                                                                          \
		{                                                                                  \
			.name = "SESSION", .shown = "[SESSION...]",                                \
			.offset = CONFIG_FIELD(session_words), .places = CONFIG_SESSION_WORDS,     \
			.offer = CLI_OFFER_SESSIONS,                                               \
		}                                                                                  \
	}

const struct cli_command cli_mute_command = {
	.name = "mute",
	.run = run_mute,
	.summary = "stop a session's notifications: also unmute, pause",
	.about = "Stops the notifications of the sessions, or without an argument of the session "
		 "that needs you most, until unmute or their end. Bars still show them; status and "
		 "top mark them.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor mute         for a key binding\n"
		    "  otel-ai-monitor mute 2 webshop\n",
	.listed = "mute ...",
	.operands = SESSIONS,
	.settings = settings,
};

const struct cli_command cli_unmute_command = {
	.name = "unmute",
	.run = run_unmute,
	.summary = "let a muted session notify again",
	.about = "Lets the sessions notify again, or without an argument every session that is "
		 "muted.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor unmute\n"
		    "  otel-ai-monitor unmute webshop\n",
	.listed = "",
	.operands = SESSIONS,
	.settings = settings,
};
