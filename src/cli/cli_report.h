/* Findings, one line each. */
#pragma once

#include <stdbool.h>

#include "cli/cli_style.h"

enum cli_mark {
	CLI_GOOD,  // ✓, in ASCII ok
	CLI_NOTE,  // !: works, but could be better, or cannot be known
	CLI_WRONG, // ✗, in ASCII x
};

struct cli_report {
	struct cli_style style; // of standard output
	bool wrong;             // something was
};

/* Prints a line to standard output. */
void cli_report_say(struct cli_report *r, enum cli_mark mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
