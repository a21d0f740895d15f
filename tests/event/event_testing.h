/* Records of each client, and the events that they are. */
#pragma once

#include <stddef.h>

#include "event/event.h"
#include "otlp/otlp_record.h"

#define TEXT(k, v)                                                                                 \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_STRING, .string = STR_INIT(v)                           \
		}                                                                                  \
	}
#define INT(k, v)                                                                                  \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_INT, .integer = (v)                                     \
		}                                                                                  \
	}
#define DOUBLE(k, v)                                                                               \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_DOUBLE, .number = (v)                                   \
		}                                                                                  \
	}
#define BOOL(k, v)                                                                                 \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_BOOL, .boolean = (v)                                    \
		}                                                                                  \
	}
#define EMPTY(k)                                                                                   \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_EMPTY                                                   \
		}                                                                                  \
	}
#define ITEM(k, v)                                                                                 \
	{                                                                                          \
		STR_INIT(k),                                                                       \
		{                                                                                  \
			.kind = OTLP_VALUE_ARRAY, .strings = { STR_INIT(v) }                       \
		}                                                                                  \
	}

#define MAP(signal_, service, scope, name_, ...)                                                   \
	map_record(signal_, service, scope, name_, (const struct otlp_attribute[]){__VA_ARGS__},   \
		sizeof((const struct otlp_attribute[]){__VA_ARGS__}) /                             \
			sizeof(struct otlp_attribute))

#define CLAUDE(...)                                                                                \
	MAP(OTLP_LOGS, "claude-code", "com.anthropic.claude_code.events", "",                      \
		TEXT("session.id", "s"), __VA_ARGS__)
#define CODEX(...)                                                                                 \
	MAP(OTLP_LOGS, "codex_exec", "codex_otel.log_only", "event core/src/x.rs:1",               \
		TEXT("conversation.id", "s"), __VA_ARGS__)
#define GEMINI(...)                                                                                \
	MAP(OTLP_LOGS, "gemini-cli", "gemini-cli", "", TEXT("session.id", "s"), __VA_ARGS__)
#define QWEN(...) MAP(OTLP_LOGS, "qwen-code", "qwen-code", "", TEXT("session.id", "s"), __VA_ARGS__)
#define SPAN(service, name, ...)                                                                   \
	MAP(OTLP_TRACES, service, "", name, TEXT("gen_ai.conversation.id", "s"), __VA_ARGS__)

/* The event of a record with these attributes, by service name. */
struct event map_record(enum otlp_signal signal, const char *service, const char *scope,
	const char *name, const struct otlp_attribute *attributes, size_t count);
