/* opencode: its own log lines as OTLP logs, and the AI SDK's spans where its telemetry is on. A log
 * line is an array of two texts: the topic, and details as JSON. */
#include <string.h>

#include "base/mem.h"
#include "event/event_table.h"

/* The value of a text member in details, which are looked through, not parsed: they are no strict
 * JSON ("undefined"). Empty if it is not there, or holds an escape. */
static struct str detail(struct str details, struct str name)
{
	const char *at = memmem(details.data, details.size, name.data, name.size);
	if (at == NULL) {
		return (struct str){0};
	}
	struct str rest = str_skip(details, (size_t)(at - details.data) + name.size), value;
	bool is_whole = str_split(rest, '"', &value, &rest);
	return is_whole && !str_has_char(value, '\\') ? value : (struct str){0};
}

/* It has the id of the request, "per_..." or "que_...", but not of the turn. */
static void pick_attention(struct str details, struct event *e)
{
	e->call_id = detail(details, STR("\"id\":\""));
	bool question = str_starts_with(e->call_id, STR("que_"));
	if (!question && !str_starts_with(e->call_id, STR("per_"))) {
		return;
	}
	e->kind = EVENT_ASKS;
	e->attention = question ? EVENT_ATTENTION_QUESTION : EVENT_ATTENTION_PERMISSION;
	e->call_name = detail(details, STR("\"permission\":\""));
	e->by_connection = e->session_id.size == 0;
}

static void pick_log(const struct event_input *in, struct event *e)
{
	const struct otlp_value *body = &in->record->body;
	struct str about = body->strings[0], details = body->strings[1];
	if (body->kind != OTLP_VALUE_ARRAY || details.size == 0) {
		e->kind = EVENT_NONE;
		return;
	}
	e->session_id = detail(details, STR("\"session.id\":\""));
	if (str_equal(about, STR("loop"))) {
		e->kind = EVENT_MODEL_BEGIN; // a step of the turn
	} else if (str_equal(about, STR("exiting loop"))) {
		e->kind = EVENT_TURN_END;
		e->is_top_level = true;
	} else if (str_equal(about, STR("cancel"))) { // its user pressed Esc
		e->kind = EVENT_TURN_END;
		e->is_top_level = true;
		e->by_user = true;
	} else if (str_equal(about, STR("stream"))) {
		bool small = str_contains(details, STR("\"small\":\"true\""));
		e->kind = EVENT_MODEL_BEGIN;
		e->actor = small ? EVENT_BY_SIDE : EVENT_BY_MAIN;
		e->model = detail(details, STR("\"modelID\":\""));
	} else if (str_equal(about, STR("created"))) {
		e->session_id = detail(details, STR("\"id\":\""));
		e->parent_id = detail(details, STR("\"parentID\":\""));
		e->cwd = detail(details, STR("\"directory\":\""));
	} else if (str_equal(about, STR("asking"))) {
		pick_attention(details, e);
	} else if (str_equal(about, STR("replied")) || str_equal(about, STR("rejected"))) {
		e->kind = EVENT_ANSWERED;
		e->result = str_equal(about, STR("rejected")) ? EVENT_RESULT_REFUSED
							      : EVENT_RESULT_OK;
		e->call_id = detail(details, STR("\"requestID\":\""));
		e->by_connection = e->session_id.size == 0;
	}
}

/* The title comes from a call without tools. */
static void pick_call(const struct event_input *in, struct event *e)
{
	e->turn_id = in->record->trace_id;
	e->actor = event_input_has(in, KEY_AI_PROMPT_TOOLS) ? EVENT_BY_MAIN : EVENT_BY_SIDE;
	e->model = event_input_str(in, KEY_GEN_AI_REQUEST_MODEL);
	e->request_id = event_input_str(in, KEY_GEN_AI_RESPONSE_ID);
	static const struct event_usage_keys keys = {
		.tokens =
			{
				[USAGE_INPUT] = {KEY_GEN_AI_INPUT_TOKENS, KEY_AI_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_AI_CACHED_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_AI_CACHE_WRITE_TOKENS},
				[USAGE_OUTPUT] = {KEY_GEN_AI_OUTPUT_TOKENS, KEY_AI_OUTPUT_TOKENS},
				[USAGE_REASONING] = {KEY_AI_REASONING_TOKENS},
			},
		.input_has_cached = true,
	};
	bool answered = event_pick_usage(in, e, &keys);
	event_pick_model_call(in, e, !answered);
	event_pick_next(in, e);
}

static void pick_tool(const struct event_input *in, struct event *e)
{
	e->turn_id = in->record->trace_id;
	e->call_id = event_input_str(in, KEY_DOTTED_CALL_ID);
	e->call_name = event_input_str(in, KEY_DOTTED_TOOL_NAME);
}

/* Spans of one trace belong to one turn; only those of the model and the tools name the session. */
static void pick_answer(const struct event_input *in, struct event *e)
{
	e->turn_id = in->record->trace_id;
}

static void pick_turn(const struct event_input *in, struct event *e)
{
	e->turn_id = in->record->trace_id;
	e->is_top_level = true;
	e->may_be_nested = true;
}

static const struct event_row log_rows[] = {
	{STR_INIT(""), EVENT_SEEN, pick_log},
};

static const struct event_row span_rows[] = {
	{STR_INIT("ai.streamText.doStream"), EVENT_MODEL_END, pick_call},
	{STR_INIT("Tool.execute"), EVENT_TOOL_END, pick_tool},
	{STR_INIT("Permission.ask"), EVENT_ANSWERED, pick_answer},
	{STR_INIT("Question.ask"), EVENT_ANSWERED, pick_answer},
	{STR_INIT("SessionPrompt.loop"), EVENT_TURN_END, pick_turn},
};

const struct event_table event_opencode_table = {
	.signals = {[OTLP_LOGS] = EVENT_ROWS(log_rows), [OTLP_TRACES] = EVENT_ROWS(span_rows)},
};
