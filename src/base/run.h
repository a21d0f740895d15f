/* Another program, run and waited for: by programs without a loop. It is started with its arguments
 * as they are, never through a shell, and if we are killed meanwhile, so is it. */
#pragma once

#include <stdbool.h>

struct buf;

struct run {
	const char *const *argv; // the first is found in PATH; NULL at the end
	struct buf *output;      // appended: its stdout, its input being empty; NULL: both are ours
	bool first_line;         // no more of the output than that, without its end
	bool drops_errors;       // its stderr; else it is ours
	int limit_ms;            // then it is killed; 0: it may take for ever
};

/* Its exit status, 128 and the number of the signal that ended it, or a negative errno: why it
 * cannot be started (-ENOENT: not installed), -EFBIG if it wrote more than fits, -ETIMEDOUT if it
 * was killed. */
int run_program(const struct run *run);

/* Starts a program that goes on when we have ended: with no terminal, nothing to read, and what it
 * writes dropped. argv as above. 0 or a negative errno: why it cannot be started. */
int run_detached(const char *const *argv);
