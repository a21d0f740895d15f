/* otel-ai-monitor prices: the price lists in use, and what a model costs. Import and reprice have
 * files of their own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_health.h"
#include "cli/cli_http.h"
#include "cli/cli_prices_import.h"
#include "cli/cli_prices_reprice.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "price/price.h"
#include "price/price_file.h"
#include "price/price_table.h"

enum { REASON_BYTES = 256, LINE_BYTES = 16 * 1024, DAY_MS = 86400000 };

struct lists {
	struct cli_report report;
	struct price_table *builtin, *own; // owned; own may be NULL
	char *own_path;                    // owned; NULL: there can be none
};

/* ---- what the running daemon has seen of them; without one nothing is said */

static bool ask_daemon(const struct config *config, struct cli_health *ret)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	return cli_health_ask(&endpoint, ret) == 200 && ret->has_prices;
}

/* The daemon reads the user's list at the start and when it reloads. */
static void say_loaded(struct lists *l, const struct cli_health *health)
{
	int64_t models = l->own != NULL ? l->own->model_count : 0;
	if (health->own_models != models) {
		cli_style_report(&l->report, CLI_NOTE,
			"the running daemon has read %" PRId64 " models of your own list, which "
			"has %" PRId64 " now: systemctl --user reload otel-ai-monitor",
			health->own_models, models);
	}
}

static void say_mismatches(struct lists *l, const struct cli_health *health)
{
	struct buf line;
	if (health->mismatched_calls == 0) {
		return;
	}
	buf_init(&line, LINE_BYTES);
	cli_health_append_mismatches(&line, health);
	cli_style_report(&l->report, CLI_NOTE,
		"reported costs that differ from the lists by more than 5 %%: %.*s",
		STR_ARG(buf_str(&line)));
	buf_finish(&line);
}

static void say_model_mismatches(
	struct lists *l, const struct price_match *m, const struct cli_health *health)
{
	const struct price_book book = {l->builtin, l->own};
	int64_t calls = 0;
	for (size_t i = 0; i < health->mismatch_count; i++) {
		struct price_match other;
		if (price_find(&book, str_from(health->mismatches[i].model), &other) &&
			other.model == m->model) {
			calls += health->mismatches[i].calls;
		}
	}
	if (calls == 0) {
		cli_style_report(&l->report, CLI_GOOD,
			"no client reported a cost that differs by more than 5 %%");
	} else {
		cli_style_report(&l->report, CLI_NOTE,
			"%" PRId64
			" calls since the daemon started differ by more than 5 %% from their "
			"client's report: these prices may be outdated",
			calls);
	}
}

/* ---- the lists */

static void read_lists(struct lists *l, const struct config *config)
{
	struct buf reason;
	buf_init(&reason, REASON_BYTES);
	l->builtin = price_file_builtin();
	l->own_path = config_user_path(config, PRICE_FILE_NAME);
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

static void say_lists(struct lists *l, const struct config *config)
{
	struct cli_health health;
	char date[PRICE_DAY_BYTES];
	price_day_format(l->builtin->as_of_day, date);
	cli_style_report(&l->report, CLI_GOOD, "built-in list of %s: %" PRIu32 " models", date,
		l->builtin->model_count);
	if (l->own != NULL) {
		cli_style_report(&l->report, CLI_GOOD, "%s: %" PRIu32 " models", l->own_path,
			l->own->model_count);
	}
	if (ask_daemon(config, &health)) {
		say_loaded(l, &health);
		say_mismatches(l, &health);
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
		price_day_format(list->from_day, when);
	}
	printf("%-10.*s  %-12s", STR_ARG(speed), when);
	for (unsigned i = 0; i <= USAGE_OUTPUT; i++) {
		if (i != USAGE_CACHE_WRITE) { // costs what 5m writes do, or the other
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

/* Which list, and which parts of the name were ignored. */
static void say_match(struct lists *l, struct str name, const struct price_match *m)
{
	struct buf line;
	struct str text = str_trim(name);
	struct str prefix = {text.data, m->prefix};
	struct str ending = str_skip(text, text.size - m->ending);
	char date[PRICE_DAY_BYTES];
	price_day_format(l->builtin->as_of_day, date);
	bool is_builtin = m->table == l->builtin;
	buf_init(&line, LINE_BYTES);
	buf_printf(&line, "\"%s\"", log_shown(name));
	buf_printf(&line, " is listed as %s in %s%s", log_shown(m->model->name),
		is_builtin ? "the built-in list of " : l->own_path, is_builtin ? date : "");
	if (m->prefix > 0) {
		buf_printf(&line, ", ignoring \"%s\"", log_shown(prefix));
	}
	if (m->ending > 0) {
		buf_printf(&line, "%s \"%s\"", m->prefix > 0 ? " and" : ", ignoring",
			log_shown(ending));
	}
	cli_style_report(&l->report, CLI_GOOD, "%.*s", STR_ARG(buf_str(&line)));
	buf_finish(&line);
}

/* The row that prices today's calls. */
static void say_row(struct lists *l, const struct price_match *m)
{
	const struct price_speed *usual = price_table_speed(m->table, m->model, (struct str){0});
	int64_t today = instant_now().wall_ms / DAY_MS;
	const struct price_list *row = price_table_list(m->table, usual, today, 0);
	const struct price_list *last = row;
	for (uint32_t i = 0; i < usual->count; i++) {
		const struct price_list *list = &m->table->lists[usual->first + i];
		last = list->above_tokens == 0 ? list : last;
	}
	char from[PRICE_DAY_BYTES], next[PRICE_DAY_BYTES];
	price_day_format(row->from_day, from);
	price_day_format(last->from_day, next);
	if (from[0] != '\0') {
		cli_style_report(&l->report, CLI_GOOD, "today's row holds since %s", from);
	}
	if (last->from_day > today) {
		cli_style_report(&l->report, CLI_NOTE, "another row follows on %s", next);
	}
}

static void say_model(struct lists *l, const struct config *config)
{
	struct str name = str_from(config->price_word);
	struct cli_health health;
	const struct price_book book = {l->builtin, l->own};
	struct price_match m;
	if (!price_find(&book, name, &m)) {
		cli_style_report(&l->report, CLI_WRONG,
			"\"%s\" is in no price list, so its calls stay unpriced%s%s",
			log_shown(name), l->own_path != NULL ? ": add it to " : "",
			l->own_path != NULL ? l->own_path : "");
		return;
	}
	say_match(l, name, &m);
	say_row(l, &m);
	if (ask_daemon(config, &health)) {
		say_model_mismatches(l, &m, &health);
	}
	print_model(&m);
}

enum mode { MODE_LISTS, MODE_IMPORT, MODE_REPRICE, MODE_COUNT };

static const char *const mode_words[MODE_COUNT] = {
	[MODE_IMPORT] = "import", [MODE_REPRICE] = "reprice"};

static const char *word_at(size_t index)
{
	return index + 1 < MODE_COUNT ? mode_words[index + 1] : NULL;
}

static enum mode mode_of(const struct config *config)
{
	enum mode mode = MODE_IMPORT;
	while (mode < MODE_COUNT &&
		(config->price_word == NULL || strcmp(config->price_word, mode_words[mode]) != 0)) {
		mode++;
	}
	return mode < MODE_COUNT ? mode : MODE_LISTS;
}

/* An option that does not apply in this mode; NULL: none. */
static const char *find_stray(const struct config *config, enum mode mode)
{
	enum { IMPORT = 1 << MODE_IMPORT, REPRICE = 1 << MODE_REPRICE };
	const struct {
		bool is_said;
		unsigned modes; // that accept it
		const char *name;
	} rows[] = {
		{config->price_file != NULL, IMPORT, config->price_file},
		{config->price_from != 0, IMPORT, "--from"},
		{config->price_all, IMPORT, "--all"},
		{config->setup_print, IMPORT, "--print"},
		{config->setup_yes, IMPORT, "--yes"},
		{config->setup_dry_run, IMPORT | REPRICE, "--dry-run"},
		{config->since_date != NULL, REPRICE, "--since"},
		{config->json, REPRICE, "--json"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].is_said && (rows[i].modes & 1u << mode) == 0) {
			return rows[i].name;
		}
	}
	return NULL;
}

static bool is_consistent(const struct config *config, enum mode mode)
{
	const char *stray = find_stray(config, mode);
	if (stray != NULL && mode == MODE_LISTS) {
		log_error("\"%s\" is for prices import or prices reprice; see prices --help",
			log_shown(str_from(stray)));
	} else if (stray != NULL) {
		log_error("\"%s\" is not for prices %s; see prices --help",
			log_shown(str_from(stray)), mode_words[mode]);
	} else if (mode == MODE_IMPORT && config->price_file == NULL) {
		log_error("prices import needs a FILE, or - for standard input; see prices --help");
	} else if (mode == MODE_REPRICE && config->since_date == NULL) {
		log_error("prices reprice needs --since DATE; see prices --help");
	} else {
		return true;
	}
	return false;
}

static int show(const struct config *config)
{
	struct lists l = {.report = {.style = cli_style_of(config, STDOUT_FILENO)}};
	read_lists(&l, config);
	if (l.builtin == NULL) {
		cli_style_report(&l.report, CLI_WRONG, "the built-in price list is broken");
	} else if (config->price_word != NULL) {
		say_model(&l, config);
	} else {
		say_lists(&l, config);
	}
	finish_lists(&l);
	return l.report.wrong || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(const struct config *config)
{
	static int (*const runs[MODE_COUNT])(const struct config *config) = {
		[MODE_LISTS] = show,
		[MODE_IMPORT] = cli_prices_import,
		[MODE_REPRICE] = cli_prices_reprice,
	};
	enum mode mode = mode_of(config);
	return is_consistent(config, mode) ? runs[mode](config) : CLI_EXIT_USAGE;
}

static const struct config_option options[] = {
	{.name = "from",
		.kind = &config_kind_choice,
		.offset = CONFIG_FIELD(price_from),
		.limits = {.words = cli_prices_sources},
		.value_name = "SOURCE",
		.help = "import: the source of FILE, if it is not recognized"},
	CONFIG_SWITCH("all", 'a', price_all, "import: also models whose price is already known"),
	CONFIG_SWITCH("yes", 'y', setup_yes, "import: write without asking"),
	CONFIG_SWITCH("print", 0, setup_print, "import: print the list instead of writing it"),
	CLI_OPTION_DATE("since", since_date,
		"reprice: calls from this day on: YYYY-MM-DD, today or yesterday"),
	CONFIG_SWITCH("dry-run", 'n', setup_dry_run, "compare only; change nothing"),
	CLI_OPTION_JSON("reprice: print the daemon's answer"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_prices_command = {
	.name = "prices",
	.run = run,
	.summary = "show the price lists, or what a model costs; import, reprice",
	.about = "Prints the price lists in use, and with MODEL what the model costs by them: a "
		 "line for each speed and date, and below it one for each prompt length above "
		 "which calls cost more. The name may be in the form a client or gateway uses. If "
		 "the daemon is running, also prints how many calls were reported at a different "
		 "cost.\n"
		 "prices import FILE reads models.dev's api.json, LiteLLM's "
		 "model_prices_and_context_window.json or genai-prices' data.json, downloaded by "
		 "you (- for standard input), reports what is new, what differs and what cannot be "
		 "used, and after asking adds new and changed models to your own list, prices.json "
		 "next to config.ini. Your other models stay; the previous list is kept as a "
		 "backup. Nothing is downloaded.\n"
		 "prices reprice has the daemon recalculate the cost of calls in its history by "
		 "the current lists: calls whose cost was estimated, and calls without a price. "
		 "Costs reported by clients stay. Prints the cost before and after, by model.",
	.examples = "  otel-ai-monitor prices\n"
		    "  otel-ai-monitor prices anthropic/claude-opus-5-5\n"
		    "  otel-ai-monitor prices import api.json --dry-run\n"
		    "  curl https://models.dev/api.json | otel-ai-monitor prices import - --yes\n"
		    "  otel-ai-monitor prices reprice --since 2026-11-01 --dry-run\n",
	.exit_status = "  0  done\n"
		       "  1  the model is in no list, your own list has a mistake, or it failed\n"
		       "  2  wrong usage\n",
	.listed = "",
	.operands = {{.name = "MODEL",
			     .shown = "[MODEL|import FILE|reprice]",
			     .offset = CONFIG_FIELD(price_word),
			     .places = 1,
			     .word = word_at,
			     .takes_any = true},
		{.name = "FILE",
			.shown = "",
			.offset = CONFIG_FIELD(price_file),
			.places = 1,
			.offer = CLI_OFFER_FILES}},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
