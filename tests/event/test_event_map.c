/* What a record of each assistant means: the rows of the tables. */
#include <check.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "event/event_batch.h"
#include "event/event_map.h"
#include "event/event_testing.h"
#include "support/suite.h"

START_TEST(claude_prompts_and_slash_commands)
{
	struct event e = CLAUDE(TEXT("event.name", "user_prompt"), INT("event.sequence", 7));
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	ck_assert_int_eq(e.sequence, 7);
	ck_assert_ptr_eq(e.assistant, &assistant_claude);
	ck_assert(str_equal(e.session_id, STR("s")));
	e = CLAUDE(TEXT("event.name", "user_prompt"), TEXT("command_name", ""));
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	e = CLAUDE(TEXT("event.name", "user_prompt"), TEXT("command_name", "exit"));
	ck_assert_int_eq(e.kind, EVENT_SEEN);
}
END_TEST

START_TEST(the_time_of_a_record)
{
	static const struct {
		uint64_t time_ns, observed_ns;
		const char *text;
		int64_t expected_ns;
	} rows[] = {
		{5, 6, "2026-03-09T10:00:00Z", 5},
		{0, 6, "2026-03-09T10:00:00Z", 6},
		{0, 0, "2026-03-09T10:00:00Z", INT64_C(1773050400000000000)},
		{0, 0, "2026-03-09T10:00:00.123Z", INT64_C(1773050400123000000)},
		{0, 0, "2026-03-09T11:30:00.000000001+01:30", INT64_C(1773050400000000001)},
		{0, 0, "2026-03-09T08:00:00-02:00", INT64_C(1773050400000000000)},
		{0, 0, "2028-02-29T00:00:00Z", INT64_C(1835395200000000000)},
		{0, 0, "2027-02-29T00:00:00Z", 0},
		{0, 0, "2026-03-09 10:00:00", 0},
		{0, 0, "2026-03-09T10:00:00", 0},
		{0, 0, "2026-03-09T25:00:00Z", 0},
		{0, 0, "yesterday", 0},
		{0, 0, "", 0},
		{UINT64_MAX, 0, "", 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct otlp_attribute a[] = {TEXT("session.id", "s"),
			TEXT("event.name", "api_request"), INT("duration_ms", 7),
			TEXT("event.timestamp", "")};
		a[3].value.string = str_from(rows[i].text);
		struct otlp_record record = {.signal = OTLP_LOGS,
			.scope_name = STR("com.anthropic.claude_code.events"),
			.attributes = {a, ARRAY_SIZE(a)},
			.time_ns = rows[i].time_ns,
			.observed_time_ns = rows[i].observed_ns};
		struct event_map map;
		struct event e;
		event_map_begin(&map);
		event_map_record(&map, &record, &e);
		ck_assert_msg(e.time_ns == rows[i].expected_ns, "row %zu", i);
		if (e.time_ns == 0) { // nobody knows when it ended, but how long it took
			ck_assert_int_eq(e.begin_ns, -7000000);
		}
	}
}
END_TEST

START_TEST(claude_names_its_events_in_the_body_too)
{
	struct otlp_attribute id = TEXT("session.id", "s");
	struct otlp_record record = {
		.signal = OTLP_LOGS,
		.scope_name = STR("com.anthropic.claude_code.events"),
		.attributes = {&id, 1},
		.body = {.kind = OTLP_VALUE_STRING, .string = STR("claude_code.user_prompt")},
		.observed_time_ns = 5,
	};
	struct event_map map;
	struct event e;
	event_map_begin(&map);
	event_map_record(&map, &record, &e);
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	ck_assert_int_eq(e.time_ns, 5);
}
END_TEST

START_TEST(claude_connects_to_a_server)
{
	struct event e = CLAUDE(TEXT("event.name", "mcp_server_connection"),
		TEXT("status", "connected"), TEXT("server_name", "my db"), INT("duration_ms", 625));
	ck_assert_int_eq(e.kind, EVENT_SEEN); // and no work
	ck_assert(str_equal(e.mcp_status, STR("connected")));
	ck_assert(str_equal(e.call_server, STR("my db")));
	ck_assert_int_eq(e.time_ns - e.begin_ns, 625000000);
	e = CLAUDE(TEXT("event.name", "plugin_loaded"), TEXT("status", "connected"));
	ck_assert_uint_eq(e.mcp_status.size, 0);
}
END_TEST

START_TEST(claude_calls_by_source)
{
	static const struct {
		struct otlp_attribute source;
		enum event_actor actor;
		bool unattended;
	} rows[] = {
		{TEXT("query_source", "repl_main_thread"), EVENT_BY_MAIN, false},
		{TEXT("query_source", "repl_main_thread:outputStyle:x"), EVENT_BY_MAIN, false},
		{TEXT("query_source", "sdk"), EVENT_BY_MAIN, true},
		{TEXT("query_source", "agent:builtin:general-purpose"), EVENT_BY_AGENT, false},
		{TEXT("query_source", "generate_session_title"), EVENT_BY_SIDE, false},
		{TEXT("other", "2.0 and older"), EVENT_BY_UNKNOWN, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = CLAUDE(TEXT("event.name", "api_request"), rows[i].source);
		ck_assert_int_eq(e.kind, EVENT_MODEL_END);
		ck_assert_int_eq(e.actor, rows[i].actor);
		ck_assert(e.unattended == rows[i].unattended);
	}
}
END_TEST

START_TEST(claude_versions_that_tell_of_text)
{
	static const struct {
		const char *version;
		bool tells;
	} rows[] = {{"2.1.197", true}, {"2.1.329", true}, {"3.0", true}, {"2.10.1", true},
		{"2.1.196", false}, {"2.0.500", false}, {"1.0.128", false}, {"", false},
		{"x", false}, {"2.1", false}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct otlp_attribute a[] = {
			TEXT("session.id", "s"), TEXT("event.name", "api_request")};
		struct otlp_record record = {.signal = OTLP_LOGS,
			.scope_name = STR("com.anthropic.claude_code.events"),
			.scope_version = str_from(rows[i].version),
			.attributes = {a, 2}};
		struct event_map map;
		struct event e;
		event_map_begin(&map);
		event_map_record(&map, &record, &e);
		ck_assert_msg(e.tells_text == rows[i].tells, "version '%s'", rows[i].version);
	}
}
END_TEST

START_TEST(claude_numbers_in_all_shapes)
{
	struct event ints = CLAUDE(TEXT("event.name", "api_request"), INT("input_tokens", 1210),
		INT("output_tokens", 64), INT("cache_read_tokens", 15000),
		INT("cache_creation_tokens", 640), DOUBLE("cost_usd", 0.01915),
		INT("duration_ms", 400), TEXT("request_id", "req_1"));
	struct event strings = CLAUDE(TEXT("event.name", "api_request"),
		TEXT("input_tokens", "1210"), TEXT("output_tokens", "64"),
		TEXT("cache_read_tokens", "15000"), TEXT("cache_creation_tokens", "640"),
		TEXT("cost_usd", "0.01915"), TEXT("duration_ms", "400"));
	const struct event *both[] = {&ints, &strings};
	for (size_t i = 0; i < 2; i++) {
		ck_assert(both[i]->has_usage && both[i]->usage.has_cost);
		ck_assert_int_eq(both[i]->usage.tokens[USAGE_INPUT], 1210);
		ck_assert_int_eq(both[i]->usage.tokens[USAGE_OUTPUT], 64);
		ck_assert_int_eq(both[i]->usage.tokens[USAGE_CACHE_READ], 15000);
		ck_assert_int_eq(both[i]->usage.tokens[USAGE_CACHE_WRITE], 640);
		ck_assert(!both[i]->has_absurd_usage);
		ck_assert_int_eq(both[i]->usage.cost_nano_usd, 19150000);
		ck_assert_int_eq(both[i]->begin_ns, 2000000000000000000 - 400000000);
	}
	struct event bad = CLAUDE(TEXT("event.name", "api_request"), INT("input_tokens", -5),
		TEXT("output_tokens", "many"), DOUBLE("cost_usd", -1));
	ck_assert_int_eq(bad.usage.tokens[USAGE_INPUT], 0);
	ck_assert_int_eq(bad.usage.tokens[USAGE_OUTPUT], 0);
	ck_assert(bad.has_absurd_usage);
	ck_assert(!bad.usage.has_cost);
}
END_TEST

START_TEST(claude_tools)
{
	struct event e = CLAUDE(TEXT("event.name", "tool_decision"), TEXT("decision", "accept"),
		TEXT("source", "config"), TEXT("tool_name", "Task"), TEXT("use_id", "toolu_1"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_BEGIN);
	ck_assert(str_equal(e.call_id, STR("toolu_1")));
	ck_assert(e.is_agent_tool);
	e = CLAUDE(TEXT("event.name", "tool_decision"), TEXT("decision", "reject"),
		TEXT("source", "user_reject"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_REJECT);
	ck_assert(e.by_user);
	e = CLAUDE(TEXT("event.name", "tool_decision"), TEXT("decision", "reject"),
		TEXT("source", "config"));
	ck_assert(!e.by_user);
	ck_assert(str_equal(e.decision, STR("reject")));
	ck_assert(str_equal(e.decided_by, STR("config")));
	ck_assert_int_eq(e.result, EVENT_RESULT_REFUSED);
	e = CLAUDE(TEXT("event.name", "tool_result"), TEXT("success", "false"),
		TEXT("duration_ms", "75"), TEXT("decision_type", "accept"),
		TEXT("decision_source", "hook"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert(e.failed);
	ck_assert_int_eq(e.result, EVENT_RESULT_ERROR);
	ck_assert(str_equal(e.decision, STR("accept")));
	ck_assert(str_equal(e.decided_by, STR("hook")));
	ck_assert_int_eq(e.begin_ns, e.time_ns - 75000000);
}
END_TEST

START_TEST(claude_spans)
{
	struct event e = MAP(OTLP_TRACES, "claude-code", "com.anthropic.claude_code.tracing",
		"claude_code.interaction", TEXT("session.id", "s"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && !e.proves_work); // a slash command has one as well
	e = MAP(OTLP_TRACES, "claude-code", "com.anthropic.claude_code.tracing",
		"claude_code.llm_request", TEXT("session.id", "s"),
		TEXT("stop_reason", "tool_use"));
	ck_assert_int_eq(e.next, EVENT_NEXT_TOOL);
	ck_assert_int_eq(e.actor, EVENT_BY_UNKNOWN);
	e = MAP(OTLP_TRACES, "claude-code", "", "claude_code.tool.execution",
		TEXT("session.id", "s"));
	ck_assert_int_eq(e.kind, EVENT_NONE);
}
END_TEST

START_TEST(codex_events)
{
	static const struct {
		struct otlp_attribute name, more;
		enum event_kind kind;
	} rows[] = {
		{TEXT("event.name", "codex.user_prompt"), EMPTY("x"), EVENT_PROMPT},
		{TEXT("event.name", "codex.conversation_starts"), EMPTY("x"), EVENT_SEEN},
		{TEXT("event.name", "codex.sse_event"), TEXT("event.kind", "response.created"),
			EVENT_MODEL_BEGIN},
		{TEXT("event.name", "codex.sse_event"),
			TEXT("event.kind", "response.function_call_arguments.delta"),
			EVENT_MODEL_ASKS},
		{TEXT("event.name", "codex.sse_event"),
			TEXT("event.kind", "response.custom_tool_call_input.done"),
			EVENT_MODEL_ASKS},
		{TEXT("event.name", "codex.sse_event"), TEXT("event.kind", "response.completed"),
			EVENT_SEEN},
		{TEXT("event.name", "codex.sse_event"),
			TEXT("event.kind", "response.output_text.delta"), EVENT_SEEN},
		{TEXT("event.name", "codex.tool_decision"), TEXT("decision", "approved"),
			EVENT_TOOL_BEGIN},
		{TEXT("event.name", "codex.tool_decision"), TEXT("decision", "denied"),
			EVENT_TOOL_REJECT},
		{TEXT("event.name", "codex.tool_result"), TEXT("success", "true"), EVENT_TOOL_END},
		{TEXT("event.name", "codex.startup_phase"), EMPTY("x"), EVENT_SEEN},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = CODEX(rows[i].name, rows[i].more);
		ck_assert_msg(e.kind == rows[i].kind, "row %zu: %s", i, event_kind_name(e.kind));
	}
	struct event abort = CODEX(
		TEXT("event.name", "codex.tool_decision"), TEXT("decision", "abort"));
	ck_assert(abort.by_user);
	ck_assert_int_eq(abort.result, EVENT_RESULT_REFUSED);
	struct event user = CODEX(TEXT("event.name", "codex.tool_decision"),
		TEXT("decision", "approved_for_session"), TEXT("source", "User"));
	ck_assert(str_equal(user.decision, STR("approved_for_session")));
	ck_assert(str_equal(user.decided_by, STR("User")));
	struct event mcp = CODEX(TEXT("event.name", "codex.tool_result"), TEXT("tool_name", "slow"),
		TEXT("mcp_server", "tiny"), TEXT("success", "true"));
	ck_assert(str_equal(mcp.call_server, STR("tiny")));
	ck_assert_int_eq(mcp.result, EVENT_RESULT_OK);
}
END_TEST

START_TEST(codex_counts_cached_tokens_within_its_input)
{
	struct event e = CODEX(TEXT("event.name", "codex.sse_event"),
		TEXT("event.kind", "response.completed"), TEXT("input_token_count", "16210"),
		TEXT("output_token_count", "64"), INT("cached_token_count", 15000),
		INT("cache_write_token_count", 0));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], 1210);
	ck_assert_int_eq(e.usage.tokens[USAGE_OUTPUT], 64);
	ck_assert_int_eq(e.usage.tokens[USAGE_CACHE_READ], 15000);
	ck_assert(!e.usage.has_cost);
}
END_TEST

START_TEST(codex_title_threads_and_servers)
{
	struct event e = MAP(OTLP_LOGS, "codex-app-server", "codex_otel.log_only", "",
		TEXT("conversation.id", "s"), TEXT("event.name", "codex.conversation_starts"),
		TEXT("sandbox_policy", "read-only"), TEXT("mcp_servers", ""));
	ck_assert(e.may_be_side);
	ck_assert_ptr_eq(e.assistant, &assistant_codex_server);
	e = MAP(OTLP_LOGS, "codex-app-server", "codex_otel.log_only", "",
		TEXT("conversation.id", "s"), TEXT("event.name", "codex.conversation_starts"),
		TEXT("sandbox_policy", "read-only"), TEXT("mcp_servers", "codex_tui"));
	ck_assert(!e.may_be_side);
}
END_TEST

START_TEST(a_renamed_service_is_told_by_the_names_of_its_events)
{
	static const struct {
		enum otlp_signal signal;
		struct str name;
		const struct assistant *assistant;
		enum event_kind kind;
	} rows[] = {
		{OTLP_LOGS, STR_INIT("claude_code.user_prompt"), &assistant_claude, EVENT_PROMPT},
		{OTLP_LOGS, STR_INIT("codex.user_prompt"), &assistant_codex_server, EVENT_PROMPT},
		{OTLP_LOGS, STR_INIT("gemini_cli.user_prompt"), &assistant_gemini, EVENT_PROMPT},
		{OTLP_LOGS, STR_INIT("qwen-code.user_prompt"), &assistant_qwen, EVENT_PROMPT},
		{OTLP_TRACES, STR_INIT("claude_code.interaction"), &assistant_claude,
			EVENT_TURN_END},
		{OTLP_TRACES, STR_INIT("qwen-code.interaction"), &assistant_qwen, EVENT_TURN_END},
		{OTLP_TRACES, STR_INIT("session_task.turn"), &assistant_codex_server,
			EVENT_TURN_END},
		{OTLP_METRICS, STR_INIT("claude_code.session.count"), &assistant_claude,
			EVENT_SEEN},
		{OTLP_METRICS, STR_INIT("gemini_cli.api.request.count"), &assistant_gemini,
			EVENT_SEEN},
		{OTLP_LOGS, STR_INIT("acme.user_prompt"), &assistant_unknown, EVENT_NONE},
		{OTLP_LOGS, STR_INIT("session_task.turn"), &assistant_unknown, EVENT_NONE},
	};
	static const char *const services[] = {"acme-assistant", "", NULL};
	for (size_t i = 0; i < ARRAY_SIZE(rows) * ARRAY_SIZE(services); i++) {
		const char *service = services[i % ARRAY_SIZE(services)];
		size_t row = i / ARRAY_SIZE(services);
		struct event e = map_record(rows[row].signal, service, "", rows[row].name.data,
			&(struct otlp_attribute)TEXT("session.id", "s"), 1);
		ck_assert_int_eq(e.kind, rows[row].kind);
		ck_assert(e.kind == EVENT_NONE || e.assistant == rows[row].assistant);
	}
}
END_TEST

START_TEST(scope_then_service_then_name_says_whose_it_is)
{
	struct event e = MAP(OTLP_LOGS, "codex_exec", "com.anthropic.claude_code.events",
		"gemini_cli.user_prompt", TEXT("session.id", "s"),
		TEXT("event.name", "user_prompt"));
	ck_assert_ptr_eq(e.assistant, &assistant_claude);
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	e = MAP(OTLP_LOGS, "qwen-code", "acme.forwarder", "gemini_cli.user_prompt",
		TEXT("session.id", "s"));
	ck_assert_ptr_eq(e.assistant, &assistant_qwen);
	e = MAP(OTLP_LOGS, "Codex Desktop", "codex_otel.log_only", "", TEXT("session.id", "s"),
		TEXT("event.name", "codex.user_prompt"));
	ck_assert_ptr_eq(e.assistant, &assistant_codex_server);
	e = MAP(OTLP_LOGS, "codex_cli_rs", "", "", TEXT("session.id", "s"),
		TEXT("event.name", "codex.user_prompt"));
	ck_assert_ptr_eq(e.assistant, &assistant_codex);
}
END_TEST

/* Claude Code's own event.name has no prefix; only the body has. */
START_TEST(a_name_may_stand_in_the_body)
{
	const struct otlp_attribute attributes[] = {
		TEXT("session.id", "s"), TEXT("event.name", "user_prompt")};
	struct otlp_record record = {
		.signal = OTLP_LOGS,
		.attributes = {attributes, 2},
		.body = {.kind = OTLP_VALUE_STRING, .string = STR("claude_code.user_prompt")},
	};
	struct event_map map;
	struct event e;
	event_map_begin(&map);
	event_map_record(&map, &record, &e);
	ck_assert_int_eq(e.kind, EVENT_PROMPT);
	ck_assert_ptr_eq(e.assistant, &assistant_claude);
}
END_TEST

START_TEST(records_of_one_unknown_service_may_be_of_several_clients)
{
	struct event_map map;
	struct event e;
	struct otlp_attribute id = TEXT("session.id", "s");
	struct otlp_record record = {.signal = OTLP_LOGS, .origin = 1, .attributes = {&id, 1}};
	event_map_begin(&map);
	record.name = STR("claude_code.user_prompt");
	event_map_record(&map, &record, &e);
	ck_assert_ptr_eq(e.assistant, &assistant_claude);
	record.name = STR("gemini_cli.user_prompt");
	event_map_record(&map, &record, &e);
	ck_assert_ptr_eq(e.assistant, &assistant_gemini);
	record.name = STR("acme.user_prompt");
	event_map_record(&map, &record, &e);
	ck_assert_int_eq(e.kind, EVENT_NONE);
}
END_TEST

START_TEST(codex_spans_have_two_kinds_of_thread_id)
{
	struct event e = MAP(OTLP_TRACES, "codex_exec", "codex_exec", "session_task.turn",
		INT("thread.id", 4), TEXT("thread.id", "conversation"), TEXT("turn.id", "t1"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(str_equal(e.session_id, STR("conversation")));
	e = MAP(OTLP_TRACES, "codex_exec", "codex_exec", "fs.read_file", INT("thread.id", 4));
	ck_assert_int_eq(e.kind, EVENT_NONE);
	e = MAP(OTLP_TRACES, "codex_exec", "codex_exec", "run_sampling_request",
		INT("thread.id", 4), TEXT("turn_id", "t1"), TEXT("cwd", "/home/dev/src/api"));
	ck_assert_int_eq(e.kind, EVENT_SEEN);
	ck_assert(str_equal(e.turn_id, STR("t1")) && e.session_id.size == 0);
}
END_TEST

START_TEST(gemini_and_qwen)
{
	struct event e = GEMINI(TEXT("event.name", "gemini_cli.api_response"), TEXT("role", "main"),
		INT("input_token_count", 16210), INT("output_token_count", 64),
		INT("cached_content_token_count", 15000), INT("thoughts_token_count", 16),
		TEXT("response_text", "[{\"functionCall\":{}}]"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert_int_eq(e.next, EVENT_NEXT_TOOL);
	ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], 1210);
	ck_assert_int_eq(e.usage.tokens[USAGE_OUTPUT], 80);
	e = GEMINI(TEXT("event.name", "gemini_cli.api_response"),
		TEXT("response_text", "[{\"text\":\"hi\"}]"));
	ck_assert_int_eq(e.next, EVENT_NEXT_USER);
	e = GEMINI(TEXT("event.name", "gemini_cli.api_response"), TEXT("role", "utility_router"));
	ck_assert_int_eq(e.actor, EVENT_BY_SIDE);
	ck_assert_int_eq(e.next, EVENT_NEXT_UNKNOWN);
	e = QWEN(TEXT("event.name", "qwen-code.api_response"), EMPTY("response_text"),
		INT("output_token_count", 64), INT("thoughts_token_count", 16));
	ck_assert_int_eq(e.next, EVENT_NEXT_TOOL);
	ck_assert_int_eq(e.usage.tokens[USAGE_OUTPUT], 64);
	e = QWEN(TEXT("event.name", "qwen-code.api_request"), TEXT("subagent_name", "helper"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_BEGIN);
	ck_assert_int_eq(e.actor, EVENT_BY_AGENT);
	e = QWEN(TEXT("event.name", "session.end"));
	ck_assert_int_eq(e.kind, EVENT_SESSION_END);
	e = GEMINI(TEXT("event.name", "gemini_cli.agent.finish"), TEXT("agent_id", "a1"),
		TEXT("agent_name", "investigator"), TEXT("terminate_reason", "GOAL"),
		INT("duration_ms", 1000));
	ck_assert_int_eq(e.kind, EVENT_AGENT_RUN);
	ck_assert(str_equal(e.agent_type, STR("investigator")));
	ck_assert_int_eq(e.result, EVENT_RESULT_OK);
	e = GEMINI(TEXT("event.name", "gemini_cli.tool_call"), TEXT("decision", "auto_accept"),
		TEXT("success", "true"), TEXT("function_name", "shell"));
	ck_assert(str_equal(e.decision, STR("auto_accept")));
	e = GEMINI(TEXT("event.name", "gemini_cli.conversation_finished"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
}
END_TEST

START_TEST(gemini_and_qwen_tell_that_they_were_stopped)
{
	struct event e = GEMINI(TEXT("event.name", "gemini_cli.api_error"), TEXT("role", "main"),
		TEXT("error", "exception AbortError: This operation was aborted sending request"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && e.by_user);
	e = GEMINI(TEXT("event.name", "gemini_cli.api_error"), TEXT("role", "subagent"),
		TEXT("error", "exception AbortError: This operation was aborted sending request"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	e = GEMINI(TEXT("event.name", "gemini_cli.api_error"), TEXT("role", "main"),
		TEXT("error", "exception ApiError: quota"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert(e.failed);
	e = QWEN(TEXT("event.name", "qwen-code.api_cancel"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && e.by_user);
}
END_TEST

static struct event opencode_log(const char *about, const char *details)
{
	const struct otlp_attribute service = {
		STR("service.name"), {.kind = OTLP_VALUE_STRING, .string = STR("opencode")}};
	const struct otlp_record record = {
		.signal = OTLP_LOGS,
		.resource = {&service, 1},
		.body = {.kind = OTLP_VALUE_ARRAY, .strings = {str_from(about), str_from(details)}},
		.time_ns = 2000000000000000000,
	};
	struct event_map map;
	struct event e;
	event_map_begin(&map);
	event_map_record(&map, &record, &e);
	return e;
}

START_TEST(opencode_logs_what_it_does)
{
	static const char details[] = "{\"session.id\":\"ses_1\",\"small\":\"false\"}";
	struct event e = opencode_log("stream", details);
	ck_assert_int_eq(e.kind, EVENT_MODEL_BEGIN);
	ck_assert_int_eq(e.actor, EVENT_BY_MAIN);
	ck_assert(str_equal(e.session_id, STR("ses_1")));
	e = opencode_log("exiting loop", details);
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && !e.by_user);
	e = opencode_log("cancel", details);
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && e.by_user);
}
END_TEST

START_TEST(anybody_who_speaks_gen_ai)
{
	struct event e = SPAN("robot", "chat gpt-9", TEXT("gen_ai.operation.name", "chat"),
		TEXT("gen_ai.response.model", "gpt-9"), INT("gen_ai.usage.input_tokens", 100),
		INT("gen_ai.usage.output_tokens", 5),
		INT("gen_ai.usage.cache_read.input_tokens", 60),
		ITEM("gen_ai.response.finish_reasons", "tool_calls"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert_int_eq(e.next, EVENT_NEXT_TOOL);
	ck_assert(str_equal(e.assistant_name, STR("robot")));
	ck_assert(str_equal(e.model, STR("gpt-9")));
	ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], 40);
	e = SPAN("robot", "execute_tool x", TEXT("gen_ai.operation.name", "execute_tool"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert_int_eq(e.result, EVENT_RESULT_OK);
	e = SPAN("robot", "execute_tool x", TEXT("gen_ai.operation.name", "execute_tool"),
		TEXT("error.type", "cancelled"));
	ck_assert_int_eq(e.result, EVENT_RESULT_STOPPED);
	e = SPAN("github-copilot", "invoke_agent", TEXT("gen_ai.operation.name", "invoke_agent"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert(e.is_top_level && e.proves_work);
	ck_assert_ptr_eq(e.assistant, &assistant_copilot);
	e = SPAN("webserver", "GET /", TEXT("http.method", "GET"));
	ck_assert_int_eq(e.kind, EVENT_NONE);
	e = SPAN(NULL, "chat", TEXT("gen_ai.operation.name", "chat")); // a session needs a name
	ck_assert_int_eq(e.kind, EVENT_NONE);
}
END_TEST

START_TEST(emitters_with_names_of_their_own)
{
	struct event e = SPAN("agent", "ChatCompletion", TEXT("openinference.span.kind", "LLM"),
		TEXT("llm.model_name", "gpt-9"), INT("llm.token_count.prompt", 100),
		INT("llm.token_count.completion", 5),
		INT("llm.token_count.prompt_details.cache_read", 60));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert(str_equal(e.assistant_name, STR("agent")));
	ck_assert(str_equal(e.model, STR("gpt-9")));
	ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], 40);
	ck_assert_int_eq(e.usage.tokens[USAGE_OUTPUT], 5);
	e = SPAN("agent", "x", TEXT("openinference.span.kind", "TOOL"), TEXT("tool.name", "Bash"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert(str_equal(e.call_name, STR("Bash")));
	e = SPAN("agent", "x", TEXT("openinference.span.kind", "AGENT"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	e = SPAN("agent", "x", TEXT("openinference.span.kind", "CHAIN"));
	ck_assert_int_eq(e.kind, EVENT_ACTIVITY);
	e = SPAN("agent", "ai.streamText.doStream",
		TEXT("ai.operationId", "ai.streamText.doStream"),
		TEXT("gen_ai.request.model", "gpt-9"), INT("ai.usage.inputTokens", 7),
		INT("ai.usage.outputTokens", 3));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], 7);
	e = SPAN("agent", "ai.toolCall", TEXT("ai.operationId", "ai.toolCall"),
		TEXT("ai.toolCall.name", "Bash"), TEXT("ai.toolCall.id", "c1"));
	ck_assert_int_eq(e.kind, EVENT_TOOL_END);
	ck_assert(str_equal(e.call_id, STR("c1")));
	e = SPAN("agent", "x", TEXT("langfuse.observation.type", "generation"),
		TEXT("langfuse.observation.model.name", "gpt-9"));
	ck_assert_int_eq(e.kind, EVENT_MODEL_END);
	ck_assert(str_equal(e.model, STR("gpt-9")));
}
END_TEST

START_TEST(emitters_name_their_sessions)
{
	static const char *const keys[] = {"session.id", "gen_ai.conversation.id",
		"ai.telemetry.metadata.sessionId", "traceloop.association.properties.session_id",
		"langfuse.session.id"};
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct otlp_attribute attributes[] = {
			TEXT("", "mine"), TEXT("gen_ai.operation.name", "chat")};
		attributes[0].key = str_from(keys[i]);
		struct otlp_attribute service = TEXT("service.name", "agent");
		struct otlp_record record = {.signal = OTLP_TRACES,
			.origin = 1,
			.resource_number = 1,
			.resource = {&service, 1},
			.attributes = {attributes, 2},
			.name = STR("chat")};
		struct event_map map;
		struct event e;
		event_map_begin(&map);
		event_map_record(&map, &record, &e);
		ck_assert_int_eq(e.kind, EVENT_MODEL_END);
		ck_assert(str_equal(e.session_id, STR("mine")));
	}
}
END_TEST

START_TEST(a_record_without_a_session_says_nothing)
{
	struct event e = MAP(OTLP_LOGS, "claude-code", "", "", TEXT("event.name", "user_prompt"));
	ck_assert_int_eq(e.kind, EVENT_NONE);
	e = MAP(OTLP_LOGS, "claude-code", "", "", TEXT("event.name", "user_prompt"),
		INT("session.id", 5));
	ck_assert_int_eq(e.kind, EVENT_NONE);
}
END_TEST

START_TEST(session_ids_in_order)
{
	struct event e = MAP(OTLP_LOGS, "claude-code", "", "", TEXT("event.name", "user_prompt"),
		TEXT("thread_id", "d"), TEXT("conversation.id", "b"), TEXT("session.id", "a"));
	ck_assert(str_equal(e.session_id, STR("a")));
	e = MAP(OTLP_LOGS, "claude-code", "", "", TEXT("event.name", "user_prompt"),
		TEXT("session.id", "a"), TEXT("session.id", "z")); // of duplicates the last
	ck_assert(str_equal(e.session_id, STR("z")));
}
END_TEST

START_TEST(batches_keep_what_matters)
{
	struct otlp_attribute prompt[] = {
		TEXT("session.id", "s"), TEXT("event.name", "user_prompt")};
	struct otlp_attribute seen[] = {
		TEXT("session.id", "s"), TEXT("event.name", "plugin_loaded")};
	struct otlp_record record = {
		.signal = OTLP_LOGS, .scope_name = STR("com.anthropic.claude_code.events")};
	struct event_batch b;
	event_batch_init(&b);
	for (uint64_t i = 0; i < 100; i++) { // one sign of life is enough
		record.attributes = (struct otlp_attributes){seen, 2};
		record.time_ns = 5000 - i;
		event_batch_add_record(&b, &record);
	}
	record.attributes = (struct otlp_attributes){prompt, 2};
	record.time_ns = 6000;
	event_batch_add_record(&b, &record);
	ck_assert_uint_eq(b.count, 2);
	ck_assert_uint_eq(b.record_count, 101);
	ck_assert_int_eq(b.oldest_ns, 4901);
	ck_assert_int_eq(b.newest_ns, 6000);
	for (size_t i = 0; i < EVENT_BATCH_MAX; i++) {
		event_batch_add_record(&b, &record);
	}
	ck_assert(b.overflowed);
	ck_assert_uint_eq(b.count, EVENT_BATCH_MAX);
	event_batch_clear(&b);
	ck_assert_uint_eq(b.count, 0);
	ck_assert_uint_eq(b.capacity, 0); // given back
	event_batch_finish(&b);
}
END_TEST

static Suite *event_map_suite(void)
{
	Suite *suite = suite_create("event_map");
	TCase *c = tcase_create("tables");
	tcase_add_test(c, claude_prompts_and_slash_commands);
	tcase_add_test(c, the_time_of_a_record);
	tcase_add_test(c, claude_names_its_events_in_the_body_too);
	tcase_add_test(c, claude_connects_to_a_server);
	tcase_add_test(c, claude_calls_by_source);
	tcase_add_test(c, claude_versions_that_tell_of_text);
	tcase_add_test(c, claude_numbers_in_all_shapes);
	tcase_add_test(c, claude_tools);
	tcase_add_test(c, claude_spans);
	tcase_add_test(c, codex_events);
	tcase_add_test(c, codex_counts_cached_tokens_within_its_input);
	tcase_add_test(c, a_renamed_service_is_told_by_the_names_of_its_events);
	tcase_add_test(c, scope_then_service_then_name_says_whose_it_is);
	tcase_add_test(c, a_name_may_stand_in_the_body);
	tcase_add_test(c, records_of_one_unknown_service_may_be_of_several_clients);
	tcase_add_test(c, codex_title_threads_and_servers);
	tcase_add_test(c, codex_spans_have_two_kinds_of_thread_id);
	tcase_add_test(c, gemini_and_qwen);
	tcase_add_test(c, gemini_and_qwen_tell_that_they_were_stopped);
	tcase_add_test(c, opencode_logs_what_it_does);
	tcase_add_test(c, anybody_who_speaks_gen_ai);
	tcase_add_test(c, emitters_with_names_of_their_own);
	tcase_add_test(c, emitters_name_their_sessions);
	tcase_add_test(c, a_record_without_a_session_says_nothing);
	tcase_add_test(c, session_ids_in_order);
	tcase_add_test(c, batches_keep_what_matters);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(event_map_suite());
}
