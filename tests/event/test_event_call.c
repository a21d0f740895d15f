/* What each client tells of a model call: tokens by class, money, times, and how it ended. */
#include <check.h>

#include "base/mem.h"
#include "event/assistant.h"
#include "event/event_map.h"
#include "event/event_testing.h"
#include "support/suite.h"

static void check_tokens(const struct event *e, const int64_t *tokens)
{
	ck_assert(e->has_usage && e->model_call.ended);
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		ck_assert_msg(e->usage.tokens[i] == tokens[i], "class %u: %lld, not %lld", i,
			(long long)e->usage.tokens[i], (long long)tokens[i]);
	}
}

#define CHECK_TOKENS(e, ...) check_tokens((e), (const int64_t[USAGE_CLASS_COUNT]){__VA_ARGS__})

START_TEST(claude_tells_the_kinds_of_writes_within_their_sum)
{
	struct event e = CLAUDE(TEXT("event.name", "api_request"), INT("input_tokens", 10),
		INT("output_tokens", 20), INT("cache_read_tokens", 5),
		INT("cache_creation_tokens", 1000), INT("cache_creation_5m_tokens", 300),
		INT("cache_creation_1h_tokens", 200));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 10, [USAGE_CACHE_READ] = 5, [USAGE_CACHE_WRITE_5M] = 300,
		[USAGE_CACHE_WRITE_1H] = 200, [USAGE_CACHE_WRITE] = 500, [USAGE_OUTPUT] = 20);
	ck_assert(!e.has_absurd_usage && !e.usage.has_cost);
	e = CLAUDE(TEXT("event.name", "api_request"), TEXT("input_tokens", "10"),
		INT("cache_creation_5m_tokens", 300));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 10, [USAGE_CACHE_WRITE_5M] = 300);
	ck_assert(!e.has_absurd_usage);
}
END_TEST

START_TEST(what_lies_within_input_and_output_is_counted_once)
{
	struct event e = CODEX(TEXT("event.name", "codex.sse_event"),
		TEXT("event.kind", "response.completed"), TEXT("input_token_count", "100000"),
		TEXT("output_token_count", "2000"), INT("cached_token_count", 80000),
		INT("cache_write_token_count", 15000), INT("reasoning_token_count", 700));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 5000, [USAGE_CACHE_READ] = 80000,
		[USAGE_CACHE_WRITE] = 15000, [USAGE_OUTPUT] = 2000, [USAGE_REASONING] = 700);
	e = GEMINI(TEXT("event.name", "gemini_cli.api_response"), INT("input_token_count", 16210),
		INT("output_token_count", 64), INT("cached_content_token_count", 15000),
		INT("thoughts_token_count", 16));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 1210, [USAGE_CACHE_READ] = 15000, [USAGE_OUTPUT] = 80,
		[USAGE_REASONING] = 16);
	e = QWEN(TEXT("event.name", "qwen-code.api_response"), INT("input_token_count", 16210),
		INT("output_token_count", 64), INT("cached_content_token_count", 15000),
		INT("thoughts_token_count", 16));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 1210, [USAGE_CACHE_READ] = 15000, [USAGE_OUTPUT] = 64,
		[USAGE_REASONING] = 16);
	e = SPAN("github-copilot", "chat gpt-5.1", TEXT("gen_ai.operation.name", "chat"),
		INT("gen_ai.usage.input_tokens", 16210), INT("gen_ai.usage.output_tokens", 64),
		INT("gen_ai.usage.cache_read.input_tokens", 15000),
		INT("gen_ai.usage.cache_creation.input_tokens", 10),
		INT("gen_ai.usage.cache_write.input_tokens", 10),
		INT("gen_ai.usage.reasoning.output_tokens", 16));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 1200, [USAGE_CACHE_READ] = 15000, [USAGE_CACHE_WRITE] = 10,
		[USAGE_OUTPUT] = 64, [USAGE_REASONING] = 16);
	e = MAP(OTLP_TRACES, "opencode", "", "ai.streamText.doStream", TEXT("session.id", "s"),
		INT("gen_ai.usage.input_tokens", 11210), INT("gen_ai.usage.output_tokens", 64),
		INT("ai.usage.cachedInputTokens", 10000), INT("ai.usage.reasoningTokens", 16));
	CHECK_TOKENS(&e, [USAGE_INPUT] = 1210, [USAGE_CACHE_READ] = 10000, [USAGE_OUTPUT] = 64,
		[USAGE_REASONING] = 16);
}
END_TEST

START_TEST(figures_that_nobody_believes_are_0)
{
	static const struct {
		struct otlp_attribute input;
		int64_t tokens;
		bool is_absurd;
	} rows[] = {
		{INT("input_tokens", 1000000000), 1000000000, false},
		{INT("input_tokens", 1000000001), 0, true},
		{INT("input_tokens", INT64_MAX), 0, true},
		{INT("input_tokens", INT64_MIN), 0, true},
		{INT("input_tokens", -1), 0, true},
		{DOUBLE("input_tokens", 1e300), 0, true},
		{DOUBLE("input_tokens", -0.5), 0, true},
		{DOUBLE("input_tokens", 7.9), 7, false},
		{TEXT("input_tokens", "12"), 12, false},
		{TEXT("input_tokens", "99999999999999999999999"), 0, true},
		{TEXT("input_tokens", "x"), 0, false},
		{BOOL("input_tokens", true), 0, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = CLAUDE(TEXT("event.name", "api_request"), rows[i].input);
		ck_assert_int_eq(e.usage.tokens[USAGE_INPUT], rows[i].tokens);
		ck_assert_msg(e.has_absurd_usage == rows[i].is_absurd, "row %zu", i);
	}
	struct event e = CODEX(TEXT("event.name", "codex.sse_event"),
		TEXT("event.kind", "response.completed"), INT("input_token_count", 100),
		INT("cached_token_count", 101), INT("output_token_count", 5));
	CHECK_TOKENS(&e, [USAGE_CACHE_READ] = 101, [USAGE_OUTPUT] = 5);
	ck_assert(e.has_absurd_usage);
}
END_TEST

START_TEST(costs_are_believed_up_to_10000_dollars)
{
	static const struct {
		double usd;
		int64_t nano_usd;
		bool is_believed;
	} rows[] = {{0, 0, true}, {0.01915, 19150000, true}, {10000, 10000000000000, true},
		{10000.1, 0, false}, {-0.01, 0, false}, {1e300, 0, false}};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = CLAUDE(TEXT("event.name", "api_request"), INT("input_tokens", 1),
			DOUBLE("cost_usd", rows[i].usd));
		ck_assert_int_eq(e.usage.cost_nano_usd, rows[i].nano_usd);
		ck_assert_int_eq(e.usage.has_cost, rows[i].is_believed);
		ck_assert_int_eq(e.has_absurd_usage, !rows[i].is_believed);
	}
	struct event e = SPAN("github-copilot", "chat", TEXT("gen_ai.operation.name", "chat"),
		INT("gen_ai.usage.input_tokens", 1), DOUBLE("github.copilot.cost", 0.25));
	ck_assert(e.usage.has_cost);
	ck_assert_int_eq(e.usage.cost_nano_usd, 250000000);
	e = SPAN("github-copilot", "chat", TEXT("gen_ai.operation.name", "chat"),
		INT("gen_ai.usage.input_tokens", 1), DOUBLE("github.copilot.cost", 0));
	ck_assert(!e.usage.has_cost); // it knows none
	e = SPAN("script", "chat", TEXT("gen_ai.conversation.id", "s"),
		TEXT("gen_ai.operation.name", "chat"), INT("gen_ai.usage.input_tokens", 1),
		DOUBLE("gen_ai.usage.cost", 0.25));
	ck_assert(e.usage.has_cost);
	ck_assert_int_eq(e.usage.cost_nano_usd, 250000000);
	e = SPAN("script", "chat", TEXT("gen_ai.conversation.id", "s"),
		TEXT("gen_ai.operation.name", "chat"), INT("gen_ai.usage.input_tokens", 1),
		DOUBLE("gen_ai.usage.cost", 0));
	ck_assert(e.usage.has_cost); // whoever tells this name knows
}
END_TEST

START_TEST(failed_calls_say_why)
{
	static const struct {
		struct otlp_attribute what, status;
		enum event_fault fault;
		int status_shown;
	} rows[] = {
		{TEXT("error", "Mock error"), INT("status_code", 400), EVENT_FAULT_HTTP, 400},
		{TEXT("error", "x"), TEXT("status_code", "429"), EVENT_FAULT_RATE_LIMIT, 429},
		{TEXT("error", "x"), INT("status_code", 529), EVENT_FAULT_OVERLOADED, 529},
		{TEXT("error", "Overloaded"), INT("status_code", 500), EVENT_FAULT_OVERLOADED, 500},
		{TEXT("error", "Request was aborted."), EMPTY("status_code"), EVENT_FAULT_ABORTED,
			0},
		{TEXT("error", "Connection error."), TEXT("status_code", "undefined"),
			EVENT_FAULT_OTHER, 0},
		{TEXT("error.type", "cancelled"), INT("status_code", -7), EVENT_FAULT_ABORTED, 0},
		{TEXT("error", "x"), INT("http.status_code", 503), EVENT_FAULT_OVERLOADED, 503},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = CLAUDE(TEXT("event.name", "api_error"), INT("attempt", 3),
			rows[i].what, rows[i].status);
		ck_assert(e.model_call.ended && !e.has_usage);
		ck_assert_msg(e.model_call.fault == rows[i].fault, "row %zu", i);
		ck_assert_int_eq(e.model_call.status, rows[i].status_shown);
		ck_assert_uint_eq(e.model_call.attempt, 3);
	}
	struct event e = CODEX(TEXT("event.name", "codex.api_request"), INT("attempt", 0),
		INT("http.response.status_code", 429));
	ck_assert(e.model_call.ended);
	ck_assert_uint_eq(e.model_call.attempt, 1);
	e = CODEX(TEXT("event.name", "codex.api_request"), INT("http.response.status_code", 200));
	ck_assert(!e.model_call.ended); // the stream tells it
	e = GEMINI(TEXT("event.name", "gemini_cli.api_error"), TEXT("role", "main"),
		TEXT("error", "exception AbortError: This operation was aborted"));
	ck_assert_int_eq(e.kind, EVENT_TURN_END);
	ck_assert_int_eq(e.model_call.fault, EVENT_FAULT_ABORTED);
	e = QWEN(TEXT("event.name", "qwen-code.api_cancel"), TEXT("model", "m"));
	ck_assert_int_eq(e.model_call.fault, EVENT_FAULT_ABORTED);
	e = CLAUDE(TEXT("event.name", "api_retries_exhausted"));
	ck_assert(!e.model_call.ended); // beside its api_error
}
END_TEST

START_TEST(times_come_in_several_units)
{
	struct event e = CLAUDE(
		TEXT("event.name", "api_request"), INT("duration_ms", 400), INT("ttft_ms", 12));
	ck_assert_int_eq(e.model_call.ttft_ms, 12);
	ck_assert(e.model_call.is_timed);
	ck_assert_int_eq(e.time_ns - e.begin_ns, 400000000);
	e = CLAUDE(TEXT("event.name", "api_request"), INT("ttft_ms", -3));
	ck_assert_int_eq(e.model_call.ttft_ms, -1);
	ck_assert(!e.model_call.is_timed);
	e = SPAN("x", "chat", TEXT("gen_ai.operation.name", "chat"),
		DOUBLE("gen_ai.response.time_to_first_chunk", 0.0185));
	ck_assert_int_eq(e.model_call.ttft_ms, 19);
	e = MAP(OTLP_TRACES, "opencode", "", "ai.streamText.doStream", TEXT("session.id", "s"),
		DOUBLE("ai.response.msToFirstChunk", 149.9));
	ck_assert_int_eq(e.model_call.ttft_ms, 150);
	e = SPAN("x", "chat", TEXT("gen_ai.operation.name", "chat"),
		DOUBLE("gen_ai.response.time_to_first_chunk", 1e300));
	ck_assert_int_eq(e.model_call.ttft_ms, -1);
}
END_TEST

START_TEST(who_pays_is_told_by_login_and_provider)
{
	static const struct {
		struct otlp_attribute told;
		enum event_plan plan;
	} rows[] = {
		{TEXT("auth_type", "oauth-personal"), EVENT_PLAN_FREE},
		{TEXT("auth_type", "qwen-oauth"), EVENT_PLAN_FREE},
		{TEXT("auth_type", "gemini-api-key"), EVENT_PLAN_KEY},
		{TEXT("auth_type", "openai"), EVENT_PLAN_KEY},
		{TEXT("auth_mode", "Chatgpt"), EVENT_PLAN_SUBSCRIPTION},
		{TEXT("auth_mode", "ApiKey"), EVENT_PLAN_KEY},
		{TEXT("auth_type", "something new"), EVENT_PLAN_UNTOLD},
		{TEXT("gen_ai.provider.name", "ollama"), EVENT_PLAN_FREE},
		{TEXT("gen_ai.system", "openai"), EVENT_PLAN_UNTOLD},
		{TEXT("gen_ai.system", "ollama-cloud"), EVENT_PLAN_UNTOLD},
		{TEXT("ai.model.provider", "lmstudio.chat"), EVENT_PLAN_FREE},
		{TEXT("model", "ollama/qwen3-coder"), EVENT_PLAN_FREE},
		{TEXT("speed", "fast"), EVENT_PLAN_UNTOLD},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = QWEN(TEXT("event.name", "qwen-code.api_response"),
			INT("input_token_count", 1), rows[i].told);
		ck_assert_msg(e.model_call.plan == rows[i].plan, "row %zu", i);
	}
}
END_TEST

START_TEST(the_answers_speed_is_reported_before_its_request)
{
	struct event e = CLAUDE(TEXT("event.name", "api_request"), TEXT("speed", "fast"));
	ck_assert(str_equal(e.model_call.speed, STR("fast")));
	e = SPAN("x", "chat", TEXT("gen_ai.operation.name", "chat"),
		TEXT("gen_ai.openai.request.service_tier", "auto"),
		TEXT("gen_ai.openai.response.service_tier", "priority"));
	ck_assert(str_equal(e.model_call.speed, STR("priority")));
}
END_TEST

#define METRIC(name, temporality_, value_, ...)                                                    \
	map_metric(name, temporality_, value_, (const struct otlp_attribute[]){__VA_ARGS__},       \
		sizeof((const struct otlp_attribute[]){__VA_ARGS__}) /                             \
			sizeof(struct otlp_attribute))

static struct event map_metric(const char *name, enum otlp_temporality temporality, double value,
	const struct otlp_attribute *attributes, size_t count)
{
	const struct otlp_record record = {
		.signal = OTLP_METRICS,
		.scope_name = STR("com.anthropic.claude_code"),
		.name = str_from(name),
		.attributes = {attributes, count},
		.time_ns = 2000000000000000000,
		.temporality = temporality,
		.has_value = true,
		.value = value,
	};
	struct event_map map;
	struct event e;
	event_map_begin(&map);
	event_map_record(&map, &record, &e);
	return e;
}

START_TEST(claude_counters_tell_one_class_each)
{
	static const struct {
		struct otlp_attribute type;
		enum usage_class class;
	} rows[] = {
		{TEXT("type", "input"), USAGE_INPUT},
		{TEXT("type", "output"), USAGE_OUTPUT},
		{TEXT("type", "cacheRead"), USAGE_CACHE_READ},
		{TEXT("type", "cacheCreation"), USAGE_CACHE_WRITE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = METRIC("claude_code.token.usage", OTLP_TEMPORALITY_DELTA, 7,
			TEXT("session.id", "s"), rows[i].type);
		ck_assert_int_eq(e.kind, EVENT_USAGE);
		ck_assert(e.has_usage && e.costs_apart && !e.model_call.ended);
		ck_assert_int_eq(e.usage.tokens[rows[i].class], 7);
	}
	struct event e = METRIC(
		"claude_code.cost.usage", OTLP_TEMPORALITY_DELTA, 2.4, TEXT("session.id", "s"));
	ck_assert(e.usage.has_cost);
	ck_assert_int_eq(e.usage.cost_nano_usd, 2400000000);
}
END_TEST

START_TEST(counters_that_nobody_believes_add_nothing)
{
	static const struct {
		double value;
		enum otlp_temporality temporality;
		bool is_believed;
	} rows[] = {
		{1e9, OTLP_TEMPORALITY_DELTA, true},
		{1e9 + 1, OTLP_TEMPORALITY_DELTA, false},
		{1e12, OTLP_TEMPORALITY_CUMULATIVE, true},
		{1e300, OTLP_TEMPORALITY_CUMULATIVE, false},
		{-1, OTLP_TEMPORALITY_CUMULATIVE, false},
		{-1, OTLP_TEMPORALITY_DELTA, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = METRIC("claude_code.token.usage", rows[i].temporality,
			rows[i].value, TEXT("session.id", "s"), TEXT("type", "input"));
		ck_assert_msg(e.has_absurd_usage != rows[i].is_believed, "row %zu", i);
		ck_assert_int_eq(e.usage.tokens[USAGE_INPUT],
			rows[i].is_believed ? (int64_t)rows[i].value : 0);
	}
	struct event e = METRIC(
		"claude_code.cost.usage", OTLP_TEMPORALITY_DELTA, 1e11, TEXT("session.id", "s"));
	ck_assert(e.has_absurd_usage && !e.usage.has_cost);
	ck_assert_int_eq(e.usage.cost_nano_usd, 0);
}
END_TEST

static Suite *event_call_suite(void)
{
	Suite *suite = suite_create("event_call");
	TCase *c = tcase_create("calls");
	tcase_add_test(c, claude_tells_the_kinds_of_writes_within_their_sum);
	tcase_add_test(c, what_lies_within_input_and_output_is_counted_once);
	tcase_add_test(c, figures_that_nobody_believes_are_0);
	tcase_add_test(c, costs_are_believed_up_to_10000_dollars);
	tcase_add_test(c, failed_calls_say_why);
	tcase_add_test(c, times_come_in_several_units);
	tcase_add_test(c, who_pays_is_told_by_login_and_provider);
	tcase_add_test(c, the_answers_speed_is_reported_before_its_request);
	tcase_add_test(c, claude_counters_tell_one_class_each);
	tcase_add_test(c, counters_that_nobody_believes_add_nothing);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(event_call_suite());
}
