/* The lines that bars read: one table of formats (otel-ai-monitor(1), FORMATS). */
#pragma once

#include <stdbool.h>

#include "config/config.h"

struct buf;
struct cli_bar;

enum { CLI_FORMAT_MAX_LINE_BYTES = 64 * 1024 };

/* Whether it is a bar's; else it is one of whole objects or, for status, a table. */
bool cli_format_is_bar(enum config_format format);

/* Appends what a bar's format makes of it, '\n' at the end. */
void cli_format_append(struct buf *out, enum config_format format, const struct cli_bar *bar);
