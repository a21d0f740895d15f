#include "event/assistant.h"

#include "base/mem.h"

/* Batch intervals are the clients' defaults, as measured; quiet_ms is how long a tool may run
 * unseen. */

const struct assistant assistant_claude = {
	.name = STR_INIT("claude-code"),
	.program = STR_INIT("claude"),
	.title = STR_INIT("Claude Code"),
	.batch_interval_ms = 5000,
	.tells_tool_begin = true,
	.connection_is_life = true,
	.spans_repeat_logs = true,
};

const struct assistant assistant_codex = {
	.name = STR_INIT("codex"),
	.program = STR_INIT("codex"),
	.title = STR_INIT("Codex"),
	.batch_interval_ms = 1000,
	.tells_tool_begin = true,
	.connection_is_life = true,
	.connection_idle_ms = 90000, // its HTTP client's pool
	.spans_repeat_logs = true,
	.tells_asks = true,
	.has_title_threads = true,
	.agents_converse = true,
};

const struct assistant assistant_codex_server = {
	.name = STR_INIT("codex"),
	.title = STR_INIT("Codex"),
	.batch_interval_ms = 1000,
	.tells_tool_begin = true,
	.shares_connection = true,
	.spans_repeat_logs = true,
	.tells_asks = true,
	.has_title_threads = true,
	.agents_converse = true,
};

const struct assistant assistant_gemini = {
	.name = STR_INIT("gemini"),
	.prompts_itself = true,
	.asks_per_call = true,
	.program = STR_INIT("gemini"),
	.title = STR_INIT("Gemini"),
	.batch_interval_ms = 5000,
	.quiet_ms = 30000,
	.connection_is_life = true,
	.spans_repeat_logs = true,
	.turns_need_prompt = true,
};

const struct assistant assistant_qwen = {
	.name = STR_INIT("qwen"),
	.asks_before_tools = true,
	.program = STR_INIT("qwen"),
	.title = STR_INIT("Qwen Code"),
	.batch_interval_ms = 1000,
	.quiet_ms = 30000,
	.connection_is_life = true,
	.spans_repeat_logs = true,
	.turns_need_prompt = true,
};

const struct assistant assistant_copilot = {
	.name = STR_INIT("copilot"),
	.asks_per_call = true,
	.agents_converse = true,
	.program = STR_INIT("copilot"),
	.title = STR_INIT("Copilot"),
	.batch_interval_ms = 5000,
	.quiet_ms = 30000,
	.connection_is_life = true,
};

const struct assistant assistant_opencode = {
	.name = STR_INIT("opencode"),
	.agents_converse = true,
	.program = STR_INIT("opencode"),
	.title = STR_INIT("opencode"),
	.batch_interval_ms = 1000,
	.quiet_ms = 30000,
	.connection_is_life = true,
	.hides_model_end = true,
};

const struct assistant assistant_unknown = {
	.batch_interval_ms = 5000,
};

static const struct assistant *const assistants[] = {&assistant_claude, &assistant_codex,
	&assistant_gemini, &assistant_qwen, &assistant_copilot, &assistant_opencode};

const size_t assistant_count = ARRAY_SIZE(assistants);

const struct assistant *assistant_at(size_t index)
{
	return index < ARRAY_SIZE(assistants) ? assistants[index] : NULL;
}

const struct assistant *assistant_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(assistants); i++) {
		if (str_equal(name, assistants[i]->name)) {
			return assistants[i];
		}
	}
	return NULL;
}

struct str assistant_title(struct str name)
{
	const struct assistant *assistant = assistant_find(name);
	return assistant != NULL ? assistant->title : (struct str){0};
}

const char *assistant_program(struct str name)
{
	const struct assistant *assistant = assistant_find(name);
	return assistant != NULL ? assistant->program.data : NULL;
}

bool event_tool_is_question(struct str call_name, bool *ret_always)
{
	static const struct {
		struct str name;
		bool always;
	} questions[] = {
		{STR_INIT("AskUserQuestion"), true},    // Claude Code
		{STR_INIT("ask_user_question"), true},  // Qwen Code
		{STR_INIT("ask_user"), true},           // Gemini CLI, Copilot CLI
		{STR_INIT("request_user_input"), true}, // Codex
		{STR_INIT("ExitPlanMode"), false},      // Claude Code: is the plan good?
		{STR_INIT("exit_plan_mode"), false},    // Gemini CLI, Qwen Code, Copilot CLI
	};
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		if (str_equal(call_name, questions[i].name)) {
			*ret_always = questions[i].always;
			return true;
		}
	}
	return false;
}

bool event_tool_runs_agent(struct str call_name)
{
	return str_equal(call_name, STR("Agent")) || str_equal(call_name, STR("Task"));
}
