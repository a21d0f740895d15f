/* Runs another program and waits for it, in programs without a loop. It gets its arguments as they
 * are, never through a shell, and is killed if we are. */
#pragma once

#include <stdbool.h>

struct buf;

struct run {
	const char *const *argv; // the first is looked up in PATH; terminated by NULL
	struct buf *output;      // its stdout is appended, its stdin is empty; NULL: it shares ours
	bool first_line;         // only the first line of the output, without its end
	bool drops_errors;       // its stderr is discarded; else it shares ours
	int limit_ms;            // it is killed then; 0: no limit
};

/* Its exit status, 128 plus the signal that ended it, or a negative errno: why it cannot be started
 * (-ENOENT: not installed), -EFBIG if it wrote more than fits, -ETIMEDOUT if it was killed. */
int run_program(const struct run *run);

/* Starts a program that outlives us: without a terminal, with empty input and discarded output.
 * argv as above. 0, or a negative errno: why it cannot be started. */
int run_detached(const char *const *argv);
