/* The named pipe: whole truths, one line at a time, for one reader that may come, stall and go.
 *
 * A pipe keeps what nobody has read. So that no reader ever sees old or half lines, a line is
 * written only into an empty pipe; while the reader has not taken the last one, all that is
 * remembered is that a new one is due, and it is made when the reader has read. What a reader
 * leaves behind is drained before the next one is served. Every line is complete
 * (sink_hub_complete()) or a list.
 *
 * How it is told without polling: the write end stays open, so that a reader's open() never waits;
 * inotify on the pipe then tells of opens and closes, and of reads only while a line is due.
 * poll(2) on the write end tells whether anybody reads: POLLERR means nobody (pipe(7)).
 *
 * The pipe grows so that a line fits whole. One larger than a pipe of ours may be (1 MiB) goes out
 * in pieces as the reader reads; nothing else is written until its last byte has gone.
 *
 * A pipe that is lost, or whose directory is, comes back as soon as its path is free: that is tried
 * once a second. */
#pragma once

#include <uv.h>

struct sink;
struct sink_hub;

/* Makes the pipe at path (mode 0600), or uses the one there if it is ours, and adds the sink to the
 * hub. Removed at close if it is still the same. 0; -EEXIST if something else is at path, -EPERM if
 * it belongs to another user, or another negative errno: logged, *ret untouched. */
int sink_fifo_open(struct sink_hub *hub, uv_loop_t *loop, const char *path, struct sink **ret);
