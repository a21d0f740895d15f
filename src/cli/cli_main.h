/* The whole program but for the daemon: reads the command line and the settings, and runs the
 * command. */
#pragma once

struct config;

/* serve: runs the daemon under this configuration, which it may read again, and gives the exit
 * status; NULL: otel-ai-monitor-daemon is executed, with the same arguments. Gives the exit status
 * of the program. */
int cli_main(int argc, char **argv, int (*serve)(struct config *config));
