/* Claude Code 1.0 to 2.1: events claude_code.*, spans if traces are on, metrics. Numbers are
 * strings, ints or doubles, depending on the version. */
#include "base/mem.h"
#include "event/assistant.h"
#include "event/event_table.h"

/* Slash commands are not work. */
static void pick_prompt(const struct event_input *in, struct event *e)
{
	if (event_input_str(in, KEY_COMMAND_NAME).size > 0) {
		e->kind = EVENT_SEEN;
	}
}

/* The model of titles and other side calls. */
static bool is_small(struct str model)
{
	return str_contains(model, STR("haiku"));
}

/* query_source: "repl_main_thread" (with ":" and more), "sdk", "agent:...", titles and other side
 * calls; absent in 2.0 and older. */
static void pick_actor(const struct event_input *in, struct event *e)
{
	struct str source = event_input_str(in, KEY_QUERY_SOURCE);
	bool sdk = str_equal(source, STR("sdk"));
	if (source.size == 0) {
		e->actor = EVENT_BY_UNKNOWN;
	} else if (sdk || str_starts_with(source, STR("repl_main_thread"))) {
		e->actor = EVENT_BY_MAIN;
	} else if (str_starts_with(source, STR("agent:"))) {
		e->actor = EVENT_BY_AGENT;
	} else {
		e->actor = EVENT_BY_SIDE;
	}
	e->unattended = sdk;
	e->by_small_model = is_small(e->model);
	e->agent_id = event_input_str(in, KEY_AGENT_ID);
}

static void pick_call_usage(const struct event_input *in, struct event *e)
{
	static const struct event_usage_keys keys = {
		.tokens =
			{
				[USAGE_INPUT] = {KEY_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_CACHE_READ_TOKENS},
				[USAGE_CACHE_WRITE_5M] = {KEY_CACHE_CREATION_5M_TOKENS},
				[USAGE_CACHE_WRITE_1H] = {KEY_CACHE_CREATION_1H_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_CACHE_CREATION_TOKENS},
				[USAGE_OUTPUT] = {KEY_OUTPUT_TOKENS},
			},
		.writes_of_kinds_apart = true,
	};
	if (event_pick_usage(in, e, &keys)) {
		event_pick_cost(in, KEY_COST_USD, e);
	}
}

/* Whether the version, "2.1.197", is at least that one: the first
 * known to send assistant_response. */
static bool sends_responses(struct str version)
{
	static const int64_t first[] = {2, 1, 197};
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		size_t size = 0;
		while (size < version.size && version.data[size] != '.') {
			size++;
		}
		int64_t number;
		if (!str_to_int64((struct str){version.data, size}, &number)) {
			return false;
		}
		if (number != first[i]) {
			return number > first[i];
		}
		version = str_skip(version, size < version.size ? size + 1 : size);
	}
	return true;
}

static void pick_request(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
	e->tells_text = sends_responses(in->record->scope_version);
	event_pick_duration(in, e);
	pick_call_usage(in, e);
	event_pick_model_call(in, e, false);
}

/* Sent once retries are used up, or would not help. */
static void pick_exhausted(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
	event_pick_duration(in, e);
	e->failed = true;
	e->is_final = true;
	e->next = EVENT_NEXT_USER;
	if (event_input_count(in, KEY_STATUS_CODE) == 429) {
		e->attention = EVENT_ATTENTION_LIMIT;
	}
}

static void pick_error(const struct event_input *in, struct event *e)
{
	pick_exhausted(in, e);
	event_pick_model_call(in, e, true);
}

/* Sent with the api_request of an answer that contains text, even if it also asks for a tool. */
static void pick_response(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
}

static void pick_call(const struct event_input *in, struct event *e)
{
	e->call_id = event_input_str(in, KEY_TOOL_USE_ID);
	if (e->call_id.size == 0) {
		e->call_id = event_input_str(in, KEY_USE_ID);
	}
	e->call_name = event_input_str(in, KEY_TOOL_NAME);
	e->is_agent_tool = event_tool_runs_agent(e->call_name);
	e->agent_id = event_input_str(in, KEY_AGENT_ID);
	e->actor = e->agent_id.size > 0 ? EVENT_BY_AGENT : EVENT_BY_MAIN;
	struct str mode = event_input_str(in, KEY_PERMISSION_MODE);
	if (mode.size > 0) {
		bool given = str_equal(mode, STR("bypassPermissions"));
		e->leave = given ? EVENT_LEAVE_GIVEN : EVENT_LEAVE_ASKED;
	}
}

/* source: config, hook, user_permanent, user_temporary, user_abort, user_reject */
static void pick_decision(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	e->decision = event_input_str(in, KEY_DECISION);
	e->decided_by = event_input_str(in, KEY_SOURCE);
	e->by_user = str_starts_with(e->decided_by, STR("user"));
	if (str_equal(e->decision, STR("reject"))) {
		e->kind = EVENT_TOOL_REJECT;
		e->result = EVENT_RESULT_REFUSED;
	}
}

static void pick_result(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	event_pick_duration(in, e);
	e->decision = event_input_str(in, KEY_DECISION_TYPE);
	e->decided_by = event_input_str(in, KEY_DECISION_SOURCE);
	event_pick_result(in, e);
	e->failed = e->result == EVENT_RESULT_ERROR;
	e->tells_failures = sends_responses(in->record->scope_version);
}

/* The name is only sent if the user enables details of tools. */
static void pick_connection(const struct event_input *in, struct event *e)
{
	e->mcp_status = event_input_str(in, KEY_STATUS);
	e->call_server = event_input_str(in, KEY_SERVER_NAME);
	event_pick_duration(in, e);
}

static void pick_agent(const struct event_input *in, struct event *e)
{
	e->actor = EVENT_BY_AGENT;
	e->agent_id = event_input_str(in, KEY_AGENT_ID);
	e->agent_type = event_input_str(in, KEY_AGENT_TYPE);
	e->result = EVENT_RESULT_OK;
	event_pick_duration(in, e);
}

/* One that fails by itself in the middle of a turn ends the turn; no hook reports that. */
static void pick_compaction(const struct event_input *in, struct event *e)
{
	bool failed = event_input_is_false(in, KEY_SUCCESS);
	if (failed && str_equal(event_input_str(in, KEY_TRIGGER), STR("auto"))) {
		e->kind = EVENT_TURN_END;
		e->is_top_level = true;
		e->failed = true;
	}
}

static void pick_llm_span(const struct event_input *in, struct event *e)
{
	/* The span does not say which calls are titles; the log of the same request_id does. */
	e->agent_id = event_input_str(in, KEY_AGENT_ID);
	e->actor = e->agent_id.size > 0 ? EVENT_BY_AGENT : EVENT_BY_UNKNOWN;
	e->by_small_model = is_small(e->model);
	pick_call_usage(in, e);
	struct str stop = event_input_str(in, KEY_STOP_REASON);
	if (str_equal(stop, STR("tool_use"))) {
		e->next = EVENT_NEXT_TOOL;
	} else if (str_equal(stop, STR("end_turn")) || str_equal(stop, STR("stop_sequence"))) {
		e->next = EVENT_NEXT_USER;
	}
	e->failed = event_input_is_false(in, KEY_SUCCESS);
	event_pick_model_call(in, e, e->failed);
}

static void pick_tool_span(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
}

static void pick_interaction(const struct event_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
}

static enum usage_class class_of(struct str type)
{
	static const struct {
		struct str type;
		enum usage_class class;
	} classes[] = {
		{STR_INIT("input"), USAGE_INPUT},
		{STR_INIT("output"), USAGE_OUTPUT},
		{STR_INIT("cacheRead"), USAGE_CACHE_READ},
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (str_equal(classes[i].type, type)) {
			return classes[i].class;
		}
	}
	return USAGE_CACHE_WRITE; // "cacheCreation"
}

/* Totals are accepted up to USAGE_MAX_SUM; whoever adds them judges their growth. */
static bool counter_value(double value, bool is_total, int64_t most, int64_t *ret)
{
	if (!(value >= 0 && value <= (double)(is_total ? USAGE_MAX_SUM / 2 : most))) {
		return false;
	}
	*ret = (int64_t)(value + 0.5);
	return true;
}

/* claude_code.token.usage and claude_code.cost.usage, per type and model, delta by default. */
static void pick_metric(const struct event_input *in, struct event *e)
{
	const struct otlp_record *record = in->record;
	if (!record->has_value) {
		e->kind = EVENT_NONE;
		return;
	}
	e->cumulative = record->temporality == OTLP_TEMPORALITY_CUMULATIVE;
	e->series = event_input_series(in);
	e->has_usage = true;
	e->costs_apart = true;
	if (str_equal(in->name, STR("cost.usage"))) {
		e->has_absurd_usage = !counter_value(record->value * 1e9, e->cumulative,
			USAGE_MAX_NANO_USD, &e->usage.cost_nano_usd);
		e->usage.has_cost = !e->has_absurd_usage;
	} else {
		e->has_absurd_usage = !counter_value(record->value, e->cumulative, USAGE_MAX_TOKENS,
			&e->usage.tokens[class_of(event_input_str(in, KEY_TYPE))]);
	}
}

static const struct event_row log_rows[] = {
	{STR_INIT("user_prompt"), EVENT_PROMPT, pick_prompt},
	{STR_INIT("api_request"), EVENT_MODEL_END, pick_request},
	{STR_INIT("api_error"), EVENT_MODEL_END, pick_error},
	{STR_INIT("api_retries_exhausted"), EVENT_MODEL_END, pick_exhausted},
	{STR_INIT("assistant_response"), EVENT_MODEL_TEXT, pick_response},
	{STR_INIT("tool_decision"), EVENT_TOOL_BEGIN, pick_decision},
	{STR_INIT("tool_result"), EVENT_TOOL_END, pick_result},
	{STR_INIT("subagent_completed"), EVENT_AGENT_END, pick_agent},
	{STR_INIT("compaction"), EVENT_COMPACT_END, pick_compaction},
	{STR_INIT("mcp_server_connection"), EVENT_SEEN, pick_connection},
	{STR_INIT(""), EVENT_SEEN, NULL},
};

static const struct event_row span_rows[] = {
	{STR_INIT("llm_request"), EVENT_MODEL_END, pick_llm_span},
	{STR_INIT("tool"), EVENT_TOOL_END, pick_tool_span},
	{STR_INIT("interaction"), EVENT_TURN_END, pick_interaction},
};

static const struct event_row metric_rows[] = {
	{STR_INIT("token.usage"), EVENT_USAGE, pick_metric},
	{STR_INIT("cost.usage"), EVENT_USAGE, pick_metric},
	{STR_INIT(""), EVENT_SEEN, NULL}, // a sign of life
};

const struct event_table event_claude_table = {
	.name_prefix = STR_INIT("claude_code."),
	.signals =
		{
			[OTLP_LOGS] = EVENT_ROWS(log_rows),
			[OTLP_TRACES] = EVENT_ROWS(span_rows),
			[OTLP_METRICS] = EVENT_ROWS(metric_rows),
		},
};
