/* otel-ai-monitor status: what every session is doing, once. */
#pragma once

struct config;

/* Asks the daemon of this configuration and prints a table, or the list as it is (status_json).
 * Gives the exit status: 0, or 1 with a message if the daemon cannot be reached or gives no list.
 */
int cli_status(const struct config *config);
