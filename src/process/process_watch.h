/* The end of one process, told by the loop: a pidfd, so nothing is asked for again and again. */
#pragma once

#include <stdint.h>
#include <uv.h>

struct process_watch;

/* Called once when the process has ended. The watch may be stopped in here. */
typedef void process_watch_on_end(void *data);

/* Watches the process that began at start_ticks since boot. 0; -ESRCH if it has ended already, or
 * its pid is another's now; any other negative errno: it cannot be watched, which says nothing
 * about it (an old kernel, no descriptor left). */
int process_watch_start(uv_loop_t *loop, int64_t pid, uint64_t start_ticks,
	process_watch_on_end *on_end, void *data, struct process_watch **ret);

/* Ends watching, before or after the process's end; on_end is not called any more. The memory goes
 * on the loop's next turn. NULL is fine. */
void process_watch_stop(struct process_watch *watch);
