/* otel-ai-monitor purge: deletes part of the history. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_change.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"

enum { ANSWER_BYTES = 1 << 20, TEXT_BYTES = 1024, DEPTH = 8, KINDS = 7 };

struct purge {
	int64_t rows[KINDS];
	int64_t days;
};

static const char *const kind_words[KINDS] = {
	"sessions", "calls", "turns", "tool calls", "waits", "subagents", "events"};

#define ROW(name, kind) JSON_MEMBER(name, INT, struct purge, rows[kind])

static const struct json_member row_members[] = {ROW("sessions", 0), ROW("calls", 1),
	ROW("turns", 2), ROW("tool_calls", 3), ROW("waits", 4), ROW("subagents", 5),
	ROW("events", 6)};
static const struct json_shape row_shape = JSON_SHAPE(row_members);
static const struct json_member purge_members[] = {
	{STR_INIT("rows"), JSON_BIND_OBJECT, .shape = &row_shape},
	JSON_MEMBER("days", INT, struct purge, days),
};
static const struct json_shape purge_shape = JSON_SHAPE(purge_members);

static bool read_purge(struct buf *answer, struct purge *ret)
{
	struct json_tally tally = {0};
	*ret = (struct purge){0};
	return json_bind_text(answer->data, answer->size, DEPTH, &purge_shape, ret, &tally);
}

/* "12 sessions, 3 calls, the sums of 2 days"; false: nothing at all. */
static bool append_purge(struct buf *out, const struct purge *p)
{
	bool is_first = true;
	for (size_t i = 0; i < KINDS; i++) {
		if (p->rows[i] > 0) {
			buf_printf(out, "%s%" PRId64 " %s", is_first ? "" : ", ", p->rows[i],
				kind_words[i]);
			is_first = false;
		}
	}
	if (p->days > 0) {
		buf_printf(out, "%sthe sums of %" PRId64 " days", is_first ? "" : ", ", p->days);
		is_first = false;
	}
	return !is_first;
}

static void describe(struct buf *line, struct buf *out)
{
	struct purge p;
	buf_append_str(out, STR("deleted so far: "));
	if (!read_purge(line, &p) || !append_purge(out, &p)) {
		buf_append_str(out, STR("nothing"));
	}
}

static int ask_daemon(const struct config *config, bool is_dry, struct buf *ret_answer)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf path;
	buf_init(&path, CLI_PATH_BYTES);
	buf_append_str(&path, STR("/api/purge"));
	cli_path_add(&path, "before", config->before_date);
	cli_path_add(&path, "project", config->project);
	cli_path_add(&path, "dry_run", is_dry ? "1" : NULL);
	int r = cli_change_ask(&endpoint, &path, describe, ret_answer);
	buf_finish(&path);
	return r;
}

/* "before 2026-01-01 of the project "web"" */
static void append_extent(struct buf *out, const struct config *config)
{
	buf_printf(out, "before %s", log_shown(str_from(config->before_date)));
	if (config->project != NULL) {
		buf_printf(out, " of the project \"%s\"", log_shown(str_from(config->project)));
	}
}

/* Prints the daemon's answer for people. False: there is nothing, or it is not understood. */
static bool print_answer(const struct config *config, struct buf *answer, bool is_done)
{
	struct purge p;
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, is_done ? STR("Deleted what was ") : STR("The history has "));
	append_extent(&text, config);
	buf_append_str(&text, STR(": "));
	bool is_read = read_purge(answer, &p);
	bool has_any = is_read && append_purge(&text, &p);
	if (!is_read) {
		log_error("unexpected response; is that otel-ai-monitor?");
	} else {
		printf("%.*s%s.\n", STR_ARG(buf_str(&text)), has_any ? "" : "nothing");
	}
	buf_finish(&text);
	return has_any;
}

static bool is_confirmed(void)
{
	char answer[16];
	if (isatty(STDIN_FILENO) != 1) {
		log_error("not a terminal, so nothing was deleted: use --yes or --dry-run");
		return false;
	}
	printf("Delete that? It cannot be undone. [y/N] ");
	(void)fflush(stdout);
	bool is_yes = fgets(answer, sizeof(answer), stdin) != NULL &&
		      (answer[0] == 'y' || answer[0] == 'Y');
	if (!is_yes) {
		printf("Nothing was deleted.\n");
	}
	return is_yes;
}

/* An exit status, or -1 to go ahead. */
static int preview(const struct config *config)
{
	struct buf answer;
	buf_init(&answer, ANSWER_BYTES);
	int status = ask_daemon(config, true, &answer) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	if (status == EXIT_SUCCESS && config->json) {
		printf("%.*s\n", STR_ARG(buf_str(&answer)));
	} else if (status == EXIT_SUCCESS && print_answer(config, &answer, false) &&
		   !config->setup_dry_run) {
		status = is_confirmed()              ? -1
			 : isatty(STDIN_FILENO) == 1 ? EXIT_SUCCESS
						     : EXIT_FAILURE;
	}
	buf_finish(&answer);
	return status;
}

static int purge(const struct config *config)
{
	struct buf answer;
	buf_init(&answer, ANSWER_BYTES);
	int r = ask_daemon(config, false, &answer);
	if (r == 0 && config->json) {
		printf("%.*s\n", STR_ARG(buf_str(&answer)));
	} else if (r == 0) {
		(void)print_answer(config, &answer, true);
	}
	buf_finish(&answer);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	if (config->before_date == NULL) {
		log_error("purge needs --before DATE; see purge --help");
		return CLI_EXIT_USAGE;
	}
	if (config->json && !config->setup_yes && !config->setup_dry_run) {
		log_error("purge --json asks nothing: add --yes or --dry-run");
		return CLI_EXIT_USAGE;
	}
	int status = config->setup_yes && !config->setup_dry_run ? -1 : preview(config);
	status = status < 0 ? purge(config) : status;
	return fflush(stdout) == 0 ? status : EXIT_FAILURE;
}

static const struct config_option options[] = {
	CLI_OPTION_DATE("before", before_date,
		"everything before this day: YYYY-MM-DD, today or yesterday"),
	CLI_OPTION_PROJECT,
	CONFIG_SWITCH("yes", 'y', setup_yes, "delete without asking"),
	CONFIG_SWITCH("dry-run", 'n', setup_dry_run, "only count; delete nothing"),
	CLI_OPTION_JSON("print the daemon's answer; with --yes or --dry-run"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_purge_command = {
	.name = "purge",
	.run = run,
	.summary = "delete a part of the history",
	.about = "Deletes the history before a day: sessions, model calls, turns, tool calls, "
		 "waits, events, and the sums by day, which are otherwise kept forever. Shows what "
		 "would be deleted, and asks. A session that went on afterwards stays, with its "
		 "totals, and so do the counters of /metrics. Old rows also expire on their own, "
		 "after the days set by retention.",
	.examples = "  otel-ai-monitor purge --before 2026-01-01\n"
		    "  otel-ai-monitor purge --before today --project secret --yes\n"
		    "  otel-ai-monitor purge --before 2026-01-01 --dry-run --json\n",
	.exit_status = "  0  done, nothing to do, or you said no\n"
		       "  1  failed, or nobody could be asked\n"
		       "  2  wrong usage or a wrong setting\n",
	.listed = "",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
