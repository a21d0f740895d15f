#include "process/process_diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* ---- addresses */

/* Family 0 if it is not an IP address. */
static int read_address(const struct sockaddr *from, uint16_t *port, uint32_t address[4])
{
	if (from->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, from, sizeof(in));
		*port = in.sin_port;
		address[0] = in.sin_addr.s_addr;
		return AF_INET;
	}
	if (from->sa_family != AF_INET6) {
		return 0;
	}
	struct sockaddr_in6 in6;
	memcpy(&in6, from, sizeof(in6));
	*port = in6.sin6_port;
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		memcpy(address, &in6.sin6_addr.s6_addr[12], sizeof(*address));
		return AF_INET;
	}
	memcpy(address, &in6.sin6_addr, sizeof(in6.sin6_addr));
	return AF_INET6;
}

int process_diag_endpoints(
	const struct sockaddr *local, const struct sockaddr *peer, struct process_endpoints *ret)
{
	struct process_endpoints ends = {0};
	int family = read_address(local, &ends.server_port, ends.server);
	ends.family = read_address(peer, &ends.client_port, ends.client);
	if (family == 0 || family != ends.family) {
		return -EAFNOSUPPORT;
	}
	*ret = ends;
	return 0;
}

/* ---- messages */

void process_diag_request_init(
	struct process_diag_request *ret, const struct process_endpoints *ends, uint32_t sequence)
{
	*ret = (struct process_diag_request){
		.header = {.nlmsg_len = sizeof(*ret),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_seq = sequence},
		.body = {.sdiag_family = (uint8_t)ends->family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = UINT32_MAX},
	};
	struct inet_diag_sockid *id = &ret->body.id;
	id->idiag_sport = ends->client_port;
	id->idiag_dport = ends->server_port;
	memcpy(id->idiag_src, ends->client, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, ends->server, sizeof(id->idiag_dst));
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

static int read_error(const char *body, size_t size)
{
	int error;
	if (size < sizeof(error)) {
		return -EBADMSG;
	}
	memcpy(&error, body, sizeof(error));
	return error < 0 ? error : -EBADMSG;
}

static int read_socket(const char *body, size_t size, const struct process_endpoints *ends,
	struct process_socket *ret)
{
	struct inet_diag_msg found;
	if (size < sizeof(found)) {
		return -EBADMSG;
	}
	memcpy(&found, body, sizeof(found));
	/* if the connection is gone the kernel returns the listener on the client's port */
	if (found.id.idiag_sport != ends->client_port ||
		found.id.idiag_dport != ends->server_port || found.idiag_inode == 0) {
		return -ENOENT;
	}
	*ret = (struct process_socket){found.idiag_inode, found.idiag_uid};
	return 0;
}

int process_diag_read(const void *answer, size_t size, const struct process_endpoints *ends,
	uint32_t sequence, struct process_socket *ret)
{
	struct nlmsghdr header;
	if (size < sizeof(header)) {
		return -EBADMSG;
	}
	memcpy(&header, answer, sizeof(header));
	if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > size ||
		header.nlmsg_seq != sequence) {
		return -EBADMSG;
	}
	const char *body = (const char *)answer + NLMSG_HDRLEN;
	size_t body_size = header.nlmsg_len - NLMSG_HDRLEN;
	switch (header.nlmsg_type) {
	case NLMSG_ERROR: return read_error(body, body_size);
	case SOCK_DIAG_BY_FAMILY: return read_socket(body, body_size, ends, ret);
	default: return -EBADMSG;
	}
}

/* ---- text */

/* Reads "0100007F:10DE" or its long form: words of the address in network order, then the port. */
static bool read_hex_end(const char *text, bool is_ipv6, uint32_t address[4], uint16_t *port)
{
	unsigned host_port;
	int n = is_ipv6 ? sscanf(text, "%8" SCNx32 "%8" SCNx32 "%8" SCNx32 "%8" SCNx32 ":%4x",
				  &address[0], &address[1], &address[2], &address[3], &host_port)
			: sscanf(text, "%8" SCNx32 ":%4x", &address[0], &host_port);
	*port = n == (is_ipv6 ? 5 : 2) ? htons((uint16_t)host_port) : 0;
	return *port != 0;
}

/* The address as in the IPv6 table. */
static void to_table(bool is_ipv6, int family, const uint32_t from[4], uint32_t ret[4])
{
	memset(ret, 0, 4 * sizeof(*ret));
	if (is_ipv6 && family == AF_INET) {
		ret[2] = htonl(0xffff);
		ret[3] = from[0];
	} else {
		memcpy(ret, from, 4 * sizeof(*ret));
	}
}

static bool is_end(
	const char *text, bool is_ipv6, int family, const uint32_t address[4], uint16_t port)
{
	uint32_t found[4] = {0}, wanted[4];
	uint16_t found_port;
	to_table(is_ipv6, family, address, wanted);
	return read_hex_end(text, is_ipv6, found, &found_port) && found_port == port &&
	       memcmp(found, wanted, sizeof(found)) == 0;
}

bool process_diag_read_line(const char *line, bool is_ipv6, const struct process_endpoints *ends,
	struct process_socket *ret)
{
	char client[48], server[48];
	uint64_t uid, inode;
	/* slot, both ends, state, queues, timer, retransmits, uid, timeout, inode: proc(5) */
	if (sscanf(line, "%*d: %47s %47s %*s %*s %*s %*s %" SCNu64 " %*s %" SCNu64, client, server,
		    &uid, &inode) != 4 ||
		inode == 0 || (ends->family == AF_INET6 && !is_ipv6)) {
		return false;
	}
	if (!is_end(client, is_ipv6, ends->family, ends->client, ends->client_port) ||
		!is_end(server, is_ipv6, ends->family, ends->server, ends->server_port)) {
		return false;
	}
	*ret = (struct process_socket){inode, (int64_t)uid};
	return true;
}
