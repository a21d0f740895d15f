/* otel-ai-monitor export: the history as a file, written as it arrives. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"

enum { ERROR_BYTES = 64 * 1024 };

static const char *const format_words[] = {"csv", "json", "ndjson", NULL};

static const char *kind_word(size_t index)
{
	static const char *const words[] = {"sessions", "calls", "events", "daily", "tools", NULL};
	return words[index];
}

static int print(struct str piece, void *data)
{
	(void)data;
	return fwrite(piece.data, 1, piece.size, stdout) == piece.size ? 0 : -EIO;
}

/* Gives an exit status. */
static int complain(const struct cli_endpoint *endpoint, int status, struct buf *error)
{
	if (status == -EIO) {
		log_error("cannot write to standard output");
	} else if (status == -EPROTO) {
		log_error("the export was cut short: the output is incomplete");
	} else if (status < 0 || !cli_ask_complain(error)) {
		cli_http_complain(endpoint, status);
	}
	return EXIT_FAILURE;
}

static int run(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf path, error;
	buf_init(&path, CLI_PATH_BYTES);
	buf_init(&error, ERROR_BYTES);
	buf_printf(&path, "/api/export/%s.%s", config->export_kind,
		format_words[config->export_format]);
	cli_path_add(&path, "from", config->from_date);
	cli_path_add(&path, "to", config->to_date);
	cli_path_add(&path, "project", config->project);
	buf_append_char(&path, '\0');
	const struct cli_request request = {"GET", path.data, "*/*", NULL};
	int status = cli_http_receive(&endpoint, &request, print, NULL, &error);
	if (status == 200 && fflush(stdout) != 0) {
		status = -EIO;
	}
	int exit_status = status == 200 ? EXIT_SUCCESS : complain(&endpoint, status, &error);
	buf_finish(&path);
	buf_finish(&error);
	return exit_status;
}

static const struct config_option options[] = {
	{.name = "format",
		.letter = 'f',
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(export_format),
		.limits = {.words = format_words},
		.value_name = "FORMAT",
		.help = "output format"},
	CLI_OPTION_FROM,
	CLI_OPTION_TO,
	CLI_OPTION_PROJECT,
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_export_command = {
	.name = "export",
	.run = run,
	.summary = "write the history as CSV or JSON",
	.about =
		"Writes part of the history to standard output: sessions, model calls, events, "
		"sums by day, or tool calls (tools). It contains no prompts, answers or tool input.",
	.examples =
		"  otel-ai-monitor export daily >daily.csv\n"
		"  otel-ai-monitor export calls --format ndjson --from 2026-11-01 | jq .cost_usd\n",
	.listed = "",
	.operands = {{.name = "KIND",
		.shown = "sessions|calls|events|daily|tools",
		.what = "kind of rows",
		.offset = CONFIG_FIELD(export_kind),
		.places = 1,
		.needed = 1,
		.word = kind_word}},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
