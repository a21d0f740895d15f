/* What commands have the running daemon do. */
#pragma once

#include "base/str.h"

struct cli_endpoint;

/* POST to a path of the daemon. An exit status, with a message if it is 1. */
int cli_post(const struct cli_endpoint *endpoint, const char *path);

/* The same for what is to be done with a session: "ack", "mute" or "unmute". One that has gone
 * meanwhile is no failure. */
int cli_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action);
