/* Updates and lists on an inherited descriptor: stdout.
 *
 * A pipe or terminal is reopened through /proc/self/fd, because O_NONBLOCK on the inherited
 * descriptor would affect everybody who shares it (open(2): file status flags belong to the open
 * file description). Sockets are written with MSG_DONTWAIT. Files accept everything at once. */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "base/str.h"

struct buf;
struct sink;
struct sink_hub;

/* The reader is gone (r is -EPIPE) or writing failed (a negative errno). The sink has closed
 * itself; nothing else is affected. */
typedef void sink_stdout_on_gone(int r, void *data);

/* Appends what to write instead of a line; nothing: leaves it out. is_first: for the list that
 * starts, or restarts, the output. */
typedef void sink_stdout_reword(struct buf *out, struct str line, bool is_first, void *data);

/* Adds a sink that writes to fd, beginning with the list, to the hub. fd stays the caller's.
 * on_gone and reword may be NULL. 0, or a negative errno and *ret untouched. */
int sink_stdout_open(struct sink_hub *hub, uv_loop_t *loop, int fd, sink_stdout_on_gone *on_gone,
	sink_stdout_reword *reword, void *data, struct sink **ret);
