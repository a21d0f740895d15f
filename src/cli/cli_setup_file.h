/* One file that setup changes: with a diff, a question and a backup. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct config;

struct cli_setup_file {
	const struct config *config;
	const char *path;         // as the user knows it; borrowed
	char *real, *backup;      // owned
	struct buf before, after; // after: what the caller plans; initially the same
	struct buf base;          // the backup; empty: none
	bool is_untouched;        // nothing of ours was in before, so it becomes the backup
	bool no_copy;             // make no backup: it would contain something of ours
	bool is_told;             // the caller has said what changes: show no diff
	bool unasked;             // there was no terminal to ask on
};

enum cli_setup_change {
	CLI_SETUP_CHANGED,
	CLI_SETUP_KEPT,   // the user declined
	CLI_SETUP_FAILED, // after a message
};

/* Reads the file; the caller finishes it in any case. 0 also if it is not
 * there; a negative errno. */
int cli_setup_file_open(struct cli_setup_file *f, const struct config *config, const char *path);
void cli_setup_file_finish(struct cli_setup_file *f);

/* Shows the diff, asks, and writes after; removes the file if that is empty. */
enum cli_setup_change cli_setup_file_change(struct cli_setup_file *f);
