/* otel-ai-monitor prices reprice: estimated costs in the history, by the current price lists. */
#pragma once

struct config;

/* Returns the exit status. */
int cli_prices_reprice(const struct config *config);
