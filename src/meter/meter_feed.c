#include "meter/meter_feed.h"

#include "base/mem.h"
#include "meter/meter.h"
#include "session/session_call.h"
#include "session/session_span.h"

static void count_tokens(struct meter *m, const struct session_call *call, int64_t now_ms)
{
	const struct usage *u = &call->usage;
	const struct {
		struct str type;
		int64_t tokens;
	} rows[] = {
		{STR_INIT("input"), u->tokens[USAGE_INPUT]},
		{STR_INIT("cache_read"), u->tokens[USAGE_CACHE_READ]},
		{STR_INIT("cache_write"), usage_cache_writes(u)},
		{STR_INIT("output"), u->tokens[USAGE_OUTPUT]}, // includes reasoning
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].tokens > 0) {
			const struct str values[] = {
				str_from(call->session->assistant_name), call->model, rows[i].type};
			meter_add(m, METER_TOKENS, values, rows[i].tokens, now_ms);
		}
	}
}

/* A counter never falls: only increases of a correction count. */
static void count_cost(struct meter *m, const struct session_call *call, int64_t now_ms)
{
	const char *source = session_cost_name(call->cost);
	const struct str values[] = {
		str_from(call->session->assistant_name), call->model, str_from(source)};
	int64_t added = call->usage.cost_nano_usd - (call->corrects ? call->replaced_nano_usd : 0);
	if (call->cost == SESSION_COST_UNPRICED) {
		meter_add(m, METER_UNPRICED_CALLS, values, call->calls, now_ms);
	} else if (added > 0 && source != NULL) {
		meter_add(m, METER_COST, values, added, now_ms);
	}
}

static void count_call(struct meter *m, const struct session_call *call, int64_t now_ms)
{
	const char *fault = event_fault_name(call->fault);
	const struct str values[] = {str_from(call->session->assistant_name), call->model,
		fault != NULL ? str_from(fault) : STR("ok")};
	meter_add(m, METER_MODEL_CALLS, values, call->calls, now_ms);
	if (call->duration_ms >= 0) {
		meter_observe(m, METER_MODEL_CALL_DURATION, values, call->duration_ms, now_ms);
	}
	if (call->ttft_ms >= 0) {
		meter_observe(m, METER_TTFT, values, call->ttft_ms, now_ms);
	}
}

void meter_note_call(struct meter *m, const struct session_call *call, int64_t now_ms)
{
	if (call->absorbed != NULL) {
		return; // already counted, for the absorbed session
	}
	count_cost(m, call, now_ms);
	if (!call->corrects) {
		count_tokens(m, call, now_ms);
		if (call->calls > 0) {
			count_call(m, call, now_ms);
		}
	}
}

static void count_turn(struct meter *m, const struct session_span *span, int64_t now_ms)
{
	const struct str values[] = {str_from(span->session->assistant_name),
		str_from(session_reason_name(span->reason))};
	meter_add(m, METER_TURNS, values, 1, now_ms);
	if (span->worked_ms >= 0) {
		meter_observe(m, METER_TURN_DURATION, values, span->worked_ms, now_ms);
	}
}

static void count_tool_call(struct meter *m, const struct session_span *span, int64_t now_ms)
{
	const struct str values[] = {str_from(span->session->assistant_name), span->name,
		str_from(session_outcome_name(span->outcome))};
	meter_add(m, METER_TOOL_CALLS, values, 1, now_ms);
	meter_observe(m, METER_TOOL_CALL_DURATION, values, span->end_ms - span->begin_ms, now_ms);
}

static void count_wait(struct meter *m, const struct session_span *span, int64_t now_ms)
{
	const struct str values[] = {str_from(span->session->assistant_name),
		str_from(session_attention_name(span->attention))};
	meter_add(m, METER_BLOCKED, values, span->end_ms - span->begin_ms, now_ms);
}

void meter_note_span(struct meter *m, const struct session_span *span, int64_t now_ms)
{
	static void (*const counts[SESSION_SPAN_KIND_COUNT])(
		struct meter * m, const struct session_span *span, int64_t now_ms) = {
		[SESSION_SPAN_TURN] = count_turn,
		[SESSION_SPAN_TOOL_CALL] = count_tool_call,
		[SESSION_SPAN_WAIT] = count_wait,
	};
	/* corrections were counted before; absorbed ones, in the other session */
	if (span->absorbed == NULL && !span->corrects && counts[span->kind] != NULL) {
		counts[span->kind](m, span, now_ms);
	}
}
