/* Codex 0.58 to 0.169: events codex.*, the stream of each model call event by event, spans with the
 * trace exporter on. Its counts of input tokens hold the cached ones. */
#include "base/mem.h"
#include "event/event_table.h"

/* A second conversation opens right after the first prompt, only to find a title: read-only,
 * without the terminal's own MCP server. */
static void pick_start(const struct event_input *in, struct event *e)
{
	e->may_be_side = str_equal(event_input_str(in, KEY_SANDBOX_POLICY), STR("read-only")) &&
			 event_input_str(in, KEY_MCP_SERVERS).size == 0;
}

/* The stream events of a model call that ask for a tool run here; searches and other tools of the
 * provider's have their own names and are part of the call. */
static bool asks_for_tool(struct str kind)
{
	static const struct str prefixes[] = {
		STR_INIT("response.function_call_arguments."),
		STR_INIT("response.custom_tool_call_input."),
		STR_INIT("response.local_shell_call"),
	};
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (str_starts_with(kind, prefixes[i])) {
			return true;
		}
	}
	return false;
}

/* response.completed comes twice: when it was read, and once more with the counts. */
static void pick_stream(const struct event_input *in, struct event *e)
{
	struct str kind = event_input_str(in, KEY_EVENT_KIND);
	bool completed = str_equal(kind, STR("response.completed"));
	if (completed && event_input_has(in, KEY_INPUT_TOKEN_COUNT)) {
		e->kind = EVENT_MODEL_END;
		event_pick_usage(e, event_input_count(in, KEY_INPUT_TOKEN_COUNT),
			event_input_count(in, KEY_OUTPUT_TOKEN_COUNT),
			event_input_count(in, KEY_CACHED_TOKEN_COUNT),
			event_input_count(in, KEY_CACHE_WRITE_TOKEN_COUNT), true);
	} else if (str_equal(kind, STR("response.created"))) {
		e->kind = EVENT_MODEL_BEGIN;
	} else if (asks_for_tool(kind)) {
		e->kind = EVENT_MODEL_ASKS;
	} else if (str_equal(kind, STR("response.failed"))) {
		e->kind = EVENT_MODEL_END;
		e->failed = true;
	} else {
		e->kind = EVENT_SEEN;
	}
}

static void pick_call(const struct event_input *in, struct event *e)
{
	e->call_id = event_input_str(in, KEY_CALL_ID);
	e->call_name = event_input_str(in, KEY_TOOL_NAME);
}

/* decision: approved, approved_for_session, ..., denied (the model is told and goes on), abort (it
 * waits for its user) */
static void pick_decision(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	struct str decision = event_input_str(in, KEY_DECISION);
	if (!str_starts_with(decision, STR("approved"))) {
		e->kind = EVENT_TOOL_REJECT;
		e->by_user = str_equal(decision, STR("abort"));
	}
}

static void pick_result(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	event_pick_duration(in, e);
	e->failed = event_input_is_false(in, KEY_SUCCESS);
}

static void pick_turn(const struct event_input *in, struct event *e)
{
	e->is_top_level = true;
	e->proves_work = true;
	if (event_input_has(in, KEY_TURN_INPUT_TOKENS)) {
		event_pick_usage(e, event_input_count(in, KEY_TURN_INPUT_TOKENS),
			event_input_count(in, KEY_TURN_OUTPUT_TOKENS),
			event_input_count(in, KEY_TURN_CACHED_TOKENS),
			event_input_count(in, KEY_TURN_CACHE_WRITE_TOKENS), false);
	}
}

static const struct event_row log_rows[] = {
	{STR_INIT("sse_event"), EVENT_SEEN, pick_stream},
	{STR_INIT("websocket_event"), EVENT_SEEN, pick_stream},
	{STR_INIT("user_prompt"), EVENT_PROMPT, NULL},
	{STR_INIT("tool_decision"), EVENT_TOOL_BEGIN, pick_decision},
	{STR_INIT("tool_result"), EVENT_TOOL_END, pick_result},
	{STR_INIT("conversation_starts"), EVENT_SEEN, pick_start},
	{STR_INIT(""), EVENT_SEEN, NULL},
};

static const struct event_row span_rows[] = {
	{STR_INIT("session_task.turn"), EVENT_TURN_END, pick_turn},
	{STR_INIT("run_turn"), EVENT_SEEN, NULL},
	{STR_INIT("run_sampling_request"), EVENT_SEEN, NULL}, // has the directory
};

const struct event_table event_codex_table = {
	.name_prefix = STR_INIT("codex."),
	.signals =
		{
			[OTLP_LOGS] = EVENT_ROWS(log_rows),
			[OTLP_TRACES] = EVENT_ROWS(span_rows),
		},
};
