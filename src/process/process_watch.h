/* Reports the end of a process through the loop: a pidfd, without polling. */
#pragma once

#include <stdint.h>
#include <uv.h>

struct process_watch;

/* Called once when the process has ended. May stop the watch. */
typedef void process_watch_on_end(void *data);

/* Watches the process with that start time. 0; -ESRCH if it has ended, or its pid was reused; any
 * other negative errno: it cannot be watched, which says nothing about it (an old kernel, no
 * descriptor left). */
int process_watch_start(uv_loop_t *loop, int64_t pid, uint64_t start_ticks,
	process_watch_on_end *on_end, void *data, struct process_watch **ret);

/* Stops the watch, before or after the process's end; on_end is not called any more. Freed in the
 * loop's next turn. NULL is fine. */
void process_watch_stop(struct process_watch *watch);
