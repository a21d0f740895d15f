/* otel-ai-monitor status: what every session is doing, once. */
#pragma once

struct config;

/* Asks the daemon of this configuration and prints a table, the list as it is (json, NDJSON, LIST),
 * or what a bar shows. Gives the exit status: 0, with exit_code what cli_outcome.h says, or 1 with
 * a message if the daemon cannot be reached or gives no list; a bar's format shows that as well,
 * and gives 0. */
int cli_status(const struct config *config);
