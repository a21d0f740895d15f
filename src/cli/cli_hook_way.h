/* How a hook reaches the daemon. Clients are started in many ways, over ssh, by su or cron, in
 * containers, where XDG_RUNTIME_DIR is missing or another user's. So more than one way is tried:
 * the socket of the settings, the one in /run/user/UID, the port. With --port only the port.
 *
 * What a hook tells is for its user's daemon alone: nothing is sent to one of another user. */
#pragma once

#include "cli/cli_http.h"

struct buf;
struct config;

struct cli_hook_way {
	struct cli_endpoint endpoint; // borrows from the configuration
	bool over_socket;
};

/* Connects by the first way that leads to a daemon of this user, or of root; where this is root, by
 * sudo, also to one of the user who ran sudo. A non-blocking descriptor for the caller to close,
 * and the way, or -ENOENT. What kept each of the others from being it is appended to why_not:
 * "PLACE: REASON; PLACE: REASON". */
int cli_hook_way_open(const struct config *config, struct cli_hook_way *ret, struct buf *why_not);
