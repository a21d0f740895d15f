#include "session/session_span.h"

const char *session_span_kind_name(enum session_span_kind kind)
{
	static const char *const names[SESSION_SPAN_KIND_COUNT] = {
		[SESSION_SPAN_TURN] = "turn",
		[SESSION_SPAN_TOOL_CALL] = "tool_call",
		[SESSION_SPAN_WAIT] = "wait",
		[SESSION_SPAN_AGENT] = "agent",
	};
	return names[kind];
}

const char *session_outcome_name(enum session_outcome outcome)
{
	static const char *const names[SESSION_OUTCOME_COUNT] = {
		[SESSION_OUTCOME_UNKNOWN] = "unknown",
		[SESSION_OUTCOME_OK] = "ok",
		[SESSION_OUTCOME_ERROR] = "error",
		[SESSION_OUTCOME_LIMIT] = "limit",
		[SESSION_OUTCOME_REJECTED] = "rejected",
		[SESSION_OUTCOME_INTERRUPTED] = "interrupted",
	};
	return names[outcome];
}
