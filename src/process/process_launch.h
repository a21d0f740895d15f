/* Programs that are started and told of when they have ended; each has a few seconds, and nobody
 * waits for it. */
#pragma once

#include <stddef.h>
#include <uv.h>

#include "base/str.h"

struct process_launcher;

/* exit_status: as of exit(3); negative if it was killed, or could not be started. */
typedef void process_launch_on_end(int exit_status, void *data);

struct process_launcher *process_launcher_create(uv_loop_t *loop);

/* Kills what runs and calls back no more; the memory goes with the loop's next turns. Not to be
 * called from within a callback. NULL is fine. */
void process_launcher_close(struct process_launcher *launcher);

/* Starts argv[0], found in PATH, with nothing to read, its output dropped and its messages in our
 * log. variable: "NAME=value" for its environment beside ours, or NULL. After 10 s it is killed.
 * on_end may be NULL, and is called later, never from in here. 0, and an end will be told; or a
 * negative errno, which was logged: -EAGAIN if 16 run already. */
int process_launch(struct process_launcher *launcher, const char *const argv[],
	const char *variable, process_launch_on_end *on_end, void *data);

/* output: what it wrote, borrowed; all of it where the status is 0. */
typedef void process_launch_on_output(int exit_status, struct str output, void *data);

/* The same for a program that is run for what it writes: it is killed if that is more than
 * max_bytes. on_output is needed. */
int process_launch_read(struct process_launcher *launcher, const char *const argv[],
	size_t max_bytes, process_launch_on_output *on_output, void *data);
