/* Codex 0.58 to 0.169: events codex.*, the stream of each model call event by event, spans with the
 * trace exporter on. Its input token counts include cached ones. */
#include <string.h>

#include "base/mem.h"
#include "event/event_table.h"

/* A second conversation opens right after the first prompt, just to find a title: read-only,
 * without the terminal's own MCP server. */
static void pick_start(const struct event_input *in, struct event *e)
{
	struct str servers = event_input_str(in, KEY_MCP_SERVERS);
	e->may_be_side = str_equal(event_input_str(in, KEY_SANDBOX_POLICY), STR("read-only")) &&
			 servers.size == 0;
	/* the tools of a server of its user's, "codex_tui, NAME", run without a decision */
	bool given = str_equal(event_input_str(in, KEY_APPROVAL_POLICY), STR("never")) ||
		     str_contains(servers, STR(","));
	e->leave = given ? EVENT_LEAVE_GIVEN : EVENT_LEAVE_ASKED;
}

/* Stream events of a model call that ask for a local tool; searches and other provider-side tools
 * have their own names and are part of the call. */
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

/* response.completed arrives twice: when it was read, and again with the counts. */
static void pick_stream(const struct event_input *in, struct event *e)
{
	struct str kind = event_input_str(in, KEY_EVENT_KIND);
	bool completed = str_equal(kind, STR("response.completed"));
	static const struct event_usage_keys keys = {
		.tokens =
			{
				[USAGE_INPUT] = {KEY_INPUT_TOKEN_COUNT},
				[USAGE_CACHE_READ] = {KEY_CACHED_TOKEN_COUNT},
				[USAGE_CACHE_WRITE] = {KEY_CACHE_WRITE_TOKEN_COUNT},
				[USAGE_OUTPUT] = {KEY_OUTPUT_TOKEN_COUNT},
				[USAGE_REASONING] = {KEY_REASONING_TOKEN_COUNT},
			},
		.input_has_cached = true,
	};
	if (completed && event_input_has(in, KEY_INPUT_TOKEN_COUNT)) {
		e->kind = EVENT_MODEL_END;
		event_pick_usage(in, e, &keys);
		event_pick_model_call(in, e, false);
		e->model_call.is_timed = false; // its duration is that of a part of the stream
	} else if (str_equal(kind, STR("response.created"))) {
		e->kind = EVENT_MODEL_BEGIN;
	} else if (asks_for_tool(kind)) {
		e->kind = EVENT_MODEL_ASKS;
	} else if (str_equal(kind, STR("response.failed"))) {
		e->kind = EVENT_MODEL_END;
		e->failed = true;
		e->is_final = true;
		event_pick_model_call(in, e, true);
		e->model_call.is_timed = false;
	} else {
		e->kind = EVENT_SEEN;
	}
}

static void pick_call(const struct event_input *in, struct event *e)
{
	e->call_id = event_input_str(in, KEY_CALL_ID);
	e->call_name = event_input_str(in, KEY_TOOL_NAME);
	e->call_server = event_input_str(in, KEY_MCP_SERVER);
}

/* decision: approved, approved_for_session, ..., denied (the model is told and goes on), abort (it
 * waits for its user) */
static void pick_decision(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	e->decision = event_input_str(in, KEY_DECISION);
	e->decided_by = event_input_str(in, KEY_SOURCE);
	e->by_user = str_equal(e->decided_by, STR("User"));
	if (!str_starts_with(e->decision, STR("approved"))) {
		e->kind = EVENT_TOOL_REJECT;
		e->result = EVENT_RESULT_REFUSED;
		e->by_user = str_equal(e->decision, STR("abort"));
	}
}

/* The conversation of the new subagent, in {"agent_id":"...",...}. */
static struct str find_child(struct str output)
{
	static const struct str name = STR_INIT("\"agent_id\":\"");
	enum { ID_BYTES = 64 };
	struct str head = str_first(output, 512);
	const char *at = head.data != NULL ? memmem(head.data, head.size, name.data, name.size)
					   : NULL;
	if (at == NULL) {
		return (struct str){0};
	}
	struct str rest = str_skip(head, (size_t)(at - head.data) + name.size);
	struct str id, behind;
	bool is_whole = str_split(rest, '"', &id, &behind);
	return is_whole && id.size <= ID_BYTES ? id : (struct str){0};
}

/* A long command continues after its result and is polled, without a decision; the first lines of
 * its result say so. Nothing else in a tool's output is read. */
static void pick_result(const struct event_input *in, struct event *e)
{
	pick_call(in, e);
	event_pick_duration(in, e);
	event_pick_result(in, e);
	e->failed = e->result == EVENT_RESULT_ERROR;
	struct str output = event_input_str(in, KEY_OUTPUT);
	if (str_ends_with(e->call_name, STR("spawn_agent"))) {
		e->child_id = find_child(output);
	}
	struct str head = {output.data, output.size < 256 ? output.size : 256};
	e->runs_on = str_contains(head, STR("\nProcess running with session ID "));
}

/* An attempt of a model call. Success shows in the stream; of failures, a rejection is final,
 * anything else is retried. */
static void pick_attempt(const struct event_input *in, struct event *e)
{
	int64_t status = event_input_count(in, KEY_HTTP_STATUS);
	if (status < 400) {
		return;
	}
	event_pick_duration(in, e);
	e->kind = EVENT_MODEL_END;
	e->failed = true;
	e->is_final = status < 500 && status != 408 && status != 429;
	e->is_retried = !e->is_final;
	e->next = e->is_final ? EVENT_NEXT_USER : EVENT_NEXT_UNKNOWN;
	e->attention = status == 429 ? EVENT_ATTENTION_LIMIT : EVENT_ATTENTION_ERROR;
	event_pick_model_call(in, e, true);
	if (event_input_has(in, KEY_ATTEMPT) && e->model_call.attempt < UINT8_MAX) {
		e->model_call.attempt++; // it counts from 0
	}
}

static void pick_turn(const struct event_input *in, struct event *e)
{
	e->is_top_level = true;
	e->proves_work = true;
	static const struct event_usage_keys keys = {
		.tokens =
			{
				[USAGE_INPUT] = {KEY_TURN_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_TURN_CACHED_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_TURN_CACHE_WRITE_TOKENS},
				[USAGE_OUTPUT] = {KEY_TURN_OUTPUT_TOKENS},
				[USAGE_REASONING] = {KEY_TURN_REASONING_TOKENS},
			},
	};
	(void)event_pick_usage(in, e, &keys); // of all calls of the turn
}

static const struct event_row log_rows[] = {
	{STR_INIT("sse_event"), EVENT_SEEN, pick_stream},
	{STR_INIT("websocket_event"), EVENT_SEEN, pick_stream},
	{STR_INIT("api_request"), EVENT_SEEN, pick_attempt},
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
	.span_prefix = STR_INIT("session_task."),
	.signals =
		{
			[OTLP_LOGS] = EVENT_ROWS(log_rows),
			[OTLP_TRACES] = EVENT_ROWS(span_rows),
		},
};
