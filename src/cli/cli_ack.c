#include "cli/cli_ack.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_client.h"
#include "cli/cli_command.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"

enum { ANSWER_BYTES = 1024 * 1024, PATH_BYTES = 6 * 1024 };

/* RFC 3986 section 2.3: what need not be escaped. */
static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void append_escaped(struct buf *out, struct str id)
{
	for (size_t i = 0; i < id.size; i++) {
		if (is_unreserved(id.data[i])) {
			buf_append_char(out, id.data[i]);
		} else {
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)id.data[i]);
		}
	}
}

/* The HTTP status, or a negative errno. */
static int acknowledge(const struct cli_target *target, struct str id)
{
	struct buf path, body;
	buf_init(&path, PATH_BYTES);
	buf_init(&body, ANSWER_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	append_escaped(&path, id);
	buf_append_str(&path, STR("/ack"));
	buf_append_char(&path, '\0');
	const struct cli_request request = {"POST", path.data, "application/json", NULL};
	int status = path.overflowed ? 404 : cli_client_call(target, &request, &body);
	buf_finish(&path);
	buf_finish(&body);
	return status;
}

int cli_ack_session(const struct cli_target *target, struct str id)
{
	int status = acknowledge(target, id);
	if (status != 200 && status != 404) {
		cli_client_complain(target, status);
	}
	return status == 200 || status == 404 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int acknowledge_done(const struct cli_target *target, const struct cli_list *list)
{
	int exit_status = EXIT_SUCCESS;
	for (size_t i = 0; i < list->count && exit_status == EXIT_SUCCESS; i++) {
		if (cli_list_is_done(&list->sessions[i])) {
			exit_status = cli_ack_session(target, list->sessions[i].id);
		}
	}
	return exit_status;
}

static int acknowledge_in(
	const struct cli_target *target, const struct cli_list *list, const char *word)
{
	if (word == NULL) {
		return acknowledge_done(target, list);
	}
	const struct cli_session *s = cli_pick(list, str_from(word));
	return s != NULL ? cli_ack_session(target, s->id) : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	struct cli_target target = cli_target_of(config);
	struct buf body;
	struct cli_list list;
	if (cli_list_ask(&target, &body, &list) < 0) {
		return EXIT_FAILURE;
	}
	int exit_status = acknowledge_in(&target, &list, config->session_word);
	cli_list_finish(&list);
	buf_finish(&body);
	return exit_status;
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
	.operands = {{.name = "SESSION",
		.shown = "[SESSION]",
		.offset = CONFIG_FIELD(session_word),
		.places = 1,
		.offer = CLI_OFFER_DONE_SESSIONS}},
	.settings = settings,
};
