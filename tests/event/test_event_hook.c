/* What each hook of each client means: the rows of the tables. */
#include "event/event_hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "support/suite.h"

/* The members that every hook of a client has. */
#define CLAUDE_COMMON                                                                              \
	"{\"session_id\":\"s\",\"transcript_path\":\"/t.jsonl\",\"cwd\":\"/home/dev/shop\","       \
	"\"permission_mode\":\"default\",\"hook_event_name\":"
#define CODEX_COMMON                                                                               \
	"{\"session_id\":\"s\",\"transcript_path\":null,\"cwd\":\"/home/dev/shop\","               \
	"\"model\":\"gpt-9\",\"permission_mode\":\"default\",\"turn_id\":\"7\","                   \
	"\"hook_event_name\":"
#define GEMINI_COMMON                                                                              \
	"{\"session_id\":\"s\",\"transcript_path\":\"\",\"cwd\":\"/home/dev/shop\","               \
	"\"timestamp\":\"2026-01-01T00:00:00Z\",\"hook_event_name\":"

static struct event_hook hook; // what the last event borrows from

static bool read_hook(const char *word, const char *text)
{
	event_hook_finish(&hook);
	return event_hook_read(str_from(word), str_from(text), &hook);
}

static struct event event_of(const char *word, const char *text)
{
	ck_assert_msg(read_hook(word, text), "%s: %s", text, hook.message);
	ck_assert_str_eq(hook.message, "");
	return hook.event;
}

#define CLAUDE(text) event_of("claude-code", CLAUDE_COMMON text)
#define CODEX(text)  event_of("codex", CODEX_COMMON text)
#define GEMINI(text) event_of("gemini", GEMINI_COMMON text)

#define ck_assert_text(s, expected)                                                                \
	ck_assert_msg(str_equal(s, STR(expected)), "\"%.*s\" is not \"%s\"", STR_ARG(s), expected)

/* Kinds alone, for the rows that have nothing more to tell. */
struct simple_row {
	const char *name;
	enum event_kind kind;
};

static void check_rows(const char *word, const struct assistant *assistant,
	const struct simple_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[256];
		(void)snprintf(text, sizeof(text), CLAUDE_COMMON "\"%s\"}", rows[i].name);
		struct event e = event_of(word, text);
		ck_assert_msg(e.kind == rows[i].kind, "%s of %s is %s, not %s", rows[i].name, word,
			event_kind_name(e.kind), event_kind_name(rows[i].kind));
		if (e.kind == EVENT_NONE) {
			continue;
		}
		ck_assert_int_eq(e.source, EVENT_FROM_HOOK);
		ck_assert_ptr_eq(e.assistant, assistant);
		ck_assert(str_equal(e.assistant_name, assistant->name));
		ck_assert_text(e.session_id, "s");
		ck_assert_int_eq(e.sequence, -1);
		ck_assert_int_eq(e.time_ns, 0);
		ck_assert(!e.has_usage);
	}
}

static const struct simple_row claude_rows[] = {
	{"SessionStart", EVENT_SEEN},
	{"UserPromptSubmit", EVENT_PROMPT},
	{"PreToolUse", EVENT_TOOL_BEGIN},
	{"PermissionRequest", EVENT_ASKS},
	{"PermissionDenied", EVENT_TOOL_REJECT},
	{"PostToolUse", EVENT_TOOL_END},
	{"PostToolUseFailure", EVENT_TOOL_END},
	{"Notification", EVENT_SEEN},
	{"SubagentStart", EVENT_AGENT_BEGIN},
	{"SubagentStop", EVENT_AGENT_END},
	{"Stop", EVENT_TURN_END},
	{"StopFailure", EVENT_TURN_END},
	{"CwdChanged", EVENT_SEEN},
	{"PreCompact", EVENT_COMPACT_BEGIN},
	{"PostCompact", EVENT_COMPACT_END},
	{"SessionEnd", EVENT_SESSION_END},
	{"FileChanged", EVENT_NONE},
	{"BeforeAgent", EVENT_NONE},
	{"stop", EVENT_NONE},
	{"", EVENT_NONE},
};

START_TEST(claude_rows_have_their_kinds)
{
	check_rows("claude-code", &assistant_claude, claude_rows, ARRAY_SIZE(claude_rows));
}
END_TEST

START_TEST(qwen_and_copilot_speak_like_claude)
{
	check_rows("qwen", &assistant_qwen, claude_rows, ARRAY_SIZE(claude_rows));
	check_rows("copilot", &assistant_copilot, claude_rows, ARRAY_SIZE(claude_rows));
}
END_TEST

START_TEST(copilot_names_the_session_of_a_notification_otherwise)
{
	struct event e = event_of("copilot", "{\"sessionId\":\"s\",\"cwd\":\"/home/dev/"
					     "shop\",\"hook_event_name\":\"Notification\","
					     "\"notification_type\":\"permission_prompt\"}");
	ck_assert_int_eq(e.kind, EVENT_ASKS);
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_PERMISSION);
	ck_assert_text(e.session_id, "s");
	e = event_of("copilot", "{\"sessionId\":\"s\",\"hookName\":\"permissionRequest\"}");
	ck_assert_int_eq(e.kind, EVENT_NONE); // it is asked of its rules first
}
END_TEST

START_TEST(codex_rows_have_their_kinds)
{
	static const struct simple_row rows[] = {
		{"SessionStart", EVENT_SEEN},
		{"UserPromptSubmit", EVENT_PROMPT},
		{"PreToolUse", EVENT_TOOL_BEGIN},
		{"PermissionRequest", EVENT_ASKS},
		{"PostToolUse", EVENT_TOOL_END},
		{"SubagentStart", EVENT_AGENT_BEGIN},
		{"SubagentStop", EVENT_AGENT_END},
		{"Stop", EVENT_TURN_END},
		{"StopFailure", EVENT_TURN_END},
		{"Interrupt", EVENT_TURN_END},
		{"PreCompact", EVENT_COMPACT_BEGIN},
		{"PostCompact", EVENT_COMPACT_END},
		{"SessionEnd", EVENT_SESSION_END},
		{"agent-turn-complete", EVENT_TURN_END},
		{"Notification", EVENT_NONE},
	};
	check_rows("codex", &assistant_codex_server, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(gemini_rows_have_their_kinds)
{
	static const struct simple_row rows[] = {
		{"SessionStart", EVENT_SEEN},
		{"BeforeAgent", EVENT_PROMPT},
		{"BeforeModel", EVENT_MODEL_BEGIN},
		{"AfterModel", EVENT_SEEN},
		{"BeforeTool", EVENT_TOOL_BEGIN},
		{"AfterTool", EVENT_TOOL_END},
		{"Notification", EVENT_SEEN},
		{"AfterAgent", EVENT_TURN_END},
		{"PreCompress", EVENT_COMPACT_BEGIN},
		{"SessionEnd", EVENT_SESSION_END},
		{"BeforeToolSelection", EVENT_NONE},
		{"Stop", EVENT_NONE},
	};
	check_rows("gemini", &assistant_gemini, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(the_directory_at_the_end_is_not_taken)
{
	static const char *const clients[] = {"claude-code", "codex", "gemini", "qwen", "copilot"};
	for (unsigned i = 0; i < ARRAY_SIZE(clients); i++) {
		struct event e = event_of(clients[i], "{\"session_id\":\"s\",\"cwd\":\"/home/dev\","
						      "\"hook_event_name\":\"SessionEnd\"}");
		ck_assert_int_eq(e.kind, EVENT_SESSION_END);
		ck_assert_uint_eq(e.cwd.size, 0);
	}
}
END_TEST

START_TEST(other_clients_have_no_hooks)
{
	ck_assert(event_hook_knows(STR("claude-code")));
	ck_assert(event_hook_knows(STR("codex")));
	ck_assert(event_hook_knows(STR("gemini")));
	ck_assert(event_hook_knows(STR("qwen")));
	ck_assert(event_hook_knows(STR("copilot")));
	ck_assert(!event_hook_knows(STR("opencode")));
	ck_assert(!event_hook_knows(STR("claude")));
	ck_assert(!event_hook_knows(STR("Codex")));
	ck_assert(!event_hook_knows(STR("")));
}
END_TEST

START_TEST(sessions_start_with_directory_and_model)
{
	struct event e = CLAUDE("\"SessionStart\",\"source\":\"startup\",\"model\":\"sonnet\"}");
	ck_assert_text(e.cwd, "/home/dev/shop");
	ck_assert_text(e.model, "sonnet");
	e = CLAUDE("\"CwdChanged\",\"old_cwd\":\"/home/dev/shop\",\"new_cwd\":\"/tmp/\\u00e4\"}");
	ck_assert_int_eq(e.kind, EVENT_SEEN);
	ck_assert_text(e.cwd, "/tmp/\xc3\xa4");
}
END_TEST

START_TEST(nothing_of_the_users_text_is_in_the_event)
{
	struct event e = CLAUDE("\"UserPromptSubmit\",\"prompt\":\"SECRET\"}");
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	e = CLAUDE("\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\",\"tool_input\":"
		   "{\"command\":\"SECRET\",\"tool_name\":\"SECRET\",\"session_id\":\"SECRET\"}}");
	const struct str texts[] = {e.session_id, e.turn_id, e.call_id, e.call_name, e.request_id,
		e.model, e.project, e.cwd, e.assistant_name};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert(!str_contains(texts[i], STR("SECRET")));
	}
}
END_TEST

START_TEST(tools_begin_and_end)
{
	struct event e = CLAUDE("\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\","
				"\"tool_input\":{\"a\":[{\"b\":[[]]}]}}");
	ck_assert_text(e.call_id, "t1");
	ck_assert_text(e.call_name, "Bash");
	ck_assert(!e.is_agent_tool);
	ck_assert_int_eq(e.actor, EVENT_BY_MAIN);
	e = CLAUDE("\"PostToolUse\",\"tool_name\":\"Agent\",\"tool_use_id\":\"t2\","
		   "\"tool_response\":\"long\",\"duration_ms\":12}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert_text(e.call_id, "t2");
	ck_assert(e.is_agent_tool);
	ck_assert(!e.failed);
	e = CODEX("\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_use_id\":\"call_1\"}");
	ck_assert_text(e.call_id, "call_1");
	ck_assert_text(e.turn_id, "7");
	ck_assert_text(e.model, "gpt-9");
	e = GEMINI("\"AfterTool\",\"tool_name\":\"read_file\",\"tool_response\":{}}");
	ck_assert_text(e.call_name, "read_file");
	ck_assert_uint_eq(e.call_id.size, 0);
}
END_TEST

START_TEST(a_tool_fails_or_is_stopped)
{
	struct event e = CLAUDE("\"PostToolUseFailure\",\"tool_name\":\"Bash\","
				"\"tool_use_id\":\"t1\",\"error\":\"exit 1\"}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert(e.failed);
	ck_assert_int_eq(e.result, EVENT_RESULT_ERROR);
	e = CLAUDE("\"PostToolUseFailure\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\","
		   "\"error\":\"stopped\",\"is_interrupt\":true}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_REJECT);
	ck_assert(e.by_user);
	ck_assert_int_eq(e.result, EVENT_RESULT_STOPPED);
	ck_assert_text(e.call_id, "t1");
	e = CLAUDE("\"PostToolUseFailure\",\"is_interrupt\":false}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	e = CLAUDE("\"PostToolUseFailure\",\"is_interrupt\":true,\"agent_id\":\"a\"}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	e = CLAUDE("\"PermissionDenied\",\"tool_use_id\":\"t1\",\"reason\":\"no\"}");
	ck_assert_int_eq(e.kind, EVENT_TOOL_REJECT);
	ck_assert(!e.by_user);
}
END_TEST

START_TEST(permissions_and_questions)
{
	struct event e = CLAUDE("\"PermissionRequest\",\"tool_name\":\"Bash\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_PERMISSION);
	ck_assert_text(e.call_name, "Bash");
	e = CLAUDE("\"PermissionRequest\",\"tool_name\":\"AskUserQuestion\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	e = CODEX("\"PermissionRequest\",\"tool_name\":\"Bash\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_PERMISSION);
}
END_TEST

START_TEST(notifications_have_types)
{
	static const struct {
		const char *type;
		enum event_kind kind;
		enum event_attention attention;
	} rows[] = {
		{"permission_prompt", EVENT_ASKS, EVENT_ATTENTION_PERMISSION},
		{"worker_permission_prompt", EVENT_ASKS, EVENT_ATTENTION_PERMISSION},
		{"elicitation_dialog", EVENT_ASKS, EVENT_ATTENTION_QUESTION},
		{"elicitation_url_dialog", EVENT_ASKS, EVENT_ATTENTION_QUESTION},
		{"agent_needs_input", EVENT_ASKS, EVENT_ATTENTION_QUESTION},
		{"idle_prompt", EVENT_ASKS, EVENT_ATTENTION_IDLE},
		{"ToolPermission", EVENT_ASKS, EVENT_ATTENTION_PERMISSION},
		{"auth_success", EVENT_SEEN, EVENT_ATTENTION_NONE},
		{"agent_completed", EVENT_SEEN, EVENT_ATTENTION_NONE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[512];
		(void)snprintf(text, sizeof(text),
			GEMINI_COMMON "\"Notification\",\"message\":\"m\",\"details\":{},"
				      "\"notification_type\":\"%s\"}",
			rows[i].type);
		struct event e = event_of(i % 2 == 0 ? "claude-code" : "gemini", text);
		ck_assert_int_eq(e.kind, rows[i].kind);
		ck_assert_int_eq(e.attention, rows[i].attention);
	}
}
END_TEST

START_TEST(the_message_decides_where_there_is_no_type)
{
	static const struct {
		const char *message;
		enum event_attention attention;
	} rows[] = {
		{"Claude needs your permission to use Bash", EVENT_ATTENTION_PERMISSION},
		{"Approval required", EVENT_ATTENTION_PERMISSION},
		{"Claude is waiting for your input", EVENT_ATTENTION_IDLE},
		{"Claude Code needs your input", EVENT_ATTENTION_QUESTION},
		{"Claude has a question", EVENT_ATTENTION_QUESTION},
		{"Update installed", EVENT_ATTENTION_NONE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256];
		(void)snprintf(text, sizeof(text),
			CLAUDE_COMMON "\"Notification\",\"message\":\"%s\"}", rows[i].message);
		struct event e = event_of("claude-code", text);
		ck_assert_int_eq(e.attention, rows[i].attention);
		ck_assert_int_eq(e.kind,
			rows[i].attention == EVENT_ATTENTION_NONE ? EVENT_SEEN : EVENT_ASKS);
	}
}
END_TEST

START_TEST(questions_are_known_by_their_tool)
{
	struct event e = CLAUDE("\"PreToolUse\",\"tool_name\":\"AskUserQuestion\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	e = GEMINI("\"BeforeTool\",\"tool_name\":\"ask_user\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	e = CODEX("\"PreToolUse\",\"tool_name\":\"request_user_input\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	e = CLAUDE("\"PreToolUse\",\"tool_name\":\"ExitPlanMode\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_NONE); // granted without a word in some modes
	e = CLAUDE("\"PermissionRequest\",\"tool_name\":\"ExitPlanMode\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	e = CLAUDE("\"Elicitation\",\"mcp_server_name\":\"forms\"}");
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_QUESTION);
	ck_assert_text(e.call_name, "forms");
}
END_TEST

START_TEST(the_end_of_a_session_says_whether_its_client_stays)
{
	struct event e = CLAUDE("\"SessionEnd\",\"reason\":\"clear\"}");
	ck_assert(e.client_stays);
	ck_assert_uint_eq(e.cwd.size, 0);
	e = CLAUDE("\"SessionEnd\",\"reason\":\"prompt_input_exit\"}");
	ck_assert(!e.client_stays);
}
END_TEST

START_TEST(compaction_is_the_main_agents_alone)
{
	struct event e = CLAUDE("\"PreCompact\",\"trigger\":\"manual\"}");
	ck_assert_int_eq(e.kind, EVENT_COMPACT_BEGIN);
	e = CLAUDE("\"PreCompact\",\"trigger\":\"auto\",\"agent_id\":\"a\"}");
	ck_assert_int_eq(e.kind, EVENT_SEEN);
	e = CLAUDE("\"SessionStart\",\"source\":\"compact\"}");
	ck_assert_int_eq(e.kind, EVENT_COMPACT_END);
	e = CLAUDE("\"SessionStart\",\"source\":\"resume\"}");
	ck_assert_int_eq(e.kind, EVENT_SEEN);
	ck_assert(e.starts_session);
}
END_TEST

START_TEST(a_stop_lists_what_it_leaves_running)
{
	struct event e = CLAUDE("\"Stop\",\"stop_hook_active\":false,\"background_tasks\":[],"
				"\"session_crons\":[{\"id\":\"c\"}]}");
	ck_assert(e.is_top_level);
	ck_assert(e.proves_work);
	ck_assert(!e.continues);
	ck_assert_int_eq(e.attention, EVENT_ATTENTION_NONE);
	ck_assert_uint_eq(e.tasks->agent_count, 0);
	ck_assert_uint_eq(e.tasks->background, 0);
	e = CLAUDE("\"Stop\",\"stop_hook_active\":true}");
	ck_assert_ptr_null(e.tasks);
	ck_assert(e.continues);
	e = CLAUDE("\"Stop\",\"background_tasks\":[{\"id\":\"b\",\"type\":\"subagent\","
		   "\"status\":\"running\",\"description\":\"d\",\"more\":{\"status\":\"no\"}}]}");
	ck_assert_uint_eq(e.tasks->agent_count, 1);
	ck_assert_uint_eq(e.tasks->agents[0], str_hash(STR("b")));
	e = CLAUDE("\"Stop\",\"background_tasks\":[{\"id\":\"b\"},{\"status\":\"x\"}]}");
	ck_assert_uint_eq(e.tasks->agent_count, 1); // what does not say what it is may be work
	e = CLAUDE("\"Stop\",\"background_tasks\":[{\"type\":\"shell\",\"status\":\"pending\"},"
		   "{\"type\":\"monitor\"},{\"type\":\"in_process_teammate\"},"
		   "{\"type\":\"workflow\",\"status\":\"running\",\"id\":\"w\"}]}");
	ck_assert_uint_eq(e.tasks->agent_count, 1);
	ck_assert_uint_eq(e.tasks->background, 2);
	e = event_of("qwen",
		CLAUDE_COMMON "\"Stop\",\"background_tasks\":[{\"status\":\"completed\"},"
			      "{\"status\":\"failed\"},7,{\"status\":\"cancelled\"}]}");
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert_uint_eq(e.tasks->agent_count, 0);
	e = GEMINI("\"AfterAgent\",\"prompt\":\"p\",\"prompt_response\":\"r\"}");
	ck_assert(e.is_top_level);
	ck_assert_ptr_null(e.tasks);
}
END_TEST

START_TEST(a_stop_may_be_a_failure)
{
	static const struct {
		const char *error;
		enum event_attention attention;
	} rows[] = {
		{"rate_limit", EVENT_ATTENTION_LIMIT},
		{"billing_error", EVENT_ATTENTION_LIMIT},
		{"server_error", EVENT_ATTENTION_ERROR},
		{"overloaded", EVENT_ATTENTION_ERROR},
		{"unknown", EVENT_ATTENTION_ERROR},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[512];
		(void)snprintf(text, sizeof(text),
			CODEX_COMMON "\"StopFailure\",\"error_details\":null,\"error\":\"%s\"}",
			rows[i].error);
		struct event e = event_of(i % 2 == 0 ? "claude-code" : "codex", text);
		ck_assert_int_eq(e.kind, EVENT_TURN_END);
		ck_assert_int_eq(e.attention, rows[i].attention);
		ck_assert(e.is_top_level);
		ck_assert(e.failed);
	}
}
END_TEST

START_TEST(an_interrupt_is_an_end_by_the_user)
{
	struct event e = CODEX("\"Interrupt\"}");
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level);
	ck_assert(e.by_user);
}
END_TEST

START_TEST(subagents_have_ids)
{
	struct event e = CLAUDE(
		"\"SubagentStart\",\"agent_id\":\"a1\",\"agent_type\":\"Explore\"}");
	ck_assert_int_eq(e.actor, EVENT_BY_AGENT);
	ck_assert_text(e.agent_id, "a1");
	ck_assert_text(e.agent_type, "Explore");
	e = CLAUDE("\"SubagentStop\",\"agent_id\":\"a1\",\"stop_hook_active\":false}");
	ck_assert_text(e.agent_id, "a1");
	ck_assert_int_eq(e.kind, EVENT_AGENT_END);
	e = CLAUDE("\"Stop\",\"agent_id\":\"a1\",\"background_tasks\":[]}"); // its, not the turn's
	ck_assert_int_eq(e.kind, EVENT_AGENT_END);
	ck_assert(!e.is_top_level);
	e = CLAUDE("\"StopFailure\",\"agent_id\":\"a1\",\"error\":\"rate_limit\"}");
	ck_assert_int_eq(e.kind, EVENT_AGENT_END);
	e = CLAUDE("\"PreToolUse\",\"tool_name\":\"Bash\",\"agent_id\":\"a1\",\"model\":\"m\"}");
	ck_assert_int_eq(e.actor, EVENT_BY_AGENT);
	ck_assert_uint_eq(e.cwd.size, 0); // not the session's
	ck_assert_uint_eq(e.model.size, 0);
	e = CODEX("\"UserPromptSubmit\",\"prompt\":\"p\",\"agent_id\":\"a1\"}");
	ck_assert_int_eq(e.kind, EVENT_AGENT_BEGIN);
	ck_assert_int_eq(e.actor, EVENT_BY_AGENT);
}
END_TEST

START_TEST(codex_notifies_with_other_names)
{
	struct event e = event_of("codex",
		"{\"type\":\"agent-turn-complete\",\"thread-id\":\"th\",\"turn-id\":\"12\","
		"\"cwd\":\"/home/dev/shop\",\"client\":\"codex-tui\",\"input-messages\":[\"a\"],"
		"\"last-assistant-message\":\"b\"}");
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert_text(e.session_id, "th");
	ck_assert_text(e.turn_id, "12");
	ck_assert_text(e.cwd, "/home/dev/shop");
	ck_assert(e.is_top_level);
	ck_assert(!e.proves_work); // Stop may have told it
	e = event_of("claude-code", "{\"type\":\"agent-turn-complete\",\"thread-id\":\"th\"}");
	ck_assert_int_eq(e.kind, EVENT_NONE);
}
END_TEST

START_TEST(prompts_have_ids)
{
	struct event e = event_of("qwen", "{\"session_id\":\"s\",\"hook_event_name\":"
					  "\"UserPromptSubmit\",\"prompt_id\":\"s########0\"}");
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	ck_assert_text(e.turn_id, "s########0");
}
END_TEST

START_TEST(what_belongs_to_no_session_is_nothing)
{
	static const char *const texts[] = {
		"{}",
		" {\"hook_event_name\":\"Stop\"}\n",
		"{\"hook_event_name\":\"Stop\",\"session_id\":\"\"}",
		"{\"hook_event_name\":\"Stop\",\"session_id\":null}",
		"{\"hook_event_name\":\"Stop\",\"session_id\":{\"session_id\":\"s\"}}",
		"{\"hook_event_name\":[\"Stop\"],\"session_id\":\"s\"}",
		"{\"session_id\":\"s\"}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert_int_eq(event_of("claude-code", texts[i]).kind, EVENT_NONE);
	}
}
END_TEST

START_TEST(other_kinds_of_values_are_skipped)
{
	struct event e = CLAUDE("\"Stop\",\"background_tasks\":{\"status\":\"running\"},"
				"\"model\":7,\"turn_id\":[[],{}],\"is_interrupt\":\"true\"}");
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert_ptr_null(e.tasks);
	ck_assert_uint_eq(e.model.size, 0);
	e = CLAUDE("\"Stop\",\"background_tasks\":[{\"status\":{}},[],\"running\"]}");
	ck_assert_uint_eq(e.tasks->agent_count, 1); // the first does not say that it ended
}
END_TEST

START_TEST(garbage_is_told_with_its_place)
{
	static const char *const texts[] = {
		"",
		"nonsense",
		"[]",
		"\"Stop\"",
		"7",
		"{\"session_id\":\"s\"",
		"{\"session_id\":\"s\",}",
		"{\"session_id\":\"s\"} {}",
		"{\"session_id\":\"\\x\"}",
		"{\"background_tasks\":[{\"status\":\"running\"]}",
		"{\"background_tasks\":[{\"id\":7",
		"{\"background_tasks\":[",
		"{\"tool_input\":{\"a\":[}}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert_msg(!read_hook("claude-code", texts[i]), "%s", texts[i]);
		ck_assert_int_eq(hook.event.kind, EVENT_NONE);
		ck_assert_msg(strstr(hook.message, "JSON") != NULL, "%s", hook.message);
	}
	ck_assert(!read_hook("codex", "{\"cwd\":\"/\" 7}"));
	ck_assert_str_eq(hook.message, "invalid JSON at byte 11: a comma or '}' is expected here");
}
END_TEST

START_TEST(every_cut_is_garbage_and_nothing_worse)
{
	static const char text[] = CLAUDE_COMMON
		"\"Stop\",\"background_tasks\":[{\"status\":\"x\"}],"
		"\"tool_input\":{\"a\":[1,true,null,\"\\u00e4\"]}}";
	for (size_t size = 0; size < sizeof(text) - 1; size++) {
		char *copy = malloc(size + 1); // of its own, so that a sanitizer sees its end
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, text, size);
		event_hook_finish(&hook);
		ck_assert(!event_hook_read(STR("claude-code"), (struct str){copy, size}, &hook));
		free(copy);
	}
}
END_TEST

START_TEST(depth_is_bounded)
{
	enum { DEEP = JSON_MAX_DEPTH + 1 };
	static char text[2 * DEEP + 64];
	size_t at = (size_t)snprintf(text, sizeof(text), "{\"tool_input\":");
	memset(text + at, '[', DEEP);
	memset(text + at + DEEP, ']', DEEP);
	text[at + (size_t)2 * DEEP] = '}';
	ck_assert(!read_hook("claude-code", text));
}
END_TEST

static Suite *event_hook_suite(void)
{
	Suite *s = suite_create("event_hook");
	TCase *t = tcase_create("event_hook");
	tcase_add_test(t, claude_rows_have_their_kinds);
	tcase_add_test(t, qwen_and_copilot_speak_like_claude);
	tcase_add_test(t, copilot_names_the_session_of_a_notification_otherwise);
	tcase_add_test(t, codex_rows_have_their_kinds);
	tcase_add_test(t, gemini_rows_have_their_kinds);
	tcase_add_test(t, the_directory_at_the_end_is_not_taken);
	tcase_add_test(t, other_clients_have_no_hooks);
	tcase_add_test(t, sessions_start_with_directory_and_model);
	tcase_add_test(t, nothing_of_the_users_text_is_in_the_event);
	tcase_add_test(t, tools_begin_and_end);
	tcase_add_test(t, a_tool_fails_or_is_stopped);
	tcase_add_test(t, permissions_and_questions);
	tcase_add_test(t, notifications_have_types);
	tcase_add_test(t, the_message_decides_where_there_is_no_type);
	tcase_add_test(t, questions_are_known_by_their_tool);
	tcase_add_test(t, the_end_of_a_session_says_whether_its_client_stays);
	tcase_add_test(t, compaction_is_the_main_agents_alone);
	tcase_add_test(t, a_stop_lists_what_it_leaves_running);
	tcase_add_test(t, a_stop_may_be_a_failure);
	tcase_add_test(t, an_interrupt_is_an_end_by_the_user);
	tcase_add_test(t, subagents_have_ids);
	tcase_add_test(t, codex_notifies_with_other_names);
	tcase_add_test(t, prompts_have_ids);
	tcase_add_test(t, what_belongs_to_no_session_is_nothing);
	tcase_add_test(t, other_kinds_of_values_are_skipped);
	tcase_add_test(t, garbage_is_told_with_its_place);
	tcase_add_test(t, every_cut_is_garbage_and_nothing_worse);
	tcase_add_test(t, depth_is_bounded);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return suite_run(event_hook_suite());
}
