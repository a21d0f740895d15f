/* Gemini CLI and its fork Qwen Code: events gemini_cli.* and qwen-code.*. A tool is reported only
 * at its end. Input token counts include cached ones. */
#include <string.h>

#include "base/mem.h"
#include "event/event_table.h"

/* role "main"; Qwen names the subagent instead. */
static void pick_actor(const struct event_input *in, struct event *e)
{
	struct str role = event_input_str(in, KEY_ROLE);
	if (event_input_str(in, KEY_SUBAGENT_NAME).size > 0 || str_equal(role, STR("subagent"))) {
		e->actor = EVENT_BY_AGENT;
	} else if (role.size > 0 && !str_equal(role, STR("main"))) {
		e->actor = EVENT_BY_SIDE;
	}
	e->unattended = event_input_is_false(in, KEY_INTERACTIVE);
}

#define TOKEN_KEYS                                                                                 \
	{                                                                                          \
		[USAGE_INPUT] = {KEY_INPUT_TOKEN_COUNT},                                           \
		[USAGE_CACHE_READ] = {KEY_CACHED_CONTENT_TOKEN_COUNT},                             \
		[USAGE_OUTPUT] = {KEY_OUTPUT_TOKEN_COUNT},                                         \
		[USAGE_REASONING] = {KEY_THOUGHTS_TOKEN_COUNT},                                    \
	}

static const struct event_usage_keys gemini_keys = {
	.tokens = TOKEN_KEYS, .input_has_cached = true, .output_lacks_reasoning = true};
static const struct event_usage_keys qwen_keys = {.tokens = TOKEN_KEYS, .input_has_cached = true};

/* The answer's text, present if prompts are logged, is only searched for a function call. */
static void pick_gemini_response(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
	event_pick_duration(in, e);
	(void)event_pick_usage(in, e, &gemini_keys);
	event_pick_model_call(in, e, false);
	struct str text = event_input_str(in, KEY_RESPONSE_TEXT);
	if (text.size > 0) {
		bool calls = str_contains(text, STR("\"functionCall\""));
		e->next = calls ? EVENT_NEXT_TOOL : EVENT_NEXT_USER;
	}
}

/* An answer without text asked for a tool; one with text may have done so too. */
static void pick_qwen_response(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
	event_pick_duration(in, e);
	(void)event_pick_usage(in, e, &qwen_keys);
	event_pick_model_call(in, e, false);
	e->request_id = event_input_str(in, KEY_RESPONSE_ID);
	bool told = in->values[KEY_RESPONSE_TEXT] != NULL;
	if (told && event_input_str(in, KEY_RESPONSE_TEXT).size == 0) {
		e->next = EVENT_NEXT_TOOL;
	}
}

static void pick_error(const struct event_input *in, struct event *e)
{
	pick_actor(in, e);
	event_pick_duration(in, e);
	e->failed = true;
	event_pick_model_call(in, e, true);
}

/* The user pressed Esc. In Gemini, the stopped call fails. */
static void pick_cancel(const struct event_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
	e->by_user = true;
}

/* Its call was stopped with it. */
static void pick_api_cancel(const struct event_input *in, struct event *e)
{
	pick_cancel(in, e);
	event_pick_model_call(in, e, true);
	e->model_call.fault = EVENT_FAULT_ABORTED;
}

static void pick_gemini_error(const struct event_input *in, struct event *e)
{
	pick_error(in, e);
	if (e->actor == EVENT_BY_MAIN &&
		str_contains(event_input_str(in, KEY_ERROR), STR("AbortError"))) {
		e->kind = EVENT_TURN_END;
		pick_cancel(in, e);
	}
}

static void pick_tool(const struct event_input *in, struct event *e)
{
	e->call_id = event_input_str(in, KEY_CALL_ID);
	e->call_name = event_input_str(in, KEY_FUNCTION_NAME);
	e->call_server = event_input_str(in, KEY_MCP_SERVER_NAME);
	e->decision = event_input_str(in, KEY_DECISION);
	event_pick_duration(in, e);
	event_pick_result(in, e);
	e->failed = e->result == EVENT_RESULT_ERROR;
	if (str_equal(event_input_str(in, KEY_STATUS), STR("cancelled"))) { // Qwen's
		e->result = EVENT_RESULT_STOPPED;
	}
	if (str_equal(e->decision, STR("reject"))) {
		e->kind = EVENT_TOOL_REJECT;
		e->result = EVENT_RESULT_REFUSED;
		e->by_user = true;
	}
}

/* Gemini's subagents are known only by the tool that runs one, which is all the states need. */
static void pick_agent_run(const struct event_input *in, struct event *e)
{
	struct str reason = event_input_str(in, KEY_TERMINATE_REASON);
	e->actor = EVENT_BY_AGENT;
	e->agent_id = event_input_str(in, KEY_AGENT_ID);
	e->agent_type = event_input_str(in, KEY_AGENT_NAME);
	event_pick_duration(in, e);
	if (str_equal(reason, STR("GOAL"))) {
		e->result = EVENT_RESULT_OK;
	} else if (str_equal(reason, STR("ABORTED"))) {
		e->result = EVENT_RESULT_STOPPED;
	} else if (reason.size > 0) {
		e->result = EVENT_RESULT_ERROR;
	}
}

static void pick_top_level(const struct event_input *in, struct event *e)
{
	(void)in;
	e->is_top_level = true;
	e->proves_work = e->source == EVENT_FROM_TRACES; // the log also ends a mere command
}

static void pick_start(const struct event_input *in, struct event *e)
{
	(void)in;
	e->starts_session = true;
}

/* Metrics arrive all the time, even if nothing happens: signs of life. */
static const struct event_row life_rows[] = {
	{STR_INIT(""), EVENT_SEEN, NULL},
};

static const struct event_row gemini_rows[] = {
	{STR_INIT("chat_compression"), EVENT_COMPACT_END, NULL},
	{STR_INIT("user_prompt"), EVENT_PROMPT, NULL},
	{STR_INIT("api_request"), EVENT_MODEL_BEGIN, pick_actor},
	{STR_INIT("api_response"), EVENT_MODEL_END, pick_gemini_response},
	{STR_INIT("api_error"), EVENT_MODEL_END, pick_gemini_error},
	{STR_INIT("tool_call"), EVENT_TOOL_END, pick_tool},
	{STR_INIT("agent.finish"), EVENT_AGENT_RUN, pick_agent_run},
	{STR_INIT("conversation_finished"), EVENT_TURN_END, pick_top_level},
	{STR_INIT(""), EVENT_SEEN, NULL},
};

const struct event_table event_gemini_table = {
	.name_prefix = STR_INIT("gemini_cli."),
	.signals =
		{
			[OTLP_LOGS] = EVENT_ROWS(gemini_rows),
			[OTLP_METRICS] = EVENT_ROWS(life_rows),
		},
};

static const struct event_row qwen_rows[] = {
	{STR_INIT("session.start"), EVENT_SEEN, pick_start},
	{STR_INIT("chat_compression"), EVENT_COMPACT_END, NULL},
	{STR_INIT("user_prompt"), EVENT_PROMPT, NULL},
	{STR_INIT("api_request"), EVENT_MODEL_BEGIN, pick_actor},
	{STR_INIT("api_response"), EVENT_MODEL_END, pick_qwen_response},
	{STR_INIT("api_error"), EVENT_MODEL_END, pick_error},
	{STR_INIT("api_cancel"), EVENT_TURN_END, pick_api_cancel},
	{STR_INIT("tool_call"), EVENT_TOOL_END, pick_tool},
	{STR_INIT("conversation_finished"), EVENT_TURN_END, pick_top_level},
	{STR_INIT("session.end"), EVENT_SESSION_END, NULL},
	{STR_INIT(""), EVENT_SEEN, NULL},
};

/* After /clear its records still name the previous session; prompt_id, "SESSION########NUMBER",
 * names the right one. */
static void pick_qwen_session(const struct event_input *in, struct event *e)
{
	static const struct str mark = STR_INIT("########");
	struct str id = event_input_str(in, KEY_PROMPT_ID);
	const char *at = id.size > 0 ? memmem(id.data, id.size, mark.data, mark.size) : NULL;
	if (at != NULL && at > id.data) {
		e->session_id = (struct str){id.data, (size_t)(at - id.data)};
	}
}

static const struct event_row qwen_span_rows[] = {
	{STR_INIT("interaction"), EVENT_TURN_END, pick_top_level},
};

const struct event_table event_qwen_table = {
	.name_prefix = STR_INIT("qwen-code."),
	.pick_session = pick_qwen_session,
	.signals =
		{
			[OTLP_LOGS] = EVENT_ROWS(qwen_rows),
			[OTLP_TRACES] = EVENT_ROWS(qwen_span_rows),
			[OTLP_METRICS] = EVENT_ROWS(life_rows),
		},
};
