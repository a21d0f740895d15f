/* Parses the kernel's texts about a process: proc(5). */
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
	uint64_t start_ticks;          // since boot: unique together with the pid
};

/* Parses the line of /proc/PID/stat. The name may contain anything, even parentheses and newlines.
 * False, and *ret untouched, if it is invalid. */
bool process_stat_parse(struct str line, struct process_stat *ret);

/* Whether a process in this state has ended already. */
bool process_stat_has_ended(const struct process_stat *stat);

/* Possible names of a process from /proc/PID/cmdline, its arguments separated by NULs: the file
 * name of its program, and of its script, which for node comes after node's own options. A script
 * with a generic name ("cli.js") is named after its directory. Slices of arguments; empty if none.
 */
void process_stat_pick_names(struct str arguments, struct str *ret_program, struct str *ret_script);
