/* A helper program of the daemon's (notifier, tray): started by the first line, fed through a pipe,
 * restarted when needed. It may end by itself; after a failure it is not restarted for a time that
 * doubles, and lines are dropped meanwhile. Nothing here ever waits for it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"

/* A line the program wrote, without '\n'. The callee may modify it during the call. */
typedef void companion_on_reply(char *line, size_t size, void *data);

/* The program has ended or could not be started; nothing is sent for that many milliseconds. Must
 * not close the companion. */
typedef void companion_on_end(uint64_t retry_ms, void *data);

struct companion_settings {   // everything but name is copied
	const char *program;  // path of the executable
	const char *argument; // NULL: none
	const char *name;     // in messages: "notifier"; a literal
	bool is_state;        // each line is a complete state: only the newest is queued
	companion_on_reply *on_reply;
	companion_on_end *on_end; // NULL: it may end by itself; else that is a failure
	void *data;
};

/* Does not start the program yet. */
struct companion *companion_create(uv_loop_t *loop, const struct companion_settings *settings);

/* Sends a whole line. Beyond 64 KiB waiting, the oldest lines are dropped. */
void companion_send(struct companion *c, struct str line);

/* Ends the process and frees the companion: on_reply is not called again. NULL is fine. */
void companion_close(struct companion *c);
