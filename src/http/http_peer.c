#include "http/http_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "http/http_request.h"

static void init_ipv4(struct http_peer *peer, const struct sockaddr_in *in)
{
	char text[INET_ADDRSTRLEN] = "";
	(void)inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	(void)snprintf(peer->address, sizeof(peer->address), "%s:%u", text, ntohs(in->sin_port));
}

static void init_ipv6(struct http_peer *peer, const struct sockaddr_in6 *in6)
{
	char text[INET6_ADDRSTRLEN] = "";
	(void)inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
	(void)snprintf(
		peer->address, sizeof(peer->address), "[%s]:%u", text, ntohs(in6->sin6_port));
}

static void init_unix(struct http_peer *peer, int fd)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	peer->is_unix = peer->is_loopback = true;
	memcpy(peer->address, "unix", sizeof("unix"));
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
		peer->pid = credentials.pid;
		peer->uid = credentials.uid;
	}
}

void http_peer_init(struct http_peer *peer, int fd, uint64_t connection_id)
{
	*peer = (struct http_peer){
		.connection_id = connection_id, .address = "?", .pid = -1, .uid = -1};
	socklen_t size = sizeof(peer->sockaddr);
	if (getpeername(fd, &peer->sockaddr.any, &size) != 0) {
		return;
	}
	size = sizeof(peer->local);
	(void)getsockname(fd, &peer->local.any, &size);
	peer->is_loopback = address_is_loopback(&peer->sockaddr.any);
	switch (peer->sockaddr.any.sa_family) {
	case AF_INET: init_ipv4(peer, &peer->sockaddr.ipv4); break;
	case AF_INET6: init_ipv6(peer, &peer->sockaddr.ipv6); break;
	case AF_UNIX: init_unix(peer, fd); break;
	default: break;
	}
}
