/* How subcommands reach the running daemon: its unix socket, else its port on the loopback
 * interface. */
#pragma once

#include <stdint.h>

struct buf;
struct config;

struct cli_target {              // texts are borrowed
	const char *socket_path; // NULL: not tried
	const char *host;        // numeric address; NULL: not tried
	uint16_t port;
	const char *token; // for HOST; NULL: none
};

/* Where a daemon with this configuration listens. Borrows from it. */
struct cli_target cli_target_of(const struct config *config);

/* For messages: "/run/user/1000/x.sock or 127.0.0.1:4318", for the caller to free. */
char *cli_target_shown(const struct cli_target *t);

/* Connects, waiting 2 s at most for each way, and asks for a path. Gives a non-blocking descriptor
 * on which the answer will come, or a negative errno. */
int cli_client_ask(const struct cli_target *t, const char *path, const char *accept);

/* The whole answer. ret_body must be initialised; its ceiling bounds the answer. 0 and the HTTP
 * status, or a negative errno; -ETIMEDOUT if it has not come within timeout_ms. */
int cli_client_get(const struct cli_target *t, const char *path, int timeout_ms,
	struct buf *ret_body, int *ret_status);
