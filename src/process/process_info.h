/* What is known of one process of ours. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "process/process_stat.h"

struct process_info {
	int64_t pid;
	uint64_t start_ticks; // since boot; a pid used again begins later
	char *name;           // owned: comm, "claude"; a program may choose it
	char *program;        // owned: file name of its first argument; NULL if not known
	char *script;         // owned: the same of its script, for "node gemini"; NULL if none
	char *cwd;            // owned; NULL if not known
	bool is_elsewhere;    // in another pid namespace: its directory means nothing here
	bool is_watched;      // its end will be told
};

/* Reads what /proc tells of a process that began at start_ticks, 0: whenever. What cannot be read
 * stays NULL. 0; -ESRCH if it is gone, or its pid is another's now; -EPERM if it is another user's;
 * a negative errno. */
int process_info_read(int64_t pid, uint64_t start_ticks, struct process_info *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_info_finish(struct process_info *info);
