#include "event/event.h"

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[EVENT_KIND_COUNT] = {
		[EVENT_NONE] = "none",
		[EVENT_SEEN] = "seen",
		[EVENT_PROMPT] = "prompt",
		[EVENT_MODEL_BEGIN] = "model-begin",
		[EVENT_MODEL_TEXT] = "model-text",
		[EVENT_MODEL_ASKS] = "model-asks",
		[EVENT_MODEL_END] = "model-end",
		[EVENT_TOOL_BEGIN] = "tool-begin",
		[EVENT_TOOL_END] = "tool-end",
		[EVENT_TOOL_REJECT] = "tool-reject",
		[EVENT_AGENT_BEGIN] = "agent-begin",
		[EVENT_AGENT_END] = "agent-end",
		[EVENT_TURN_END] = "turn-end",
		[EVENT_SESSION_END] = "session-end",
		[EVENT_ACTIVITY] = "activity",
		[EVENT_USAGE] = "usage",
		[EVENT_ASKS] = "asks",
		[EVENT_ANSWERED] = "answered",
		[EVENT_COMPACT_BEGIN] = "compact-begin",
		[EVENT_AGENT_RUN] = "agent_run",
		[EVENT_COMPACT_END] = "compact-end",
	};
	return names[kind];
}

const char *event_fault_name(enum event_fault fault)
{
	static const char *const names[EVENT_FAULT_COUNT] = {
		[EVENT_FAULT_HTTP] = "http",
		[EVENT_FAULT_OVERLOADED] = "overloaded",
		[EVENT_FAULT_RATE_LIMIT] = "rate_limit",
		[EVENT_FAULT_ABORTED] = "aborted",
		[EVENT_FAULT_OTHER] = "other",
	};
	return names[fault];
}
