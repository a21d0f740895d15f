/* otel-ai-monitor watch: the daemon's lines on stdout, across its restarts. */
#pragma once

#include "config/config.h"

struct cli_style;
struct cli_endpoint;

/* Follows the daemon until fd is closed; returns the exit status, 0. NDJSON: updates and lists as
 * they arrive; LIST: a list at once and after every change; AUTO: words in this style; a bar's
 * format: that list through cli_format.h. icons: for bars, by enum config_bar_state. fd: where the
 * lines, and nothing else, are written. While the daemon is away there is one line: an empty list
 * with an error, or a bar's version of it. */
int cli_watch_run(const struct cli_endpoint *endpoint, enum config_format format,
	const struct config_list *icons, const struct cli_style *style, int fd);
