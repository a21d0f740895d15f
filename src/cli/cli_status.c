
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_format.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_screen.h"
#include "cli/cli_style.h"
#include "cli/cli_table.h"
#include "sink/sink_encode.h"

enum { TABLE_BYTES = 32 * 1024 * 1024 };

static int print_json(const struct buf *body)
{
	struct str line = buf_str(body);
	fwrite(line.data, 1, line.size, stdout);
	if (!str_ends_with(line, STR("\n"))) {
		putchar('\n');
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The exit status for scripts; of several sessions the most urgent counts. */
static int exit_status_of(const struct cli_list *list)
{
	const struct cli_session *s = cli_list_most_urgent(list);
	return s != NULL ? cli_list_outcome(s) : EXIT_SUCCESS;
}

static int print_table(const struct config *config, struct cli_list *list)
{
	struct buf table;
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	buf_init(&table, TABLE_BYTES);
	cli_list_sort(list);
	cli_table_append(&table, list, &style, instant_now().wall_ms);
	fwrite(table.data, 1, table.size, stdout);
	buf_finish(&table);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int print_bar(const struct config *config, struct str line)
{
	struct cli_screen screen;
	cli_screen_init(&screen, (enum config_format)config->format, config->bar_icons);
	int r = cli_screen_take(&screen, line);
	struct str shown = cli_screen_draw(&screen, instant_now().wall_ms);
	fwrite(shown.data, 1, shown.size, stdout);
	cli_screen_finish(&screen);
	return r == 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A bar hides commands that fail, so a missing daemon is no failure here. */
static int print_answer_bar(const struct config *config, const struct cli_endpoint *endpoint,
	int status, struct buf *body)
{
	if (status == 200 && print_bar(config, buf_str(body)) == EXIT_SUCCESS) {
		return EXIT_SUCCESS;
	}
	if (status >= 0) { // something else answers there, which does not fit into a bar
		cli_http_complain(endpoint, status);
	}
	buf_clear(body);
	sink_encode_unreachable(body, instant_now());
	return print_bar(config, buf_str(body));
}

/* Neither are wrong settings. */
static int on_fault(const struct config *flags, bool is_first)
{
	(void)is_first;
	if (!cli_format_is_bar((enum config_format)flags->format)) {
		return CLI_EXIT_USAGE;
	}
	struct buf line;
	buf_init(&line, SINK_MAX_LINE_BYTES);
	sink_encode_misconfigured(&line, instant_now());
	int exit_status = print_bar(flags, buf_str(&line));
	buf_finish(&line);
	return exit_status;
}

static int print(const struct config *config, const struct buf *body)
{
	struct cli_list list;
	struct buf copy; // reading modifies it
	buf_init(&copy, body->size);
	buf_append_str(&copy, buf_str(body));
	if (cli_list_read(copy.data, copy.size, &list) != 0) {
		log_error("unexpected response; is that otel-ai-monitor?");
		buf_finish(&copy);
		return EXIT_FAILURE;
	}
	bool as_json = config->json || config->format != CONFIG_FORMAT_AUTO;
	int exit_status = as_json ? print_json(body) : print_table(config, &list);
	if (exit_status == EXIT_SUCCESS && config->exit_code) {
		exit_status = exit_status_of(&list);
	}
	cli_list_finish(&list);
	buf_finish(&copy);
	return exit_status;
}

int cli_status(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf body;
	int status = cli_http_list(&endpoint, &body);
	int result = EXIT_FAILURE;
	if (cli_format_is_bar((enum config_format)config->format)) {
		result = print_answer_bar(config, &endpoint, status, &body);
	} else if (status != 200) {
		cli_http_complain(&endpoint, status);
	} else {
		result = print(config, &body);
	}
	buf_finish(&body);
	return result;
}

static const struct config_option options[] = {
	CLI_OPTION_JSON("print the session list as JSON, as --format list does"),
	CLI_OPTION_FORMAT("what to print; default: a table"),
	CONFIG_SWITCH(
		"exit-code", 'e', exit_code, "exit with a status for the most urgent session"),
};

static const struct cli_setting settings[] = {CLI_ICONS, {"show-cost", NULL}, CLI_REACH};

const struct cli_command cli_status_command = {
	.name = "status",
	.run = cli_status,
	.on_fault = on_fault,
	.summary = "print the sessions once",
	.about =
		"Prints the running daemon's sessions once: as a table with the most urgent "
		"first, as JSON, or in the format of a status bar that polls. The number in front "
		"can be used with focus, ack and wait; it changes only when an older session ends.",
	.exit_status = "  0   done; with --exit-code: no sessions, or all are idle\n"
		       "  1   failed\n"
		       "  2   wrong usage or a wrong setting\n"
		       "  with --exit-code also\n"
		       "  3   one is working\n"
		       "  4   one is done\n"
		       "  10  one waits for a permission\n"
		       "  11  one has a question\n"
		       "  12  one failed\n"
		       "  13  one hit its limit\n"
		       "  14  one is stalled, or needs you otherwise\n",
	.examples = "  otel-ai-monitor status\n"
		    "  otel-ai-monitor status --json | jq '.sessions[] | .project'\n"
		    "  otel-ai-monitor status --format plain --show-cost\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
