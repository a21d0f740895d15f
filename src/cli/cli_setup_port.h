/* The port of the installed service, in its socket unit; a drop-in changes it. */
#pragma once

#include <stdbool.h>

struct config;

enum cli_setup_port {
	CLI_SETUP_PORT_FITS,    // the service listens on this port, or will after a restart
	CLI_SETUP_PORT_CHANGED, // the same, after a change just made
	CLI_SETUP_PORT_DIFFERS, // the user declined the change
	CLI_SETUP_PORT_FAILED,  // after a message
	CLI_SETUP_PORT_UNKNOWN, // the service is not installed
};

/* Makes the service listen on the configured port; with --undo, on that of its unit. *ret_unasked:
 * there was nobody to ask. */
enum cli_setup_port cli_setup_port(const struct config *config, bool *ret_unasked);
