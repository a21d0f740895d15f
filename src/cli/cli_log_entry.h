/* otel-ai-monitor log EVENT: appends a line to a metrics file. */
#pragma once

struct config;

/* Appends it, without a daemon. Returns the exit status; errors have been printed. */
int cli_log_entry(const struct config *config);
