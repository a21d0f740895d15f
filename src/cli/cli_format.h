/* The formats that bars read, in one table (otel-ai-monitor(1), FORMATS). */
#pragma once

#include <stdbool.h>

#include "config/config.h"

struct buf;
struct cli_bar;

enum { CLI_FORMAT_MAX_LINE_BYTES = 64 * 1024 };

/* Whether it is for bars; others print whole objects or, for status, a table. */
bool cli_format_is_bar(enum config_format format);

/* Appends the bar in that format, with a final '\n'. */
void cli_format_append(struct buf *out, enum config_format format, const struct cli_bar *bar);
