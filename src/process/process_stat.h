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

/* What a process may be called after /proc/PID/cmdline, its arguments with NULs between them: the
 * file name of its program, and of its script, which for node stands behind node's own options. A
 * script with a name that many have ("cli.js") goes by its directory. Slices of arguments; empty
 * where there is none. */
void process_stat_pick_names(struct str arguments, struct str *ret_program, struct str *ret_script);
