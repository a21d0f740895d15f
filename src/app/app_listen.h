/* Where the server listens: on systemd's sockets, else on the configured addresses and socket. */
#pragma once

/* The listener of a peer, for the routes. */
enum app_listener {
	APP_LISTENER_PORT = 1 << 0,   // the port for telemetry, or systemd's sockets
	APP_LISTENER_SOCKET = 1 << 1, // the Unix socket
};

struct config;
struct http_server;

/* 0, or a negative errno with the reason logged. A loopback address that this machine lacks is
 * skipped; one in use is an error. */
int app_listen(struct http_server *server, const struct config *config);
