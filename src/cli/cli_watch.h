/* otel-ai-monitor watch: the daemon's lines on stdout, through every outage of it. */
#pragma once

#include "config/config.h"

struct cli_style;
struct cli_endpoint;

/* Follows the daemon for ever, until fd is closed; gives the exit status, 0. NDJSON: updates and
 * lists, as they come; LIST: a list at first and after every change; AUTO: words in this style; a
 * bar's: what cli_format.h makes of that list. icons: for bars, by enum config_bar_state. fd: where
 * lines go; nothing else is written there. While the daemon is away the one line about it is an
 * empty list with an error, or what a bar shows for it. */
int cli_watch_run(const struct cli_endpoint *endpoint, enum config_format format,
	const struct config_list *icons, const struct cli_style *style, int fd);
