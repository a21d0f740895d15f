/* otel-ai-monitor setup --json: what setup finds and would do, for programs; the daemon asks it for
 * GET /api/setup. */
#pragma once

struct config;

/* Prints an array with a row for each client that is named, or else for every one that is
 * supported. Reads the clients' files; changes none, and runs no program of theirs. */
int cli_setup_json(const struct config *config);
