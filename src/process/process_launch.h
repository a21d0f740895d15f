/* Runs programs with a time limit, and reports their end without ever waiting for them. */
#pragma once

#include <stddef.h>
#include <uv.h>

#include "base/str.h"

struct process_launcher;

/* exit_status: as for exit(3); negative if it was killed or could not be started. */
typedef void process_launch_on_end(int exit_status, void *data);

struct process_launcher *process_launcher_create(uv_loop_t *loop);

/* Kills what is running, without further callbacks; freed in the loop's next turns. Not to be
 * called within a callback. NULL is fine. */
void process_launcher_close(struct process_launcher *launcher);

/* Starts argv[0], looked up in PATH, with empty stdin, discarded stdout and our stderr. variable:
 * "NAME=value" to add to its environment, or NULL. It is killed after 10 s. on_end may be NULL, and
 * is never called before this returns. 0, and its end will be reported; or a negative errno,
 * already logged: -EAGAIN if 16 are running. */
int process_launch(struct process_launcher *launcher, const char *const argv[],
	const char *variable, process_launch_on_end *on_end, void *data);

/* output: what it wrote, borrowed; all of it where the status is 0. */
typedef void process_launch_on_output(int exit_status, struct str output, void *data);

/* The same for a program that is run for what it writes: it is killed if that is more than
 * max_bytes. on_output is needed. */
int process_launch_read(struct process_launcher *launcher, const char *const argv[],
	size_t max_bytes, process_launch_on_output *on_output, void *data);
