/* Where the server listens: on what systemd hands down, else on the configured addresses and
 * socket. */
#pragma once

/* By what a peer came, for the routes. */
enum app_listener {
	APP_LISTENER_PORT = 1 << 0,   // the port for telemetry, or what systemd hands down
	APP_LISTENER_SOCKET = 1 << 1, // the Unix socket
};

struct config;
struct http_server;

/* 0, or a negative errno with the reason logged. A loopback address that this machine does not have
 * is left out; one that is taken is an error. */
int app_listen(struct http_server *server, const struct config *config);
