/* What is known about one process of our user. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "process/process_stat.h"

struct process_info {
	int64_t pid;
	uint64_t start_ticks; // since boot; a reused pid starts later
	char *name;           // owned: comm, "claude"; programs may set it
	char *program;        // owned: file name of its first argument; NULL if not known
	char *script;         // owned: the same of its script, for "node gemini"; NULL if none
	char *cwd;            // owned; NULL if not known
	bool is_elsewhere;    // in another pid namespace: its directory has no meaning here
	bool is_watched;      // its end will be reported
};

/* Reads /proc for the process with that start time, 0: any. What cannot be read stays NULL. 0;
 * -ESRCH if it is gone, or the pid was reused; -EPERM if it is another user's; a negative errno. */
int process_info_read(int64_t pid, uint64_t start_ticks, struct process_info *ret);

/* Frees what it owns; a zeroed one is fine. */
void process_info_finish(struct process_info *info);
