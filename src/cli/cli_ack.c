/* otel-ai-monitor ack: marks finished sessions as seen. */
#include <stdlib.h>

#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"

static int acknowledge_done(const struct cli_endpoint *endpoint, const struct cli_list *list)
{
	int exit_status = EXIT_SUCCESS;
	for (size_t i = 0; i < list->count && exit_status == EXIT_SUCCESS; i++) {
		if (cli_list_is_done(&list->sessions[i])) {
			exit_status = cli_http_post_session(endpoint, list->sessions[i].id, "ack");
		}
	}
	return exit_status;
}

static int acknowledge(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list)
{
	if (config->session_word == NULL) {
		return acknowledge_done(endpoint, list);
	}
	const struct cli_session *s = cli_pick(list, str_from(config->session_word));
	return s != NULL ? cli_http_post_session(endpoint, s->id, "ack") : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	return cli_list_run(config, acknowledge);
}

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_ack_command = {
	.name = "ack",
	.run = run,
	.summary = "mark finished sessions as seen",
	.about = "Marks the session as seen, or without an argument every session that is done: it "
		 "becomes idle, and bars no longer show it as done.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor ack          for a key binding, or a click on a bar\n"
		    "  otel-ai-monitor ack 2\n",
	.operands = {CLI_OPERAND_SESSION("[SESSION]", CLI_OFFER_DONE_SESSIONS)},
	.settings = settings,
};
