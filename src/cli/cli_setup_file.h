/* One file that setup changes: with a diff, a question and a copy of what it was before. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct config;

struct cli_setup_file {
	const struct config *config;
	const char *path;         // as its user knows it; borrowed
	char *real, *backup;      // owned
	struct buf before, after; // after: what the caller plans, at first as before
	struct buf base;          // the copy; empty: none
	bool is_untouched;        // nothing of ours was in before, so it is what a copy should be
	bool no_copy;             // there would be something of ours in it
	bool is_told;             // its caller has said what changes: no difference is shown
	bool unasked;             // there was nobody to ask
};

enum cli_setup_change {
	CLI_SETUP_CHANGED,
	CLI_SETUP_KEPT,   // as its user wanted it
	CLI_SETUP_FAILED, // it has been told why
};

/* Reads the file; the caller finishes it in any case. 0 also if it is not
 * there; a negative errno. */
int cli_setup_file_open(struct cli_setup_file *f, const struct config *config, const char *path);
void cli_setup_file_finish(struct cli_setup_file *f);

/* Shows the difference, asks, and writes after: if it is empty, the file is removed. */
enum cli_setup_change cli_setup_file_change(struct cli_setup_file *f);
