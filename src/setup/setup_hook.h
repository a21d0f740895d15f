/* Hooks of ours among others in a client's JSON: below "hooks", by the name of their event. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct setup_client;
struct setup_file;

enum setup_hook_status {
	SETUP_HOOK_ADDED,
	SETUP_HOOK_THERE,   // before: one of ours, by command or by URL, whoever wrote it
	SETUP_HOOK_UNCLEAR, // something else stands in its place: nothing was done
};

/* Adds what runs "COMMAND hook CLIENT" at the event, unless one of ours is there. It says nothing
 * and succeeds, also once the program is gone. command is a program's name or path, whatever is in
 * it. */
enum setup_hook_status setup_hook_add(struct buf *text, const struct setup_client *client,
	const struct setup_file *file, const char *command, const char *event);

/* Takes away those of the event that run otel-ai-monitor, in whatever spelling, and what held
 * nothing else, unless that stands in base. */
void setup_hook_remove(struct buf *text, const struct buf *base, const struct setup_client *client,
	const struct setup_file *file, const char *event);

/* Whether a line for a shell runs the hook of this client. */
bool setup_hook_is_command(struct str line, const char *word);
