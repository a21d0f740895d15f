/* Finds the process that holds a socket: walks /proc/PID/fd in bounded steps.
 *
 * One walk serves all lookups. It begins with the processes found last, so that a new connection of
 * a known client costs one directory, and continues from the newest process to the oldest, as
 * clients have mostly just started. If parent and child share the socket, the parent counts:
 * between fork(2) and exec(2) a child has all its descriptors. A lookup added during a walk is not
 * abandoned before the end of the next one. Only processes of our own user are examined, never
 * ourselves. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

/* One lookup; owned by the caller, who must cancel it before freeing it. */
struct process_lookup {
	struct list link; // of process_finder; in no list: not open
	uint64_t inode;
	uint64_t last_walk; // at the end of this walk there is no such process
	int64_t pid;        // holds it; reported once its parent does not; 0: none found yet
	uint64_t start_ticks;
};

struct process_finder;

/* The result: pid and start time (ticks since boot), both 0 if no process of ours holds the socket.
 * The lookup is over. Others may be added and cancelled during the call. */
typedef void process_finder_on_result(
	struct process_lookup *lookup, int64_t pid, uint64_t start_ticks, void *data);

/* proc: the proc file system, "/proc". At most max_lookups are open at a time. */
struct process_finder *process_finder_create(
	const char *proc, size_t max_lookups, process_finder_on_result *on_result, void *data);

/* Forgets open lookups without an answer. NULL is fine. */
void process_finder_destroy(struct process_finder *f);

/* Looks up the holder of the socket with this inode. lookup must be zeroed or over. -ENOBUFS above
 * the maximum; never calls back at once. */
int process_finder_add(struct process_finder *f, struct process_lookup *lookup, uint64_t inode);

/* Cancels a lookup; one that is over is fine. */
void process_finder_cancel(struct process_finder *f, struct process_lookup *lookup);

/* Continues the walk: examines about budget names, each one or a few system calls (1 to 4 µs).
 * False if nothing is left to do; until then some descriptors stay open. */
bool process_finder_step(struct process_finder *f, unsigned budget);
