/* How a hook reaches the daemon. Clients are started over ssh, by su or cron, in containers, where
 * XDG_RUNTIME_DIR may be missing or another user's. So several ways are tried: the configured
 * socket, the one in /run/user/UID, the port. With --port, only the port.
 *
 * Hooks are private: nothing is ever sent to another user's daemon. */
#pragma once

#include "cli/cli_http.h"

struct buf;
struct config;

struct cli_hook_way {
	struct cli_endpoint endpoint; // borrows from the configuration
	bool over_socket;
};

/* Connects to the first daemon found that belongs to this user or root or, under sudo, to the user
 * who ran sudo. Returns a non-blocking descriptor for the caller to close, and the way, or -ENOENT.
 * Appends why the other ways failed to why_not: "PLACE: REASON; PLACE: REASON". */
int cli_hook_way_open(const struct config *config, struct cli_hook_way *ret, struct buf *why_not);
