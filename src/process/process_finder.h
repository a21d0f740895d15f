/* Which process holds a socket: walks /proc/PID/fd in bounded steps.
 *
 * One walk serves all lookups at once. It begins with the processes found last, so that a new
 * connection of a known client costs one directory, and goes on from the newest process to the
 * oldest, as who connects has mostly just begun. Of a family that shares the socket the eldest is
 * meant: a child has every descriptor of its parent between fork(2) and exec(2). A lookup that
 * comes during a walk is not given up before the next one has ended as well. Only processes of our
 * own user are looked at, never ourselves. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

/* One question; memory of the caller's, who must cancel it before that goes. */
struct process_lookup {
	struct list link; // of process_finder; in no list: no question is open
	uint64_t inode;
	uint64_t last_walk; // when that one has ended there is no such process
	int64_t pid;        // holds it; told when its parent does not; 0: none found yet
	uint64_t start_ticks;
};

struct process_finder;

/* The answer: pid and when it began (ticks since boot), both 0 if no process of ours holds the
 * socket. The lookup is over then. Others may be added and cancelled in here. */
typedef void process_finder_on_result(
	struct process_lookup *lookup, int64_t pid, uint64_t start_ticks, void *data);

/* proc: where processes are listed, "/proc". At most max_lookups are open at a time. */
struct process_finder *process_finder_create(
	const char *proc, size_t max_lookups, process_finder_on_result *on_result, void *data);

/* Forgets open lookups without an answer. NULL is fine. */
void process_finder_destroy(struct process_finder *f);

/* Asks who holds the socket with this inode. lookup must be zeroed or over. -ENOBUFS above the
 * maximum; never answers at once. */
int process_finder_add(struct process_finder *f, struct process_lookup *lookup, uint64_t inode);

/* Takes the question back; one that is over is fine. */
void process_finder_cancel(struct process_finder *f, struct process_lookup *lookup);

/* Goes on with the walk: looks at about budget names, each a system call or a few (1 to 4 µs).
 * False if nothing is left to do; until then some descriptors are kept open. */
bool process_finder_step(struct process_finder *f, unsigned budget);
