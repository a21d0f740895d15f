/* What the telemetry of one assistant means: one table per tool, picked by event_map. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"
#include "event/event_input.h"

/* Fills e beyond what its row says; may turn it into EVENT_NONE. */
typedef void event_pick(const struct event_input *in, struct event *e);

struct event_row {
	struct str name; // of the event, span or metric; "" stands for every one, and comes last
	enum event_kind kind;
	event_pick *pick; // NULL: nothing beyond the common part
};

struct event_rows {
	const struct event_row *rows;
	size_t count;
};

struct event_table {
	struct event_rows signals[OTLP_SIGNAL_COUNT];
	struct str name_prefix;   // cut from the names of its events before the rows are searched
	struct str span_prefix;   // begins names of spans that are as much its own; "": none
	event_pick *pick_session; // where something else names the session better; else NULL
};

/* Which tool a record comes from. Services are renamed by whoever starts them, scopes are not: the
 * first row with the record's scope says which table is right, else the first with its service,
 * else the first whose table has its name. Of several rows with that table, the one with the
 * service tells which of a client's programs it is, else the first, which promises least. */
struct event_origin {
	struct str scope_prefix;   // of the instrumentation scope's name; "" fits none
	struct str service_prefix; // of resource attribute service.name; "" fits none
	const struct assistant *assistant;
	const struct event_table *table;
};

extern const struct event_table event_claude_table;
extern const struct event_table event_codex_table;
extern const struct event_table event_gemini_table;
extern const struct event_table event_qwen_table;
extern const struct event_table event_gen_ai_table;
extern const struct event_table event_opencode_table;

#define EVENT_ROWS(array)                                                                          \
	{                                                                                          \
		(array), ARRAY_SIZE(array)                                                         \
	}

/* Where a client tells what a model call used, by class, the better name first. Of cache writes
 * USAGE_CACHE_WRITE is the sum, of which the two kinds are taken away. */
struct event_usage_keys {
	enum event_key tokens[USAGE_CLASS_COUNT][2]; // EVENT_KEY_NONE: not told
	bool input_has_cached;       // its input holds what was read from caches and written
	bool output_lacks_reasoning; // its output holds the answer only
	bool writes_of_kinds_apart;  // the sum may be missing where the kinds are told
};

/* Takes the tokens. False, and e is untouched, if neither input nor output is told. */
bool event_pick_usage(
	const struct event_input *in, struct event *e, const struct event_usage_keys *keys);

/* Takes the cost that the client tells, in USD. */
void event_pick_cost(const struct event_input *in, enum event_key key, struct event *e);

/* e tells of a model call that ended, well or not: takes everything but what it used. After e's
 * model is known. */
void event_pick_model_call(const struct event_input *in, struct event *e, bool failed);

/* What follows a model call, from gen_ai.response.finish_reasons; untouched if it is not told. */
void event_pick_next(const struct event_input *in, struct event *e);

/* How a tool call ended, from the attribute success. */
void event_pick_result(const struct event_input *in, struct event *e);

/* begin_ns from the attribute duration_ms, for events that are told at their end. */
void event_pick_duration(const struct event_input *in, struct event *e);
