/* Any service whose spans follow the semantic conventions for generative AI, told apart by
 * gen_ai.operation.name: Copilot, and whatever speaks gen_ai.* and has a conversation id.
 * OpenTelemetry semantic conventions, "Generative AI": spans of clients, agents and tools. */
#include "base/mem.h"
#include "event/event_table.h"

/* error.type: "cancelled", or a class of error; absent if it went well. */
static enum event_result result_of(const struct event_input *in)
{
	struct str error = event_input_str(in, KEY_ERROR_TYPE);
	if (error.size == 0) {
		return EVENT_RESULT_OK;
	}
	return str_equal(error, STR("cancelled")) ? EVENT_RESULT_STOPPED : EVENT_RESULT_ERROR;
}

static void pick_chat(const struct event_input *in, struct event *e)
{
	e->model = event_input_str(in, KEY_GEN_AI_RESPONSE_MODEL);
	if (e->model.size == 0) {
		e->model = event_input_str(in, KEY_GEN_AI_REQUEST_MODEL);
	}
	static const struct event_usage_keys keys = {
		.tokens =
			{
				[USAGE_INPUT] = {KEY_GEN_AI_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_GEN_AI_CACHE_READ_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_GEN_AI_CACHE_CREATION_TOKENS,
					KEY_GEN_AI_CACHE_WRITE_TOKENS},
				[USAGE_OUTPUT] = {KEY_GEN_AI_OUTPUT_TOKENS},
				[USAGE_REASONING] = {KEY_GEN_AI_REASONING_TOKENS,
					KEY_GEN_AI_REASONING_TOKENS_OLD},
			},
		.input_has_cached = true,
	};
	if (event_pick_usage(in, e, &keys)) {
		event_pick_cost(in, KEY_COPILOT_COST, e);
		e->usage.has_cost = e->usage.cost_nano_usd > 0; // 0 where it knows no price
		event_pick_cost(in, KEY_GEN_AI_COST, e); // of no convention, but of many programs
	}
	e->request_id = event_input_str(in, KEY_GEN_AI_RESPONSE_ID);
	event_pick_model_call(in, e, event_input_str(in, KEY_ERROR_TYPE).size > 0);
	event_pick_next(in, e);
}

static void pick_tool(const struct event_input *in, struct event *e)
{
	e->call_id = event_input_str(in, KEY_GEN_AI_TOOL_CALL_ID);
	e->call_name = event_input_str(in, KEY_GEN_AI_TOOL_NAME);
	e->result = result_of(in);
}

static void pick_agent(const struct event_input *in, struct event *e)
{
	e->is_top_level = in->record->parent_span_id.size == 0;
	e->proves_work = true;
	e->agent_type = event_input_str(in, KEY_GEN_AI_AGENT_NAME);
	e->result = result_of(in);
}

static const struct event_row operations[] = {
	{STR_INIT("chat"), EVENT_MODEL_END, pick_chat},
	{STR_INIT("text_completion"), EVENT_MODEL_END, pick_chat},
	{STR_INIT("generate_content"), EVENT_MODEL_END, pick_chat},
	{STR_INIT("execute_tool"), EVENT_TOOL_END, pick_tool},
	{STR_INIT("invoke_agent"), EVENT_TURN_END, pick_agent},
};

static void pick_operation(const struct event_input *in, struct event *e)
{
	struct str operation = event_input_str(in, KEY_GEN_AI_OPERATION_NAME);
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		if (str_equal(operation, operations[i].name)) {
			e->kind = operations[i].kind;
			operations[i].pick(in, e);
			return;
		}
	}
	e->kind = operation.size > 0 ? EVENT_ACTIVITY : EVENT_NONE;
}

static const struct event_row span_rows[] = {
	{STR_INIT(""), EVENT_NONE, pick_operation},
};

static void pick_log(const struct event_input *in, struct event *e)
{
	bool ours = str_starts_with(in->name, STR("gen_ai.")) ||
		    event_input_has(in, KEY_GEN_AI_OPERATION_NAME);
	e->kind = ours ? EVENT_ACTIVITY : EVENT_NONE;
}

static const struct event_row log_rows[] = {
	{STR_INIT(""), EVENT_NONE, pick_log},
};

const struct event_table event_gen_ai_table = {
	.signals = {[OTLP_LOGS] = EVENT_ROWS(log_rows), [OTLP_TRACES] = EVENT_ROWS(span_rows)},
};
