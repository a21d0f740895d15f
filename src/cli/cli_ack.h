/* otel-ai-monitor ack: finished sessions have been seen. */
#pragma once

#include "base/str.h"

struct cli_target;

/* Tells the daemon that the session has been seen; one that has gone meanwhile is no failure. Gives
 * an exit status, with a message if it is 1. */
int cli_ack_session(const struct cli_target *target, struct str id);
