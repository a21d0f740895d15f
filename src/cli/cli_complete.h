/* otel-ai-monitor complete WORD...: what a shell's completion offers in the place of the last word.
 *
 * A line for each candidate, with a tab and some words about it behind; the line ":files" asks the
 * shell for the names of files. */
#pragma once

struct config;

/* Returns the exit status. A daemon that does not answer at once is done without. */
int cli_complete(const struct config *config);
