/* The port of the installed service, which is in its socket unit: a drop-in of the user's changes
 * it. */
#pragma once

#include <stdbool.h>

struct config;

enum cli_setup_port {
	CLI_SETUP_PORT_FITS,    // the service listens on this port, or will after a restart
	CLI_SETUP_PORT_CHANGED, // the same, and this was just written
	CLI_SETUP_PORT_DIFFERS, // its user did not want it
	CLI_SETUP_PORT_FAILED,  // it has been told why
	CLI_SETUP_PORT_UNKNOWN, // the service is not installed
};

/* Has the service listen on the configured port. With --undo: on that of its unit. *ret_unasked:
 * there was nobody to ask. */
enum cli_setup_port cli_setup_port(const struct config *config, bool *ret_unasked);
