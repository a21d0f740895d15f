/* A client's hook: one JSON object → one event. Hooks know what telemetry cannot: that the client
 * waits for its user, and where it works.
 *
 * Only ids, names, directory and model are read. Prompts, messages, and the input and output of
 * tools are skipped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "event/event.h"
#include "event/hook_reader.h"

enum { EVENT_HOOK_MESSAGE_BYTES = 128 };

struct event_hook {
	/* Borrows its strings from the reader. Has no time, as hooks carry none. EVENT_NONE if it
	 * is irrelevant, unknown, or belongs to no session. */
	struct event event;
	struct event_tasks tasks;               // to which event.tasks points
	char message[EVENT_HOOK_MESSAGE_BYTES]; // after a failure: what is wrong and where
	struct hook_reader reader;
};

/* Whether hooks of this client are supported: "claude-code", "codex", "gemini", "qwen", "copilot".
 */
bool event_hook_knows(struct str tool_word);

/* Reads the JSON a client passes to its hook; for Codex also to its older notify program. tool_word
 * must be known. False, with ret->event EVENT_NONE, if it is not one JSON object, or its session id
 * is longer than EVENT_ID_BYTES. The caller finishes ret in either case. */
bool event_hook_read(struct str tool_word, struct str body, struct event_hook *ret);

/* Frees what the event borrows; a zeroed one is fine. */
void event_hook_finish(struct event_hook *hook);
