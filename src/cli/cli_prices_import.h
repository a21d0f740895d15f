/* otel-ai-monitor prices import: another price list, into one's own. */
#pragma once

struct config;

/* The words of --from, up to a NULL. */
extern const char *const cli_prices_sources[];

/* Gives the exit status. */
int cli_prices_import(const struct config *config);
