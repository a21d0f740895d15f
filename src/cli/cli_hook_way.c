#include "cli/cli_hook_way.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/mem.h"
#include "config/config.h"
#include "process/process_listener.h"

/* ---- whose it is */

/* Under sudo, use the daemon of the user who ran it. */
static bool is_sudo_user(const struct config *config, int64_t uid)
{
	int64_t user;
	return geteuid() == 0 &&
	       str_to_int64(str_from(config_variable(config, "SUDO_UID")), &user) && user == uid;
}

static bool is_trusted(const struct config *config, int64_t uid)
{
	return uid == (int64_t)geteuid() || uid == 0 || is_sudo_user(config, uid);
}

/* 0, or -EPERM. */
static int check_socket(int fd)
{
	struct ucred listener;
	socklen_t size = sizeof(listener);
	bool own = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &size) == 0 &&
		   listener.uid == geteuid();
	return own ? 0 : -EPERM;
}

/* 0, or -EPERM, also if the kernel does not say. On another machine, only the token counts. */
static int check_port(int fd, const struct config *config, const struct cli_endpoint *endpoint)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int64_t uid;
	if (!address_names_loopback(str_from(endpoint->host))) {
		return 0;
	}
	bool known = getpeername(fd, (struct sockaddr *)&address, &size) == 0 &&
		     process_listener_owner((struct sockaddr *)&address, endpoint->port, &uid) == 0;
	return known && is_trusted(config, uid) ? 0 : -EPERM;
}

/* ---- the ways */

static void note(struct buf *why_not, const struct cli_endpoint *endpoint, int r)
{
	cleanup_free char *where = cli_endpoint_shown(endpoint);
	buf_printf(why_not, "%s%s: %s", why_not->size > 0 ? "; " : "", where,
		r == -EPERM ? "not a daemon of this user" : strerror(-r));
}

static int try(const struct config *config, struct cli_hook_way *way, struct buf *why_not)
{
	int fd = cli_http_connect(&way->endpoint, &way->over_socket);
	int r = fd < 0             ? fd
		: way->over_socket ? check_socket(fd)
				   : check_port(fd, config, &way->endpoint);
	if (r < 0) {
		mem_close_fd(&fd);
		note(why_not, &way->endpoint, r);
		return r;
	}
	return fd;
}

/* NULL if there is none, or it was tried. */
static const char *shared_socket(const struct config *config)
{
	bool tried = config->socket_path != NULL && config->shared_socket != NULL &&
		     strcmp(config->socket_path, config->shared_socket) == 0;
	return tried || config->prefers_port ? NULL : config->shared_socket;
}

int cli_hook_way_open(const struct config *config, struct cli_hook_way *ret, struct buf *why_not)
{
	struct cli_endpoint all = cli_endpoint_of(config);
	const struct cli_endpoint ways[] = {
		{.socket_path = all.socket_path},
		{.socket_path = shared_socket(config)},
		{.host = all.host, .port = all.port, .token = all.token},
	};
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		ret->endpoint = ways[i];
		bool leads_somewhere = ways[i].socket_path != NULL || ways[i].host != NULL;
		int fd = leads_somewhere ? try(config, ret, why_not) : -ENOENT;
		if (fd >= 0) {
			return fd;
		}
	}
	if (why_not->size == 0) {
		buf_append_str(why_not, STR("no socket and no port is configured"));
	}
	return -ENOENT;
}
