/* otel-ai-monitor prices import: merges another price list into the user's own. */
#pragma once

struct config;

/* The words of --from; ends with NULL. */
extern const char *const cli_prices_sources[];

/* Returns the exit status. */
int cli_prices_import(const struct config *config);
