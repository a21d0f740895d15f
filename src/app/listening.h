/* Where the server listens: on what systemd hands down, else on the configured addresses and
 * socket. */
#pragma once

/* By what a peer came, for the routes. */
enum listening_mark {
	LISTENING_PORT = 1 << 0,   // the port for telemetry, or what systemd hands down
	LISTENING_SOCKET = 1 << 1, // the Unix socket
};

struct config;
struct http_server;

/* 0, or a negative errno with the reason logged. A loopback address that this machine does not have
 * is left out; one that is taken is an error. */
int listening_open(struct http_server *server, const struct config *config);
