/* otel-ai-monitor ack: what is done has been seen. */
#pragma once

#include "base/str.h"

struct cli_target;
struct config;

/* Acknowledges the session session_id of the configuration, else every completed session, with the
 * daemon. Gives the exit status: 0, or 1 with a message if there is no such session or the daemon
 * cannot be reached. */
int cli_ack(const struct config *config);

/* Acknowledges one session, without a message. The HTTP status, or a negative errno. */
int cli_ack_session(const struct cli_target *target, struct str id);
