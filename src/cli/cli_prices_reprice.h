/* otel-ai-monitor prices reprice: estimates of the history, by the price lists of today. */
#pragma once

struct config;

/* Gives the exit status. */
int cli_prices_reprice(const struct config *config);
