/* Updates and lists on a descriptor that was handed to us: stdout.
 *
 * A pipe or a terminal is opened once more through /proc/self/fd, because O_NONBLOCK on the
 * descriptor we were given would hold for everybody who shares it (open(2): file status flags
 * belong to the open file description). Sockets are written with MSG_DONTWAIT. Files take every
 * byte at once. */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "base/str.h"

struct buf;
struct sink;
struct sink_hub;

/* The reader has gone (r is -EPIPE) or the bytes cannot be written (its errno, negative). The sink
 * has closed itself; nothing else of the daemon is affected. */
typedef void sink_stdout_on_gone(int r, void *data);

/* Appends what is to be written instead of a line; nothing leaves it out. is_first: of a list that
 * a reader begins with, or begins anew. */
typedef void sink_stdout_reword(struct buf *out, struct str line, bool is_first, void *data);

/* Adds a sink that writes to fd, beginning with the list, to the hub. fd stays the caller's.
 * on_gone and reword may be NULL. 0, or a negative errno and *ret untouched. */
int sink_stdout_open(struct sink_hub *hub, uv_loop_t *loop, int fd, sink_stdout_on_gone *on_gone,
	sink_stdout_reword *reword, void *data, struct sink **ret);
