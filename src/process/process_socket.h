/* Asks the kernel for the client's socket of a connection that was accepted here. */
#pragma once

#include "process/process_diag.h"

/* One exact question over netlink, which the kernel answers at once; where that is refused, the
 * first lines of /proc/net/tcp and tcp6. 0; -ENOENT if the client is not on this machine, in
 * another network namespace, or gone; -EPERM if the socket is another user's; a negative errno. */
int process_socket_find(const struct process_endpoints *ends, struct process_socket *ret);

/* The same from the text alone. */
int process_socket_find_in_text(const struct process_endpoints *ends, struct process_socket *ret);

/* Whose the other end of an open connection is: the user of the peer's socket. -ENOENT if nobody
 * holds it any more, or it is on another machine. */
int process_socket_owner(
	const struct sockaddr *local, const struct sockaddr *peer, int64_t *ret_uid);

/* Who would accept a connection to this address of this machine. -ENOENT if nobody would, or the
 * kernel cannot be asked. */
int process_socket_listener_owner(const struct sockaddr *address, int64_t *ret_uid);
