/* The attributes of a record that any table uses, found in one pass. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "otlp/otlp_record.h"

/* One row per attribute: the enumerator and the name on the wire. */
#define EVENT_KEYS(KEY)                                                                            \
	KEY(SESSION_ID, "session.id")                                                              \
	KEY(CONVERSATION_ID, "conversation.id")                                                    \
	KEY(THREAD_ID, "thread.id")                                                                \
	KEY(GEN_AI_CONVERSATION_ID, "gen_ai.conversation.id")                                      \
	KEY(THREAD_ID_PLAIN, "thread_id")                                                          \
	KEY(CONVERSATION_ID_PLAIN, "conversation_id")                                              \
	KEY(SESSION_ID_PLAIN, "session_id")                                                        \
	KEY(SERVICE_NAME, "service.name")                                                          \
	KEY(PROJECT_NAME, "project.name")                                                          \
	KEY(PROJECT_PATH, "project.path")                                                          \
	KEY(CWD, "cwd")                                                                            \
	KEY(TURN_ID, "turn.id")                                                                    \
	KEY(TURN_ID_PLAIN, "turn_id")                                                              \
	KEY(EVENT_NAME, "event.name")                                                              \
	KEY(EVENT_KIND, "event.kind")                                                              \
	KEY(EVENT_SEQUENCE, "event.sequence")                                                      \
	KEY(EVENT_TIMESTAMP, "event.timestamp")                                                    \
	KEY(MODEL, "model")                                                                        \
	KEY(DURATION_MS, "duration_ms")                                                            \
	KEY(REQUEST_ID, "request_id")                                                              \
	KEY(SUCCESS, "success")                                                                    \
	KEY(ERROR, "error")                                                                        \
	KEY(ROLE, "role")                                                                          \
	KEY(TYPE, "type")                                                                          \
	KEY(COMMAND_NAME, "command_name")                                                          \
	KEY(QUERY_SOURCE, "query_source")                                                          \
	KEY(AGENT_ID, "agent_id")                                                                  \
	KEY(STATUS_CODE, "status_code")                                                            \
	KEY(HTTP_STATUS, "http.response.status_code")                                              \
	KEY(PERMISSION_MODE, "permission_mode")                                                    \
	KEY(APPROVAL_POLICY, "approval_policy")                                                    \
	KEY(TRIGGER, "trigger")                                                                    \
	KEY(OUTPUT, "output")                                                                      \
	KEY(PROMPT_ID, "prompt_id")                                                                \
	KEY(TOOL_NAME, "tool_name")                                                                \
	KEY(TOOL_USE_ID, "tool_use_id")                                                            \
	KEY(USE_ID, "use_id")                                                                      \
	KEY(CALL_ID, "call_id")                                                                    \
	KEY(FUNCTION_NAME, "function_name")                                                        \
	KEY(DECISION_TYPE, "decision_type")                                                        \
	KEY(DECISION_SOURCE, "decision_source")                                                    \
	KEY(AGENT_TYPE, "agent_type")                                                              \
	KEY(AGENT_NAME, "agent_name")                                                              \
	KEY(GEN_AI_AGENT_NAME, "gen_ai.agent.name")                                                \
	KEY(MCP_SERVER, "mcp_server")                                                              \
	KEY(SERVER_NAME, "server_name")                                                            \
	KEY(MCP_SERVER_NAME, "mcp_server_name")                                                    \
	KEY(STATUS, "status")                                                                      \
	KEY(TERMINATE_REASON, "terminate_reason")                                                  \
	KEY(DECISION, "decision")                                                                  \
	KEY(SOURCE, "source")                                                                      \
	KEY(STOP_REASON, "stop_reason")                                                            \
	KEY(SANDBOX_POLICY, "sandbox_policy")                                                      \
	KEY(MCP_SERVERS, "mcp_servers")                                                            \
	KEY(RESPONSE_TEXT, "response_text")                                                        \
	KEY(SUBAGENT_NAME, "subagent_name")                                                        \
	KEY(INTERACTIVE, "interactive")                                                            \
	KEY(IS_ASYNC, "is_async")                                                                  \
	KEY(INPUT_TOKENS, "input_tokens")                                                          \
	KEY(OUTPUT_TOKENS, "output_tokens")                                                        \
	KEY(CACHE_READ_TOKENS, "cache_read_tokens")                                                \
	KEY(CACHE_CREATION_TOKENS, "cache_creation_tokens")                                        \
	KEY(CACHE_CREATION_5M_TOKENS, "cache_creation_5m_tokens")                                  \
	KEY(CACHE_CREATION_1H_TOKENS, "cache_creation_1h_tokens")                                  \
	KEY(COST_USD, "cost_usd")                                                                  \
	KEY(INPUT_TOKEN_COUNT, "input_token_count")                                                \
	KEY(OUTPUT_TOKEN_COUNT, "output_token_count")                                              \
	KEY(CACHED_TOKEN_COUNT, "cached_token_count")                                              \
	KEY(CACHE_WRITE_TOKEN_COUNT, "cache_write_token_count")                                    \
	KEY(CACHED_CONTENT_TOKEN_COUNT, "cached_content_token_count")                              \
	KEY(THOUGHTS_TOKEN_COUNT, "thoughts_token_count")                                          \
	KEY(REASONING_TOKEN_COUNT, "reasoning_token_count")                                        \
	KEY(TURN_INPUT_TOKENS, "codex.turn.token_usage.non_cached_input_tokens")                   \
	KEY(TURN_CACHED_TOKENS, "codex.turn.token_usage.cached_input_tokens")                      \
	KEY(TURN_CACHE_WRITE_TOKENS, "codex.turn.token_usage.cache_write_input_tokens")            \
	KEY(TURN_OUTPUT_TOKENS, "codex.turn.token_usage.output_tokens")                            \
	KEY(TURN_REASONING_TOKENS, "codex.turn.token_usage.reasoning_output_tokens")               \
	KEY(GEN_AI_OPERATION_NAME, "gen_ai.operation.name")                                        \
	KEY(GEN_AI_REQUEST_MODEL, "gen_ai.request.model")                                          \
	KEY(GEN_AI_RESPONSE_MODEL, "gen_ai.response.model")                                        \
	KEY(GEN_AI_FINISH_REASONS, "gen_ai.response.finish_reasons")                               \
	KEY(GEN_AI_RESPONSE_ID, "gen_ai.response.id")                                              \
	KEY(GEN_AI_TOOL_NAME, "gen_ai.tool.name")                                                  \
	KEY(GEN_AI_TOOL_CALL_ID, "gen_ai.tool.call.id")                                            \
	KEY(GEN_AI_INPUT_TOKENS, "gen_ai.usage.input_tokens")                                      \
	KEY(GEN_AI_OUTPUT_TOKENS, "gen_ai.usage.output_tokens")                                    \
	KEY(GEN_AI_CACHE_READ_TOKENS, "gen_ai.usage.cache_read.input_tokens")                      \
	KEY(GEN_AI_CACHE_CREATION_TOKENS, "gen_ai.usage.cache_creation.input_tokens")              \
	KEY(GEN_AI_CACHE_WRITE_TOKENS, "gen_ai.usage.cache_write.input_tokens")                    \
	KEY(GEN_AI_REASONING_TOKENS, "gen_ai.usage.reasoning.output_tokens")                       \
	KEY(GEN_AI_REASONING_TOKENS_OLD, "gen_ai.usage.reasoning_tokens")                          \
	KEY(GEN_AI_FIRST_CHUNK, "gen_ai.response.time_to_first_chunk")                             \
	KEY(GEN_AI_PROVIDER, "gen_ai.provider.name")                                               \
	KEY(GEN_AI_SYSTEM, "gen_ai.system")                                                        \
	KEY(OPENAI_TIER, "openai.response.service_tier")                                           \
	KEY(OPENAI_TIER_ASKED, "openai.request.service_tier")                                      \
	KEY(GEN_AI_OPENAI_TIER, "gen_ai.openai.response.service_tier")                             \
	KEY(GEN_AI_OPENAI_TIER_ASKED, "gen_ai.openai.request.service_tier")                        \
	KEY(COPILOT_COST, "github.copilot.cost")                                                   \
	KEY(GEN_AI_COST, "gen_ai.usage.cost")                                                      \
	KEY(TTFT_MS, "ttft_ms")                                                                    \
	KEY(ATTEMPT, "attempt")                                                                    \
	KEY(SPEED, "speed")                                                                        \
	KEY(SERVICE_TIER, "service_tier")                                                          \
	KEY(AUTH_TYPE, "auth_type")                                                                \
	KEY(AUTH_MODE, "auth_mode")                                                                \
	KEY(ERROR_TYPE, "error.type")                                                              \
	KEY(HTTP_STATUS_OLD, "http.status_code")                                                   \
	KEY(RESPONSE_ID, "response_id")                                                            \
	KEY(AI_PROMPT_TOOLS, "ai.prompt.tools")                                                    \
	KEY(AI_PROVIDER, "ai.model.provider")                                                      \
	KEY(AI_FIRST_CHUNK_MS, "ai.response.msToFirstChunk")                                       \
	KEY(AI_INPUT_TOKENS, "ai.usage.inputTokens")                                               \
	KEY(AI_OUTPUT_TOKENS, "ai.usage.outputTokens")                                             \
	KEY(AI_REASONING_TOKENS, "ai.usage.reasoningTokens")                                       \
	KEY(AI_CACHE_WRITE_TOKENS, "ai.usage.inputTokenDetails.cacheWriteTokens")                  \
	KEY(AI_CACHED_TOKENS, "ai.usage.cachedInputTokens")                                        \
	KEY(DOTTED_TOOL_NAME, "tool.name")                                                         \
	KEY(DOTTED_CALL_ID, "tool.call_id")                                                        \
	KEY(AI_SESSION_ID, "ai.telemetry.metadata.sessionId")                                      \
	KEY(AI_OPERATION_ID, "ai.operationId")                                                     \
	KEY(AI_TOOL_NAME, "ai.toolCall.name")                                                      \
	KEY(AI_TOOL_CALL_ID, "ai.toolCall.id")                                                     \
	KEY(TRACELOOP_SESSION_ID, "traceloop.association.properties.session_id")                   \
	KEY(LANGFUSE_SESSION_ID, "langfuse.session.id")                                            \
	KEY(LANGFUSE_TYPE, "langfuse.observation.type")                                            \
	KEY(LANGFUSE_MODEL, "langfuse.observation.model.name")                                     \
	KEY(OPENINFERENCE_KIND, "openinference.span.kind")                                         \
	KEY(LLM_MODEL, "llm.model_name")                                                           \
	KEY(LLM_INPUT_TOKENS, "llm.token_count.prompt")                                            \
	KEY(LLM_OUTPUT_TOKENS, "llm.token_count.completion")                                       \
	KEY(LLM_CACHE_READ_TOKENS, "llm.token_count.prompt_details.cache_read")                    \
	KEY(LLM_CACHE_WRITE_TOKENS, "llm.token_count.prompt_details.cache_write")                  \
	KEY(LLM_REASONING_TOKENS, "llm.token_count.completion_details.reasoning")                  \
	KEY(TOOL_CALL_ID, "tool_call.id")

enum event_key {
#define EVENT_KEY_ENUMERATOR(name, text) KEY_##name,
	EVENT_KEYS(EVENT_KEY_ENUMERATOR)
#undef EVENT_KEY_ENUMERATOR
		KEY_COUNT
};

/* No attribute: the first key, which names sessions, is never a number. */
#define EVENT_KEY_NONE ((enum event_key)0)

enum { EVENT_INPUT_FOUND = 64 };

struct event_input {
	const struct otlp_record *record;
	struct str name; // the event's or span's, without its assistant's prefix
	const struct otlp_value *values[KEY_COUNT];          // of the record; NULL if absent
	const struct otlp_value *resource_values[KEY_COUNT]; // of its resource
	uint8_t found[EVENT_INPUT_FOUND]; // keys with a value, to be reset with the record
	unsigned found_count;             // more than EVENT_INPUT_FOUND: all are
};

/* An input with no values at all. */
void event_input_init(struct event_input *in);

/* Finds the values of record's resource, which are borrowed until the next call. */
void event_input_read_resource(struct event_input *in, const struct otlp_record *record);

/* Finds the values of record itself. Borrows from it. */
void event_input_read(struct event_input *in, const struct otlp_record *record);

/* The text of a value of the record; empty if absent or not a string. */
static inline struct str event_input_str(const struct event_input *in, enum event_key key)
{
	return otlp_value_str(in->values[key]);
}

/* The same, with the resource's value as the fallback. */
struct str event_input_str_or_resource(const struct event_input *in, enum event_key key);

/* Whether the record has a value that is not empty, of any kind. */
static inline bool event_input_has(const struct event_input *in, enum event_key key)
{
	return in->values[key] != NULL && in->values[key]->kind != OTLP_VALUE_EMPTY;
}

/* A number in any form that clients use (int, double, decimal string). False, and *ret untouched,
 * if there is none. */
bool event_input_int(const struct event_input *in, enum event_key key, int64_t *ret);
bool event_input_double(const struct event_input *in, enum event_key key, double *ret);

/* A number that cannot be less than zero; 0 if there is none. */
int64_t event_input_count(const struct event_input *in, enum event_key key);

/* Whether the value is false, as a boolean or a string. */
bool event_input_is_false(const struct event_input *in, enum event_key key);

/* The time series of a data point: a hash of its metric's name and all its attributes in any order
 * (metrics data model, "Timeseries"). */
uint64_t event_input_series(const struct event_input *in);
