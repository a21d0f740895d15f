/* otel-ai-monitor cost: what assistants cost, by model, project, assistant, day or session. */
#include "cli/cli_cost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_style.h"

enum { ANSWER_BYTES = 32 * 1024 * 1024, TABLE_BYTES = 16 * 1024 * 1024 };

const char *const cli_cost_by_words[] = {"model", "project", "tool", "day", "session", NULL};

/* The question. */
struct span {
	const char *from, *to; // NULL: this month, or without an end
	const char *period;    // the sum of the answer
	char *words;           // owned: "this month"
};

static struct span span_of(const struct config *config)
{
	const char *from = config->from_date, *to = config->to_date;
	if (config->cost_today) {
		return (struct span){"today", "today", "range", xstrdup("today")};
	}
	if (from == NULL && to == NULL) {
		return (struct span){NULL, NULL, "month", xstrdup("this month")};
	}
	char *words = from != NULL && to != NULL ? xasprintf("%s to %s", from, to)
		      : from != NULL             ? xasprintf("the days since %s", from)
						 : xasprintf("all days to %s", to);
	return (struct span){from, to, "range", words};
}

static bool is_consistent(const struct config *config)
{
	bool has_range = config->from_date != NULL || config->to_date != NULL;
	int spans = (int)config->cost_today + (int)config->cost_month + (int)has_range;
	if (spans > 1) {
		log_error("--today, --month and --from with --to exclude each other; see cost "
			  "--help");
	}
	return spans <= 1;
}

static int ask(const struct cli_endpoint *endpoint, const char *route, const struct span *span,
	const char *project, struct buf *ret_body)
{
	struct buf path;
	buf_init(&path, CLI_PATH_BYTES);
	buf_append_str(&path, str_from(route));
	cli_path_add(&path, "from", span->from);
	cli_path_add(&path, "to", span->to);
	cli_path_add(&path, "project", project);
	int r = cli_ask(endpoint, "GET", &path, NULL, ret_body);
	buf_finish(&path);
	return r;
}

/* Whether a current session alone is over the budget of one. */
static bool has_dear_session(const struct cli_endpoint *endpoint, double limit_usd)
{
	struct buf body;
	struct cli_list list;
	bool is_dear = false;
	if (limit_usd <= 0 || cli_list_ask(endpoint, &body, &list) < 0) {
		return false;
	}
	for (size_t i = 0; i < list.count; i++) {
		is_dear |= list.sessions[i].has_cost && list.sessions[i].cost_usd >= limit_usd;
	}
	cli_list_finish(&list);
	buf_finish(&body);
	return is_dear;
}

static void print(const struct config *config, const struct cli_cost *cost, const char *words)
{
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	struct buf table;
	buf_init(&table, TABLE_BYTES);
	cli_cost_append(&table, cost, (enum cli_cost_by)config->cost_by, words, &style);
	(void)fwrite(table.data, 1, table.size, stdout);
	buf_finish(&table);
}

/* Reads the answers and prints the table; an exit status. */
static int show(const struct config *config, const struct cli_endpoint *endpoint,
	const struct span *span, struct buf *stats, struct buf *sessions)
{
	bool by_session = config->cost_by == CLI_COST_BY_SESSION;
	struct cli_cost cost = {0};
	int r = cli_cost_read(
		stats->data, stats->size, (enum cli_cost_by)config->cost_by, span->period, &cost);
	if (r == 0 && by_session) {
		r = cli_cost_read_sessions(sessions->data, sessions->size, &cost);
	}
	bool is_exceeded = r == 0 && config->cost_check &&
			   (cli_cost_is_exceeded(&cost) ||
				   has_dear_session(endpoint, cli_cost_session_limit(&cost)));
	if (r < 0) {
		log_error("unexpected response; is that otel-ai-monitor?");
	} else if (!config->json) {
		print(config, &cost, span->words);
	}
	cli_cost_finish(&cost);
	return r < 0 || is_exceeded || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	bool by_session = config->cost_by == CLI_COST_BY_SESSION;
	if (!is_consistent(config)) {
		return CLI_EXIT_USAGE;
	}
	struct span span = span_of(config);
	struct buf stats, sessions;
	buf_init(&stats, ANSWER_BYTES);
	buf_init(&sessions, ANSWER_BYTES);
	int r = ask(&endpoint, "/api/stats", &span, config->project, &stats);
	if (r == 0 && by_session) {
		r = ask(&endpoint, "/api/sessions?past=1&limit=500", &span, config->project,
			&sessions);
	}
	if (r == 0 && config->json) { // as received: reading modifies it
		struct buf *answer = by_session ? &sessions : &stats;
		(void)fwrite(answer->data, 1, answer->size, stdout);
	}
	int status = r == 0 ? show(config, &endpoint, &span, &stats, &sessions) : EXIT_FAILURE;
	buf_finish(&stats);
	buf_finish(&sessions);
	free(span.words);
	return status;
}

static const struct config_option options[] = {
	CONFIG_SWITCH("today", 't', cost_today, "today only"),
	CONFIG_SWITCH("month", 'm', cost_month, "this month; the default"),
	CLI_OPTION_FROM,
	CLI_OPTION_TO,
	{.name = "by",
		.letter = 'b',
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(cost_by),
		.limits = {.words = cli_cost_by_words},
		.value_name = "WHAT",
		.help = "one line for each of these; default model"},
	CLI_OPTION_PROJECT,
	CLI_OPTION_JSON("print the daemon's answer: /api/stats, or the sessions"),
	CONFIG_SWITCH("check", 0, cost_check, "exit with 1 if a budget is used up"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_cost_command = {
	.name = "cost",
	.run = run,
	.summary = "print the cost: also history, export, prices, purge, log",
	.about = "Prints what assistants cost this month, with a line for each model, project, "
		 "assistant, day or session, the most expensive first, and the budgets. ≈ marks "
		 "sums estimated from list prices, ≥ sums that leave out calls without a price. "
		 "With plan = subscription, costs are API-equivalent: what the same calls would "
		 "have cost without a subscription. A session's line is everything it ever cost.",
	.examples = "  otel-ai-monitor cost\n"
		    "  otel-ai-monitor cost --today --by project\n"
		    "  otel-ai-monitor cost --from 2026-11-01 --to 2026-11-15 --by day\n"
		    "  otel-ai-monitor cost --check >/dev/null || echo over budget\n",
	.exit_status = "  0  done\n"
		       "  1  failed; with --check also: a budget is used up\n"
		       "  2  wrong usage or a wrong setting\n",
	.listed = "cost ...",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
