/* otel-ai-monitor prices: which price lists are used, and what a model costs by them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "price/price.h"
#include "price/price_file.h"
#include "price/price_table.h"

enum { REASON_BYTES = 256, DAY_S = 86400, DATE_BYTES = sizeof("2026-11-27") };

struct lists {
	struct cli_report report;
	struct price_table *builtin, *own; // owned; own may be NULL
	char *own_path;                    // owned; NULL: there can be none
};

static void format_day(int64_t day, char *ret)
{
	time_t at = (time_t)(day * DAY_S);
	struct tm date;
	if (gmtime_r(&at, &date) == NULL || strftime(ret, DATE_BYTES, "%Y-%m-%d", &date) == 0) {
		ret[0] = '\0';
	}
}

/* ---- the lists */

static void read_lists(struct lists *l, const struct config *config)
{
	struct buf reason;
	buf_init(&reason, REASON_BYTES);
	l->builtin = price_file_builtin();
	l->own_path = price_file_path(
		config_variable(config, "HOME"), config_variable(config, "XDG_CONFIG_HOME"));
	if (l->own_path != NULL && price_file_read(l->own_path, &l->own, &reason) < 0) {
		cli_style_report(&l->report, CLI_WRONG, "cannot read %s: %.*s", l->own_path,
			STR_ARG(buf_str(&reason)));
	}
	buf_finish(&reason);
}

static void finish_lists(struct lists *l)
{
	price_table_destroy(l->builtin);
	price_table_destroy(l->own);
	free(l->own_path);
}

static void say_lists(struct lists *l)
{
	char date[DATE_BYTES];
	format_day(l->builtin->as_of_day, date);
	cli_style_report(&l->report, CLI_GOOD, "built-in list of %s: %" PRIu32 " models", date,
		l->builtin->model_count);
	if (l->own != NULL) {
		cli_style_report(&l->report, CLI_GOOD, "%s: %" PRIu32 " models", l->own_path,
			l->own->model_count);
	}
}

/* ---- one model */

static void print_price(int64_t pico)
{
	printf("  %10.6g", (double)pico / 1e6);
}

/* A row, or a tier of the row above it. */
static void print_list(struct str speed, const struct price_list *list)
{
	char when[32] = "";
	if (list->above_tokens > 0) {
		(void)snprintf(when, sizeof(when), "> %" PRId64, list->above_tokens);
	} else if (list->from_day != INT64_MIN) {
		format_day(list->from_day, when);
	}
	printf("%-10.*s  %-12s", STR_ARG(speed), when);
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		if (i != USAGE_CACHE_WRITE) { // costs what those of five minutes do, or the other
					      // way
			print_price(list->of[i]);
		}
	}
	printf("\n");
}

static void print_model(const struct price_match *m)
{
	printf("%-10s  %-12s  %10s  %10s  %10s  %10s  %10s\n", "USD/million", "from, above",
		"input", "cache read", "write 5m", "write 1h", "output");
	for (uint32_t i = 0; i < m->model->speed_count; i++) {
		const struct price_speed *speed = &m->table->speeds[m->model->first_speed + i];
		for (uint32_t j = 0; j < speed->count; j++) {
			print_list(speed->name.size > 0 ? speed->name : STR("usual"),
				&m->table->lists[speed->first + j]);
		}
	}
}

static void say_model(struct lists *l, struct str name)
{
	const struct price_book book = {l->builtin, l->own};
	struct price_match m;
	if (!price_find(&book, name, &m)) {
		cli_style_report(&l->report, CLI_WRONG,
			"\"%s\" is in no price list, so its calls stay unpriced%s%s",
			log_shown(name), l->own_path != NULL ? ": add it to " : "",
			l->own_path != NULL ? l->own_path : "");
		return;
	}
	cli_style_report(&l->report, CLI_GOOD, "\"%s\" is listed as %s in %s", log_shown(name),
		log_shown(m.model->name),
		m.table == l->builtin ? "the built-in list" : l->own_path);
	print_model(&m);
}

static int run(const struct config *config)
{
	struct lists l = {.report = {.style = cli_style_of(config, STDOUT_FILENO)}};
	read_lists(&l, config);
	if (l.builtin == NULL) {
		cli_style_report(&l.report, CLI_WRONG, "the built-in price list is broken");
	} else if (config->price_model != NULL) {
		say_model(&l, str_from(config->price_model));
	} else {
		say_lists(&l);
	}
	finish_lists(&l);
	return l.report.wrong || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct cli_setting settings[] = {{"config", NULL}, {NULL}};

const struct cli_command cli_prices_command = {
	.name = "prices",
	.run = run,
	.summary = "show the price lists, or what a model costs",
	.about =
		"Prints which price lists are in use, and with MODEL what the model costs by them: "
		"a line for each speed and date, and below it one for each prompt length from "
		"which on a call costs more. The name may be written as a client or a gateway "
		"writes it.",
	.examples = "  otel-ai-monitor prices\n"
		    "  otel-ai-monitor prices anthropic/claude-opus-5-5\n",
	.exit_status = "  0  done\n"
		       "  1  the model is in no list, or your own list has a mistake\n"
		       "  2  wrong usage\n",
	.operands = {{.name = "MODEL",
		.shown = "[MODEL]",
		.offset = CONFIG_FIELD(price_model),
		.places = 1}},
	.settings = settings,
};
