/* otel-ai-monitor setup: points the clients at the daemon, by changes that their user agrees to. */
#pragma once

struct config;

/* Gives the exit status: 0 when all is as it should be or as the user wanted it; 1 when a file had
 * to be left alone; 2 for a name that is not known. */
int cli_setup(const struct config *config);
