/* The notifier program as a process: started by the first line, fed through a pipe, started again
 * when it is needed again. It ends by itself when it has been idle; one that fails is left alone
 * for a while that doubles each time, and what was to be told meanwhile is dropped. Nothing here
 * ever waits for it. */
#pragma once

#include <uv.h>

#include "base/str.h"

struct notify_child;

/* A line that the program wrote, without '\n'. The bytes are the callee's to change during the
 * call. */
typedef void notify_child_on_reply(char *line, size_t size, void *data);

/* program: path of the executable. Starts nothing yet. */
struct notify_child *notify_child_create(
	uv_loop_t *loop, const char *program, notify_child_on_reply *on_reply, void *data);

/* Hands a whole line on. Among more than 64 KiB that wait the oldest lines are dropped. */
void notify_child_send(struct notify_child *c, struct str line);

/* Ends the process, and itself at once: on_reply is not called again. NULL is fine. */
void notify_child_close(struct notify_child *c);
