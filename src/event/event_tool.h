/* The assistants that are known by name, and what their telemetry can tell. */
#pragma once

#include <stdbool.h>

#include "event/event.h"

extern const struct tool event_tool_claude;
extern const struct tool event_tool_codex;        // codex exec: one process, one session
extern const struct tool event_tool_codex_server; // the terminals' common server process
extern const struct tool event_tool_gemini;
extern const struct tool event_tool_qwen;
extern const struct tool event_tool_copilot;
extern const struct tool event_tool_opencode;
extern const struct tool event_tool_unknown; // any other service; its name is in event::tool_name

/* Those with a name of their own, in the order in which people are shown them; NULL behind the
 * last. Whoever lists assistants (setup, hook, doctor, completions, help) lists these. */
const struct tool *event_tool_at(size_t index);
extern const size_t event_tool_count;

/* NULL if none has that name. */
const struct tool *event_tool_find(struct str name);

/* What people call the assistant of this name; empty if it is not known. */
struct str event_tool_title(struct str name);

/* What its process is called; NULL if it is not known. */
const char *event_tool_program(struct str name);

/* Whether a tool of this name asks its user something. *ret_always: by itself, so that it need not
 * be told; else only once it has asked for leave. */
bool event_tool_is_question(struct str call_name, bool *ret_always);

/* Whether a tool of this name runs a subagent. */
bool event_tool_runs_agent(struct str call_name);
