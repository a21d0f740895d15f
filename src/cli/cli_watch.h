/* otel-ai-monitor watch: the daemon's lines on stdout, through every outage of it. */
#pragma once

#include <stdint.h>

struct config;
struct cli_target;

enum cli_watch_lines {
	CLI_WATCH_ALL,   // updates and lists, as they come
	CLI_WATCH_LISTS, // a list at first and after every change
};

/* Follows the daemon of this configuration for ever, in its watch_format. Gives the exit status: 0
 * when stdout was closed. */
int cli_watch(const struct config *config);

/* The same with its parts named. fd: where lines go; nothing else is written there. While the
 * daemon is away the one line about it is an empty list with an error. */
int cli_watch_run(const struct cli_target *target, enum cli_watch_lines lines, int fd);
