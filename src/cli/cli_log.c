/* otel-ai-monitor log: appends to a metrics file; or reports a model call for a program without
 * telemetry, as OTLP to the daemon. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
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
#include "cli/cli_log_entry.h"
#include "cli/cli_log_record.h"
#include "event/event_map.h"
#include "event/usage.h"

enum {
	BODY_BYTES = 6 * 1024, // what a request may have, including its head
	ANSWER_BYTES = 64 * 1024,
	PATH_BYTES = 64,
	NAME_BYTES = 256,
	DAY_BYTES = sizeof("2026-11-28"),
	DEPTH = 8,
	DAY_MS = 86400000,
};

/* ---- what was said */

/* One session per program, project and day. */
static char *usual_session(const struct config *config)
{
	char day[DAY_BYTES] = "";
	time_t now = time(NULL);
	struct tm local;
	bool has_project = config->project != NULL;
	if (localtime_r(&now, &local) != NULL) {
		(void)strftime(day, sizeof(day), "%Y-%m-%d", &local);
	}
	return xasprintf("%s%s%s-%s", config->log_tool, has_project ? "-" : "",
		has_project ? config->project : "", day);
}

/* What is wrong with the arguments; NULL: nothing. */
static const char *find_mistake(const struct config *config, int64_t *ret_cost_nano_usd)
{
	double usd;
	const char *cost = config->log_cost;
	if (!config->log_call && config->log_event == NULL) {
		return "log needs an EVENT or --call";
	}
	if (!config->log_call) {
		return NULL;
	}
	if (config->log_event != NULL) {
		return "EVENT and --call exclude each other";
	}
	if (config->log_model == NULL) {
		return "log --call needs --model";
	}
	if (config->log_reasoning > config->log_output) {
		return "--reasoning is part of --output and cannot exceed it";
	}
	if (event_map_knows_service(str_from(config->log_tool))) {
		return "that assistant reports its own calls: use another name for --tool";
	}
	if (cost != NULL && (!str_to_double(str_from(cost), &usd) ||
				    !usage_to_nano_usd(usd, ret_cost_nano_usd))) {
		return "--cost takes USD from 0 to 10000";
	}
	return NULL;
}

static struct cli_log_call call_of(const struct config *config, int64_t cost_nano_usd)
{
	return (struct cli_log_call){
		.tool = config->log_tool,
		.model = config->log_model,
		.project = config->project,
		.input = (int64_t)config->log_input,
		.cache_read = (int64_t)config->log_cache_read,
		.cache_write = (int64_t)config->log_cache_write,
		.output = (int64_t)config->log_output,
		.reasoning = (int64_t)config->log_reasoning,
		.cost_nano_usd = cost_nano_usd,
		.latency_ms = (int64_t)config->log_latency_ms,
		.failed = config->log_error,
		.end_ms = instant_now().wall_ms,
	};
}

/* ---- the daemon's answer */

struct partial {
	int64_t rejected;
	struct str message;
};

static const struct json_member partial_members[] = {
	JSON_MEMBER("rejectedSpans", INT, struct partial, rejected),
	JSON_MEMBER("errorMessage", TEXT, struct partial, message),
};
static const struct json_shape partial_shape = JSON_SHAPE(partial_members);
static const struct json_member answer_members[] = {
	{STR_INIT("partialSuccess"), JSON_BIND_OBJECT, .shape = &partial_shape},
};
static const struct json_shape answer_shape = JSON_SHAPE(answer_members);

static bool is_taken(struct buf *answer)
{
	struct partial partial = {0};
	struct json_tally tally = {0};
	if (!json_bind_text(answer->data, answer->size, DEPTH, &answer_shape, &partial, &tally)) {
		log_error("unexpected response; is that otel-ai-monitor?");
		return false;
	}
	if (partial.rejected > 0) {
		log_error("the daemon rejected the call: %s", log_shown(partial.message));
	}
	return partial.rejected == 0;
}

static bool send_call(const struct config *config, const struct cli_log_call *call)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf path, body, answer;
	buf_init(&path, PATH_BYTES);
	buf_init(&body, BODY_BYTES);
	buf_init(&answer, ANSWER_BYTES);
	buf_append_str(&path, STR("/v1/traces"));
	cli_log_append(&body, call);
	buf_append_char(&body, '\0');
	bool is_sent = false;
	if (body.overflowed) {
		log_error("the names of the call are too long");
	} else {
		is_sent = cli_ask(&endpoint, "POST", &path, body.data, &answer) == 0 &&
			  is_taken(&answer);
	}
	buf_finish(&path);
	buf_finish(&body);
	buf_finish(&answer);
	return is_sent;
}

static int run(const struct config *config)
{
	int64_t cost_nano_usd = -1;
	const char *mistake = find_mistake(config, &cost_nano_usd);
	if (mistake != NULL) {
		log_error("%s; see log --help", mistake);
		return CLI_EXIT_USAGE;
	}
	if (!config->log_call) {
		return cli_log_entry(config);
	}
	cleanup_free char *usual = usual_session(config);
	struct cli_log_call call = call_of(config, cost_nano_usd);
	call.session = config->log_session != NULL ? config->log_session : usual;
	if (getrandom(call.random, sizeof(call.random), 0) != (ssize_t)sizeof(call.random)) {
		log_errno(-errno, "cannot make an id for the call");
		return EXIT_FAILURE;
	}
	if (!send_call(config, &call)) {
		return EXIT_FAILURE;
	}
	if (isatty(STDOUT_FILENO) == 1) {
		printf("Logged, in session %s\n", log_shown(str_from(call.session)));
	}
	return EXIT_SUCCESS;
}

/* ---- its row */

#define TEXT(flag, letter_, member, value, about)                                                  \
	{                                                                                          \
		.name = flag, .letter = letter_, .kind = &config_kind_text,                        \
		.offset = CONFIG_FIELD(member), .limits = {.min = 1, .max = NAME_BYTES},           \
		.value_name = value, .help = about,                                                \
	}
#define COUNT(flag, member, most, about)                                                           \
	{                                                                                          \
		.name = flag, .kind = &config_kind_count, .offset = CONFIG_FIELD(member),          \
		.limits = {.min = 0, .max = most}, .value_name = "COUNT", .help = about,           \
	}
#define TOKENS(flag, member, about) COUNT(flag, member, USAGE_MAX_TOKENS, about)

enum { LONG_BYTES = 64 * 1024 };

/* For an entry: anything up to the limit. */
#define LONG_TEXT(flag, member, value, about)                                                      \
	{                                                                                          \
		.name = flag, .kind = &config_kind_text, .offset = CONFIG_FIELD(member),           \
		.limits = {.min = 1, .max = LONG_BYTES}, .value_name = value, .help = about,       \
	}

static const struct config_option options[] = {
	LONG_TEXT("value", log_value, "VALUE", "of an entry: a JSON number, or text"),
	{.name = "tag",
		.kind = &config_kind_paths,
		.offset = CONFIG_FIELD(log_tags),
		.limits = {.min = 1, .max = NAME_BYTES, .allowed = "texts separated by commas"},
		.value_name = "TAG",
		.help = "of an entry; repeatable"},
	LONG_TEXT("message", log_message, "TEXT", "of an entry: shown instead of its name"),
	LONG_TEXT("file", log_file, "FILE", "append to this file; default: metrics-file"),
	CONFIG_SWITCH("call", 0, log_call, "log a model call"),
	TEXT("model", 'm', log_model, "MODEL", "the model, as its provider calls it"),
	TOKENS("input", log_input, "uncached input tokens"),
	TOKENS("output", log_output, "output tokens"),
	TOKENS("cache-read", log_cache_read, "input tokens read from a cache"),
	TOKENS("cache-write", log_cache_write, "input tokens written to a cache"),
	TOKENS("reasoning", log_reasoning, "reasoning tokens, part of --output"),
	TEXT("cost", 0, log_cost, "USD", "its cost; default: by the price lists"),
	{.name = "tool",
		.letter = 't',
		.kind = &config_kind_text,
		.offset = CONFIG_FIELD(log_tool),
		.limits = {.min = 1, .max = NAME_BYTES},
		.standard = "script",
		.value_name = "NAME",
		.help = "the program that made the call"},
	CLI_OPTION_PROJECT_OF("the project it was for"),
	TEXT("session", 's', log_session, "ID",
		"the session it belongs to; default: one per tool, project and day"),
	COUNT("latency-ms", log_latency_ms, DAY_MS, "how long it took"),
	CONFIG_SWITCH("error", 0, log_error, "it failed"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_log_command = {
	.name = "log",
	.run = run,
	.summary = "log a metric, or a model call of a program without telemetry",
	.about = "With EVENT, appends an entry to a metrics file, as a line of JSON with the time, "
		 "in one write and without a daemon. Creates the file if necessary, but no "
		 "directory.\n"
		 "With --call, reports a model call made by a program of yours, as if it had sent "
		 "telemetry: it is priced by the price lists, unless --cost is given, and appears "
		 "in cost, history, budgets and exports under the name of --tool. "
		 "Sends one OTLP span with the attributes gen_ai.*; no prompt and no answer.",
	.examples = "  otel-ai-monitor log lane_start --value 3 --tag lane-A --file metrics.jsonl\n"
		    "  otel-ai-monitor log --call --model gpt-5.1 --input 1200 --output 300\n"
		    "  otel-ai-monitor log --call --model my-model --input 1200 --cost 0.02 \\\n"
		    "      --tool nightly --project webshop --latency-ms 2400\n",
	.operands = {{.name = "EVENT",
		.shown = "[EVENT]",
		.what = "event",
		.offset = CONFIG_FIELD(log_event),
		.places = 1}},
	.listed = "",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
