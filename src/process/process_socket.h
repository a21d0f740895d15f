/* Finds the client's socket of an accepted connection. */
#pragma once

#include "process/process_diag.h"

/* One exact request over netlink, answered at once; if that is denied, the first lines of
 * /proc/net/tcp and tcp6. 0; -ENOENT if the client is not on this machine, in another network
 * namespace, or gone; -EPERM if the socket is another user's; a negative errno. */
int process_socket_find(const struct process_endpoints *ends, struct process_socket *ret);

/* The same from the text alone. */
int process_socket_find_in_text(const struct process_endpoints *ends, struct process_socket *ret);

/* The owner of the other end of an open connection. -ENOENT if it is closed or on another machine.
 */
int process_socket_owner(
	const struct sockaddr *local, const struct sockaddr *peer, int64_t *ret_uid);

/* The user who would accept a connection to this local address. -ENOENT if nobody would, or the
 * kernel does not support the request. */
int process_socket_listener_owner(const struct sockaddr *address, int64_t *ret_uid);
