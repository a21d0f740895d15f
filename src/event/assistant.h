/* The assistants known by name, and what their telemetry reveals. */
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

/* Those with a name of their own, in the order shown to people; NULL past the last. Everything that
 * lists assistants (setup, hook, doctor, completions, help) lists these. */
const struct assistant *assistant_at(size_t index);
extern const size_t assistant_count;

/* NULL if none has that name. */
const struct assistant *assistant_find(struct str name);

/* The title of the assistant of this name, for people; empty if unknown. */
struct str assistant_title(struct str name);

/* The name of its process; NULL if unknown. */
const char *assistant_program(struct str name);

/* Whether a tool of this name asks the user something. *ret_always: always, even if nothing else
 * reports it; else only after a request for permission. */
bool event_tool_is_question(struct str call_name, bool *ret_always);

/* Whether a tool of this name runs a subagent. */
bool event_tool_runs_agent(struct str call_name);
