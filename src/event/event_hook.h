/* What a client's hook tells: one JSON object → one event. A hook knows what telemetry cannot: that
 * the client waits for its user, and where it works.
 *
 * Of the object only ids, names, the directory and the model are looked at. Prompts, messages, the
 * input and the output of tools are skipped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "event/event.h"
#include "event/hook_reader.h"

enum { EVENT_HOOK_MESSAGE_BYTES = 128 };

struct event_hook {
	/* Borrows its strings from the reader. It has no time: hooks tell none. EVENT_NONE if what
	 * happened is of no interest, has a name that is not known or belongs to no session. */
	struct event event;
	struct event_tasks tasks;               // to which event.tasks points
	char message[EVENT_HOOK_MESSAGE_BYTES]; // after a failure: what is wrong and where
	struct hook_reader reader;
};

/* Whether there are hooks of a client of this name: "claude-code", "codex", "gemini", "qwen",
 * "copilot". */
bool event_hook_knows(struct str tool_word);

/* Reads the JSON that the client handed to its hook; for Codex also what it hands to its older
 * notify program. tool_word must be known. False if it is not one JSON object, or its session id is
 * longer than EVENT_ID_BYTES; ret->event is then
 * EVENT_NONE. ret is to be finished in either case. */
bool event_hook_read(struct str tool_word, struct str body, struct event_hook *ret);

/* Frees what the event borrows; a zeroed one is fine. */
void event_hook_finish(struct event_hook *hook);
