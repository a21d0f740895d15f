/* Our hooks, among others, in a client's JSON: below "hooks", by event. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct setup_client;
struct setup_file;

enum setup_hook_status {
	SETUP_HOOK_ADDED,
	SETUP_HOOK_THERE,   // already: one of ours, by command or by URL, whoever wrote it
	SETUP_HOOK_UNCLEAR, // something else is in its place: nothing was done
};

/* Adds a hook that runs "COMMAND hook CLIENT" at the event, unless one of ours is there. It prints
 * nothing and succeeds, even if the program is gone. command is a program's name or path, with any
 * characters. */
enum setup_hook_status setup_hook_add(struct buf *text, const struct setup_client *client,
	const struct setup_file *file, const char *command, const char *event);

/* Removes the event's hooks that run otel-ai-monitor, in any spelling, and containers emptied by
 * that, unless they are in base. */
void setup_hook_remove(struct buf *text, const struct buf *base, const struct setup_client *client,
	const struct setup_file *file, const char *event);

/* Whether a shell command runs the hook of this client. */
bool setup_hook_is_command(struct str line, const char *word);
