/* What the telemetry of an assistant means: one table each, selected by event_map. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"
#include "event/event_input.h"

/* Fills in e beyond its row; may turn it into EVENT_NONE. */
typedef void event_pick(const struct event_input *in, struct event *e);

struct event_row {
	struct str name; // of the event, span or metric; "" matches all, and comes last
	enum event_kind kind;
	event_pick *pick; // NULL: nothing beyond the common part
};

struct event_rows {
	const struct event_row *rows;
	size_t count;
};

struct event_table {
	struct event_rows signals[OTLP_SIGNAL_COUNT];
	struct str name_prefix;   // removed from the names of its events before the lookup
	struct str span_prefix;   // another prefix, of its spans; "": none
	event_pick *pick_session; // if something else identifies the session better; else NULL
};

/* Which assistant a record comes from. Users rename services, but not scopes: the first row with
 * the record's scope determines the table, else the first with its service, else the first whose
 * table has its name. Of several rows with that table, the one with the service identifies the
 * program, else the first, which promises least. */
struct event_origin {
	struct str scope_prefix;   // of the instrumentation scope's name; "" matches none
	struct str service_prefix; // of resource attribute service.name; "" matches none
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

/* Where a client reports the usage of a model call, by class, the better name first.
 * USAGE_CACHE_WRITE is the sum of cache writes, from which the two kinds are subtracted. */
struct event_usage_keys {
	enum event_key tokens[USAGE_CLASS_COUNT][2]; // EVENT_KEY_NONE: not reported
	bool input_has_cached;                       // its input includes cache reads and writes
	bool output_lacks_reasoning;                 // its output excludes reasoning
	bool writes_of_kinds_apart; // the sum may be missing if the kinds are present
};

/* Sets e's tokens. False, with e untouched, if there is neither input nor output. */
bool event_pick_usage(
	const struct event_input *in, struct event *e, const struct event_usage_keys *keys);

/* Sets the cost reported by the client, in USD. */
void event_pick_cost(const struct event_input *in, enum event_key key, struct event *e);

/* Fills in everything about a model call that ended, except its usage. e's model must be set. */
void event_pick_model_call(const struct event_input *in, struct event *e, bool failed);

/* Sets what follows a model call, from gen_ai.response.finish_reasons; untouched without it. */
void event_pick_next(const struct event_input *in, struct event *e);

/* Sets how a tool call ended, from the attribute success. */
void event_pick_result(const struct event_input *in, struct event *e);

/* Sets begin_ns from the attribute duration_ms, for events reported at their end. */
void event_pick_duration(const struct event_input *in, struct event *e);
