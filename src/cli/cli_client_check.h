/* Whether a client's settings point here, by the plans that setup makes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct cli_report;
struct config;
struct setup_client;
struct setup_settings;

struct cli_client_check { // all borrowed
	const struct config *config;
	const struct setup_settings *settings;
	const struct setup_client *client;
	struct cli_report *report; // NULL: nothing is reported
	size_t members, hooks;     // missing
	size_t wanted_members;     // of a file without any of ours
	const char *first;         // of those members that are missing
	bool has_hooks;            // it has a file for hooks
	bool trusted;              // its hooks are trusted, or need no trust
	bool elsewhere;            // the user's settings send its telemetry elsewhere
	bool hooks_off;            // the user's or managed settings turn hooks off
	bool unreadable;           // a file could not be read
	bool by_environment;       // the missing members are set in the environment
};

/* Reads the client's settings and the managed ones; runs no program. Reports obstacles as it finds
 * them. */
struct cli_client_check cli_client_check(const struct config *config,
	const struct setup_settings *settings, const struct setup_client *client,
	struct cli_report *report);
