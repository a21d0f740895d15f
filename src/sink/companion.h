/* A program of ours that runs beside the daemon (the notifier, the tray), as a process: started by
 * the first line, fed through a pipe, started again when it is needed again. It may end by itself;
 * one that fails is left alone for a while that doubles each time, and what was to be told
 * meanwhile is dropped. Nothing here ever waits for it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"

/* A line that the program wrote, without '\n'. The bytes are the callee's to change during the
 * call. */
typedef void companion_on_reply(char *line, size_t size, void *data);

/* The program is gone, or could not be started, and nothing is sent before that many milliseconds
 * are over. May not close the companion. */
typedef void companion_on_end(uint64_t retry_ms, void *data);

struct companion_settings {   // everything but name is copied
	const char *program;  // path of the executable
	const char *argument; // NULL: none
	const char *name;     // in messages: "notifier"; a literal
	bool is_state;        // each line says all there is: only the newest waits
	companion_on_reply *on_reply;
	companion_on_end *on_end; // NULL: it may end by itself; else that is a failure
	void *data;
};

/* Starts nothing yet. */
struct companion *companion_create(uv_loop_t *loop, const struct companion_settings *settings);

/* Hands a whole line on. Among more than 64 KiB that wait the oldest lines are dropped. */
void companion_send(struct companion *c, struct str line);

/* Ends the process, and itself at once: on_reply is not called again. NULL is fine. */
void companion_close(struct companion *c);
