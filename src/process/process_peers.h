/* The processes behind connections: their identity, and their end.
 *
 * Each connection is looked up once, in small steps between the loop's other work, and reported
 * once. Connections of one process share its watch. Outside of lookups nothing runs and no timer is
 * set. */
#pragma once

#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#include "process/process_info.h"

struct process_peers;

/* A connection's process was found; info is valid during the call. Not called for processes that
 * cannot be found: on another machine, another user's, gone, in another network namespace. */
typedef void process_peers_on_found(
	uint64_t connection_id, const struct process_info *info, void *data);

/* A process that was found has ended; called once, however many connections it had. They must still
 * be forgotten. */
typedef void process_peers_on_end(int64_t pid, void *data);

/* The callbacks come from the loop, never from within a call to this file; connections may be
 * looked up and forgotten in them. */
struct process_peers *process_peers_create(uv_loop_t *loop, process_peers_on_found *on_found,
	process_peers_on_end *on_end, void *data);

/* Forgets everything, without further callbacks; freed in the loop's next turns. Not to be called
 * within a callback. NULL is fine. */
void process_peers_close(struct process_peers *clients);

/* Looks up an accepted TCP connection: local is this end, peer the client's. Repetitions are
 * no-ops. 0; -ENOBUFS with too many lookups; -EAFNOSUPPORT if it is not a TCP connection. Every
 * connection looked up must be forgotten when it ends. */
int process_peers_look_up(struct process_peers *clients, uint64_t connection_id,
	const struct sockaddr *local, const struct sockaddr *peer);

/* The same for a Unix socket, whose peer's pid the kernel knows (SO_PEERCRED); -ESRCH if it is not
 * positive. */
int process_peers_look_up_pid(struct process_peers *clients, uint64_t connection_id, int64_t pid);

/* The process of a connection; 0 if unknown. */
int64_t process_peers_pid(struct process_peers *clients, uint64_t connection_id);

/* Keeps watching the process until its end, even if its last connection is forgotten. */
void process_peers_hold(struct process_peers *clients, int64_t pid);

/* The connection has ended; one never looked up is fine. */
void process_peers_forget(struct process_peers *clients, uint64_t connection_id);
