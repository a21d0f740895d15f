/* The kernel's texts about one process, read without asking the kernel: proc(5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { PROCESS_NAME_BYTES = 64 };

struct process_stat {
	int64_t pid;
	char name[PROCESS_NAME_BYTES]; // comm, NUL-terminated, cut if it is longer
	char state;                    // 'R', 'S', …
	int64_t parent;                // its pid; 0: none here
	uint32_t terminal;             // tty_nr; 0: none
	uint64_t start_ticks;          // since boot: with pid it names a process for ever
};

/* Reads the line of /proc/PID/stat. The name may hold anything, parentheses and newlines too.
 * False, and *ret untouched, if it is no such line. */
bool process_stat_parse(struct str line, struct process_stat *ret);

/* Whether a process in this state has ended already. */
bool process_stat_has_ended(const struct process_stat *stat);
