/* otel-ai-monitor log EVENT: one more line in a metrics file. */
#pragma once

struct config;

/* Appends it, without a daemon. The exit status; what is wrong has been said. */
int cli_log_entry(const struct config *config);
