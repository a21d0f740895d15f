/* otel-ai-monitor history: what sessions did and needed, the newest last, like a log. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_ask.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_style.h"
#include "event/assistant.h"

enum {
	ANSWER_BYTES = 8 * 1024 * 1024,
	DEPTH = 8,
	EVENTS_MAX = 500,
	TEXT_BYTES = 4096,
	NAME_COLUMNS = 40
};

struct feed_event {
	int64_t at_ms;
	struct str kind, tool, project;
	struct str attention, tool_name, worked_ms;       // of a session
	struct str period, percent, limit_usd, spent_usd; // of a budget
};

struct feed {
	struct feed_event all[EVENTS_MAX]; // the newest first
	size_t count;
};

static void *add_event(void *into, struct str name)
{
	struct feed *e = into;
	(void)name;
	return e->count < EVENTS_MAX ? &e->all[e->count++] : NULL;
}

static const struct json_member detail[] = {
	JSON_MEMBER("attention", TEXT, struct feed_event, attention),
	JSON_MEMBER("tool_name", TEXT, struct feed_event, tool_name),
	JSON_MEMBER("worked_ms", TEXT, struct feed_event, worked_ms),
	JSON_MEMBER("period", TEXT, struct feed_event, period),
	JSON_MEMBER("percent", TEXT, struct feed_event, percent),
	JSON_MEMBER("limit_usd", TEXT, struct feed_event, limit_usd),
	JSON_MEMBER("spent_usd", TEXT, struct feed_event, spent_usd),
};
static const struct json_shape detail_shape = JSON_SHAPE(detail);

static const struct json_member event[] = {
	JSON_MEMBER("at", INT, struct feed_event, at_ms),
	JSON_MEMBER("kind", TEXT, struct feed_event, kind),
	JSON_MEMBER("tool", TEXT, struct feed_event, tool),
	JSON_MEMBER("project", TEXT, struct feed_event, project),
	{STR_INIT("detail"), JSON_BIND_OBJECT, .shape = &detail_shape},
};
static const struct json_shape event_shape = JSON_SHAPE(event);

static const struct json_items items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &event_shape}, .add = add_event};
static const struct json_member answer[] = {
	{STR_INIT("events"), JSON_BIND_ARRAY, .items = &items},
};
static const struct json_shape answer_shape = JSON_SHAPE(answer);

/* ---- words */

static void append_needs(struct buf *out, const struct feed_event *e)
{
	bool is_question = str_equal(e->attention, STR("question"));
	buf_append_str(out, is_question ? STR("asked a question") : STR("asked for permission"));
	if (e->tool_name.size > 0) {
		buf_printf(out, ": %s", log_shown(e->tool_name));
	}
}

static void append_done(struct buf *out, const struct feed_event *e)
{
	int64_t ms;
	buf_append_str(out, STR("done"));
	if (str_to_int64(e->worked_ms, &ms) && ms >= 1000) {
		buf_append_str(out, STR(" after "));
		instant_append_duration(out, ms);
	}
}

static void append_budget(struct buf *out, const struct feed_event *e)
{
	buf_printf(out, "budget of the %s: %s %% spent, $%s of $%s", log_shown(e->period),
		log_shown(e->percent), log_shown(e->spent_usd), log_shown(e->limit_usd));
}

static const struct {
	const char *kind, *words;
	enum cli_tone tone;
	void (*append)(struct buf *out, const struct feed_event *e); // NULL: the words
} kinds[] = {
	{"needs_you", NULL, CLI_TONE_WAITING, append_needs},
	{"done", NULL, CLI_TONE_DONE, append_done},
	{"error", "failed", CLI_TONE_FAILED, NULL},
	{"limit", "hit its limit", CLI_TONE_FAILED, NULL},
	{"stalled", "was silent for long", CLI_TONE_WAITING, NULL},
	{"closed", "closed", CLI_TONE_FAINT, NULL},
	{"budget", NULL, CLI_TONE_WAITING, append_budget},
};

/* A kind that this version does not know is shown by its name. */
static void append_what(struct buf *out, const struct feed_event *e, const struct cli_style *style)
{
	size_t i = 0;
	while (i < ARRAY_SIZE(kinds) && !str_equal(e->kind, str_from(kinds[i].kind))) {
		i++;
	}
	enum cli_tone tone = i < ARRAY_SIZE(kinds) ? kinds[i].tone : CLI_TONE_FAINT;
	cli_style_begin(out, style, tone);
	if (i == ARRAY_SIZE(kinds)) {
		buf_append_str(out, str_from(log_shown(e->kind)));
	} else if (kinds[i].append != NULL) {
		kinds[i].append(out, e);
	} else {
		buf_append_str(out, str_from(kinds[i].words));
	}
	cli_style_end(out, style, tone);
}

static void append_time(struct buf *out, int64_t at_ms)
{
	char text[32];
	struct tm tm;
	time_t seconds = (time_t)(at_ms / 1000);
	if (localtime_r(&seconds, &tm) != NULL && strftime(text, sizeof(text), "%F %R", &tm) > 0) {
		buf_append_str(out, str_from(text));
	}
}

static void append_event(struct buf *out, const struct feed_event *e, const struct cli_style *style)
{
	struct str title = assistant_title(e->tool);
	append_time(out, e->at_ms);
	buf_append_str(out, STR("  "));
	if (e->project.size > 0) {
		cli_style_append_shown(out, style, e->project, NAME_COLUMNS);
		buf_append_str(out, STR("  "));
	}
	if (e->tool.size > 0) {
		cli_style_append_shown(out, style, title.size > 0 ? title : e->tool, NAME_COLUMNS);
		buf_append_str(out, STR("  "));
	}
	append_what(out, e, style);
	buf_append_char(out, '\n');
}

static void print(const struct config *config, const struct feed *events)
{
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	struct buf line;
	buf_init(&line, TEXT_BYTES);
	for (size_t i = events->count; i-- > 0;) {
		buf_clear(&line);
		append_event(&line, &events->all[i], &style);
		(void)fwrite(line.data, 1, line.size, stdout);
	}
	buf_finish(&line);
	if (events->count == 0 && style.is_terminal) {
		puts("Nothing has happened yet.");
	}
}

static int show(const struct config *config, struct buf *body)
{
	struct json_tally tally = {0};
	struct feed *events = xcalloc(1, sizeof(*events));
	bool is_read = json_bind_text(body->data, body->size, DEPTH, &answer_shape, events, &tally);
	if (is_read) {
		print(config, events);
	} else {
		log_error("unexpected response; is that otel-ai-monitor?");
	}
	free(events);
	return is_read ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf path, body;
	cleanup_free char *limit = xasprintf("%zu", config->history_lines);
	buf_init(&path, CLI_PATH_BYTES);
	buf_init(&body, ANSWER_BYTES);
	buf_append_str(&path, STR("/api/events"));
	cli_path_add(&path, "limit", limit);
	cli_path_add(&path, "kind", config->history_kind);
	cli_path_add(&path, "project", config->project);
	int r = cli_ask(&endpoint, "GET", &path, NULL, &body);
	int status = r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	if (r == 0 && config->json) {
		(void)fwrite(body.data, 1, body.size, stdout);
	} else if (r == 0) {
		status = show(config, &body);
	}
	buf_finish(&path);
	buf_finish(&body);
	return fflush(stdout) == 0 ? status : EXIT_FAILURE;
}

static const struct config_option options[] = {
	{.name = "lines",
		.letter = 'n',
		.kind = &config_kind_count,
		.offset = CONFIG_FIELD(history_lines),
		.limits = {.min = 1, .max = EVENTS_MAX},
		.standard = "50",
		.value_name = "COUNT",
		.help = "how many of the last events"},
	{.name = "kind",
		.letter = 'k',
		.kind = &config_kind_text,
		.offset = CONFIG_FIELD(history_kind),
		.limits = {.min = 1, .max = 128},
		.value_name = "KIND",
		.help = "only these: needs_you, done, error, limit, stalled, closed, budget"},
	CLI_OPTION_PROJECT,
	CLI_OPTION_JSON("print the daemon's answer: /api/events"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_history_command = {
	.name = "history",
	.run = run,
	.summary = "print what sessions did and needed",
	.about = "Prints what happened, the newest last: sessions that asked for permission, "
		 "finished, failed or closed, and budgets that were reached.",
	.examples = "  otel-ai-monitor history\n"
		    "  otel-ai-monitor history --kind done,error --project webshop\n",
	.listed = "",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
