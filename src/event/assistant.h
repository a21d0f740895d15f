/* The assistants that are known by name, and what their telemetry can tell. */
#pragma once

#include <stdbool.h>

#include "event/event.h"

extern const struct assistant assistant_claude;
extern const struct assistant assistant_codex;        // codex exec: one process, one session
extern const struct assistant assistant_codex_server; // the terminals' common server process
extern const struct assistant assistant_gemini;
extern const struct assistant assistant_qwen;
extern const struct assistant assistant_copilot;
extern const struct assistant assistant_opencode;
extern const struct assistant
	assistant_unknown; // any other service; its name is in event::assistant_name

/* Those with a name of their own, in the order in which people are shown them; NULL behind the
 * last. Whoever lists assistants (setup, hook, doctor, completions, help) lists these. */
const struct assistant *assistant_at(size_t index);
extern const size_t assistant_count;

/* NULL if none has that name. */
const struct assistant *assistant_find(struct str name);

/* What people call the assistant of this name; empty if it is not known. */
struct str assistant_title(struct str name);

/* What its process is called; NULL if it is not known. */
const char *assistant_program(struct str name);

/* Whether a tool of this name asks its user something. *ret_always: by itself, so that it need not
 * be told; else only once it has asked for leave. */
bool event_tool_is_question(struct str call_name, bool *ret_always);

/* Whether a tool of this name runs a subagent. */
bool event_tool_runs_agent(struct str call_name);
