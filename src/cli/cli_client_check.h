/* Whether a client's settings point here: by the same plans that setup makes. */
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
	size_t wanted_members;     // of a file in which nothing is
	const char *first;         // of those members that are missing
	bool has_hooks;            // a file of it may have some
	bool trusted;              // its user has let it run hooks, or need not
	bool elsewhere;            // its telemetry goes there by its user's settings
	bool hooks_off;            // its user, or the owner of the machine, has turned hooks off
	bool unreadable;           // a file: not known
	bool by_environment;       // the missing members are set in the environment
};

/* Reads the client's files, and those of the machine's owner; runs no program. What is in the way
 * is reported at once. */
struct cli_client_check cli_client_check(const struct config *config,
	const struct setup_settings *settings, const struct setup_client *client,
	struct cli_report *report);
