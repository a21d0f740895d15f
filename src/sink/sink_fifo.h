/* The named pipe: full snapshots, one line at a time, for one reader that may come, stall and go.
 *
 * A pipe keeps what nobody has read. So that no reader ever sees stale or partial lines, a line is
 * written only into an empty pipe; until the reader has taken the last one, we only remember that a
 * new one is due, and create it then. What a reader leaves behind is drained before the next one is
 * served. Every line is complete (sink_hub_complete()) or a list.
 *
 * This works without polling: the write end stays open, so that a reader's open() never waits;
 * inotify on the pipe reports opens and closes, and reads only while a line is due. poll(2) on the
 * write end shows whether anybody reads: POLLERR means nobody (pipe(7)).
 *
 * The pipe is enlarged so that a line fits. A line larger than the maximum (1 MiB) is written in
 * pieces as the reader reads; nothing else is written until its last byte is gone.
 *
 * A pipe that is lost, with or without its directory, is recreated as soon as its path is free,
 * with an attempt per second. */
#pragma once

#include <uv.h>

struct sink;
struct sink_hub;

/* Makes the pipe at path (mode 0600), or uses the one there if it is ours, and adds the sink to the
 * hub. Removed at close if it is still the same. 0; -EEXIST if something else is at path, -EPERM if
 * it belongs to another user, or another negative errno: logged, *ret untouched. */
int sink_fifo_open(struct sink_hub *hub, uv_loop_t *loop, const char *path, struct sink **ret);
