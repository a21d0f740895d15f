/* Finds the other end of a connection in the kernel's socket tables, over netlink and as text. */
#pragma once

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* A TCP connection within this machine. Ports and addresses are in network order; an IPv4 address
 * takes the first word, even if mapped into IPv6. */
struct process_endpoints {
	int family; // AF_INET or AF_INET6
	uint16_t client_port, server_port;
	uint32_t client[4], server[4];
};

/* The client's socket. */
struct process_socket {
	uint64_t inode; // never 0
	int64_t uid;
};

struct process_diag_request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

/* From an accepted connection's own and peer address. -EAFNOSUPPORT unless both have the same IP
 * version. */
int process_diag_endpoints(
	const struct sockaddr *local, const struct sockaddr *peer, struct process_endpoints *ret);

/* The request for exactly this one socket: sock_diag(7). */
void process_diag_request_init(
	struct process_diag_request *ret, const struct process_endpoints *ends, uint32_t sequence);

/* Reads the answer. 0; -ENOENT if there is no such socket, or it has no owner any more; -EBADMSG if
 * it does not answer this request; else the kernel's negative errno. */
int process_diag_read(const void *answer, size_t size, const struct process_endpoints *ends,
	uint32_t sequence, struct process_socket *ret);

/* Whether a line of /proc/net/tcp, or of /proc/net/tcp6 if is_ipv6, is the client's socket. A
 * client that uses IPv4 through an IPv6 socket is in the latter. */
bool process_diag_read_line(const char *line, bool is_ipv6, const struct process_endpoints *ends,
	struct process_socket *ret);
