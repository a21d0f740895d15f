#include "app/app_listen.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "app/systemd.h"
#include "base/address.h"
#include "base/log.h"
#include "config/config.h"
#include "http/http_server.h"
#include "process/process_listener.h"

static void log_taken(uint16_t port, const char *address)
{
	struct process_listener holder = {0};
	(void)process_listener_find(port, &holder);
	if (holder.name != NULL) {
		log_error("port %u on %s is taken by \"%s\" (process %" PRId64
			  "); choose another with --port",
			(unsigned)port, address, log_shown(str_from(holder.name)), holder.pid);
	} else {
		log_error("port %u on %s is taken: another otel-ai-monitor or collector runs "
			  "there; choose another with --port",
			(unsigned)port, address);
	}
	process_listener_finish(&holder);
}

static int listen_address(
	struct http_server *server, const struct config *config, const char *address)
{
	/* with port 0 the first address chooses for all */
	uint16_t port = http_server_port(server);
	port = port != 0 ? port : config->port;
	int r = http_server_listen_tcp(server, str_from(address), port, APP_LISTENER_PORT);
	if (r == -EADDRINUSE) {
		log_taken(port, address);
	} else if (r < 0 && !address_names_loopback(str_from(address))) {
		return log_errno(r, "cannot listen on %s, port %u", address, (unsigned)port);
	} else if (r < 0) {
		log_info("not listening on %s: %s", address, strerror(-r));
		return 0; // a machine without IPv6; the caller reports if no address is left
	} else if (!address_names_loopback(str_from(address))) {
		log_warn("listening on %s, which other machines can reach; they need the token",
			address);
	}
	return r;
}

static int listen_unix(struct http_server *server, const struct config *config)
{
	const char *path = config->socket_path;
	if (path == NULL) {
		return 0;
	}
	int r = http_server_listen_unix(server, path, APP_LISTENER_SOCKET);
	if (r == -EADDRINUSE) {
		return log_errno(r,
			"cannot listen on '%s', which another otel-ai-monitor or file has; "
			"choose another with --socket",
			path);
	}
	if (r < 0) {
		log_warn("not listening on '%s': %s", path, strerror(-r));
	}
	return 0;
}

static int listen_inherited(struct http_server *server, int count)
{
	enum { FIRST_FD = 3 };
	for (int fd = FIRST_FD; fd < FIRST_FD + count; fd++) {
		int r = http_server_listen_fd(server, fd, APP_LISTENER_PORT);
		if (r < 0) {
			return log_errno(
				r, "descriptor %d from systemd is no listening socket", fd);
		}
	}
	return 0;
}

int app_listen(struct http_server *server, const struct config *config)
{
	int inherited = service_take_sockets();
	if (inherited > 0) {
		return listen_inherited(server, inherited);
	}
	for (size_t i = 0; i < config->listen.count; i++) {
		int r = listen_address(server, config, config->listen.items[i]);
		if (r < 0) {
			return r;
		}
	}
	int r = listen_unix(server, config);
	if (r == 0 && !http_server_is_listening(server)) {
		log_error("there is no address left to listen on");
		r = -EADDRNOTAVAIL;
	}
	return r;
}
