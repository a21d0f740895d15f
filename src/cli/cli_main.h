/* The whole program except the daemon: reads command line and settings, and runs the command. */
#pragma once

struct config;

/* serve: runs the daemon with this configuration, which it may reload, and returns the exit status;
 * NULL: executes otel-ai-monitor-daemon with the same arguments. Returns the program's exit status.
 */
int cli_main(int argc, char **argv, int (*serve)(struct config *config));
