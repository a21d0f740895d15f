/* Any service whose spans follow the semantic conventions for generative AI, by
 * gen_ai.operation.name: Copilot, and everything with gen_ai.* and a conversation id; and
 * equivalents with names of their own: OpenInference, Vercel's AI SDK, OpenLLMetry, Langfuse.
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

/* The first of these that it has. */
static struct str first_of(const struct event_input *in, const enum event_key *keys, size_t count)
{
	struct str found = {0};
	for (size_t i = 0; i < count && found.size == 0; i++) {
		found = event_input_str(in, keys[i]);
	}
	return found;
}

/* The conventions', then those of OpenInference and of Vercel's AI SDK. */
static const struct event_usage_keys usages[] = {
	{
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
	},
	{
		.tokens =
			{
				[USAGE_INPUT] = {KEY_LLM_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_LLM_CACHE_READ_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_LLM_CACHE_WRITE_TOKENS},
				[USAGE_OUTPUT] = {KEY_LLM_OUTPUT_TOKENS},
				[USAGE_REASONING] = {KEY_LLM_REASONING_TOKENS},
			},
		.input_has_cached = true,
	},
	{
		.tokens =
			{
				[USAGE_INPUT] = {KEY_AI_INPUT_TOKENS},
				[USAGE_CACHE_READ] = {KEY_AI_CACHED_TOKENS},
				[USAGE_CACHE_WRITE] = {KEY_AI_CACHE_WRITE_TOKENS},
				[USAGE_OUTPUT] = {KEY_AI_OUTPUT_TOKENS},
				[USAGE_REASONING] = {KEY_AI_REASONING_TOKENS},
			},
		.input_has_cached = true,
	},
};

static void pick_chat(const struct event_input *in, struct event *e)
{
	static const enum event_key models[] = {KEY_GEN_AI_RESPONSE_MODEL, KEY_GEN_AI_REQUEST_MODEL,
		KEY_LLM_MODEL, KEY_LANGFUSE_MODEL};
	e->model = first_of(in, models, ARRAY_SIZE(models));
	bool used = false;
	for (size_t i = 0; i < ARRAY_SIZE(usages) && !used; i++) {
		used = event_pick_usage(in, e, &usages[i]);
	}
	if (used) {
		event_pick_cost(in, KEY_COPILOT_COST, e);
		e->usage.has_cost = e->usage.cost_nano_usd > 0; // 0 where it knows no price
		event_pick_cost(in, KEY_GEN_AI_COST, e); // not in the conventions, but common
	}
	e->request_id = event_input_str(in, KEY_GEN_AI_RESPONSE_ID);
	event_pick_model_call(in, e, event_input_str(in, KEY_ERROR_TYPE).size > 0);
	event_pick_next(in, e);
}

static void pick_tool(const struct event_input *in, struct event *e)
{
	static const enum event_key ids[] = {
		KEY_GEN_AI_TOOL_CALL_ID, KEY_TOOL_CALL_ID, KEY_AI_TOOL_CALL_ID};
	static const enum event_key names[] = {
		KEY_GEN_AI_TOOL_NAME, KEY_DOTTED_TOOL_NAME, KEY_AI_TOOL_NAME};
	e->call_id = first_of(in, ids, ARRAY_SIZE(ids));
	e->call_name = first_of(in, names, ARRAY_SIZE(names));
	e->result = result_of(in);
}

static void pick_agent(const struct event_input *in, struct event *e)
{
	e->is_top_level = in->record->parent_span_id.size == 0;
	e->proves_work = true;
	e->agent_type = event_input_str(in, KEY_GEN_AI_AGENT_NAME);
	e->result = result_of(in);
}

/* The type of a span, by attribute. Several emitters may describe one span: the conventions come
 * first. */
static const struct {
	enum event_key key;
	struct str value;
	enum event_kind kind;
	event_pick *pick;
} operations[] = {
	{KEY_GEN_AI_OPERATION_NAME, STR_INIT("chat"), EVENT_MODEL_END, pick_chat},
	{KEY_GEN_AI_OPERATION_NAME, STR_INIT("text_completion"), EVENT_MODEL_END, pick_chat},
	{KEY_GEN_AI_OPERATION_NAME, STR_INIT("generate_content"), EVENT_MODEL_END, pick_chat},
	{KEY_GEN_AI_OPERATION_NAME, STR_INIT("execute_tool"), EVENT_TOOL_END, pick_tool},
	{KEY_GEN_AI_OPERATION_NAME, STR_INIT("invoke_agent"), EVENT_TURN_END, pick_agent},
	{KEY_OPENINFERENCE_KIND, STR_INIT("LLM"), EVENT_MODEL_END, pick_chat},
	{KEY_OPENINFERENCE_KIND, STR_INIT("TOOL"), EVENT_TOOL_END, pick_tool},
	{KEY_OPENINFERENCE_KIND, STR_INIT("AGENT"), EVENT_TURN_END, pick_agent},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.generateText.doGenerate"), EVENT_MODEL_END, pick_chat},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.streamText.doStream"), EVENT_MODEL_END, pick_chat},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.generateObject.doGenerate"), EVENT_MODEL_END, pick_chat},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.streamObject.doStream"), EVENT_MODEL_END, pick_chat},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.toolCall"), EVENT_TOOL_END, pick_tool},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.generateText"), EVENT_TURN_END, pick_agent},
	{KEY_AI_OPERATION_ID, STR_INIT("ai.streamText"), EVENT_TURN_END, pick_agent},
	{KEY_LANGFUSE_TYPE, STR_INIT("generation"), EVENT_MODEL_END, pick_chat},
	{KEY_LANGFUSE_TYPE, STR_INIT("tool"), EVENT_TOOL_END, pick_tool},
	{KEY_LANGFUSE_TYPE, STR_INIT("agent"), EVENT_TURN_END, pick_agent},
};

static void pick_operation(const struct event_input *in, struct event *e)
{
	e->kind = EVENT_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		struct str value = event_input_str(in, operations[i].key);
		if (str_equal(value, operations[i].value)) {
			e->kind = operations[i].kind;
			operations[i].pick(in, e);
			return;
		}
		e->kind = value.size > 0 ? EVENT_ACTIVITY : e->kind;
	}
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
