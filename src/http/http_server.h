/* The listening sockets, the connections and their limits, one timer for all deadlines, and the
 * end. Everything happens on the loop's thread. SIGPIPE must be ignored by the process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "base/str.h"
#include "http/http_exchange.h"

/* A connection that carried at least one request has ended. by_peer is false when it was our doing:
 * a limit, a deadline, the stop. */
typedef void http_connection_ended(const struct http_peer *peer, bool by_peer, void *data);
typedef void http_server_stopped(void *data);

struct http_server_config {
	struct http_limits limits;
	struct http_access access;
	const struct http_route *routes; // borrowed, like everything they point to
	size_t route_count;
	http_error_writer *error;                 // for requests without a route; NULL: text/plain
	http_refused *on_refusal;                 // may be NULL
	http_connection_ended *on_connection_end; // may be NULL
	void *data;                               // given to all of them, and to the handlers
};

struct http_server {
	struct http_service service; // shared by the exchanges, see there for the counters
	uv_loop_t *loop;
	http_connection_ended *on_connection_end;
	struct list listeners;   // http_listener::link
	struct list connections; // http_conn::link
	uint64_t last_connection_id;
	size_t open_handles; // not closed yet: the timer, the listeners, the connections

	uv_timer_t timer;
	uint64_t timer_at_ms; // UINT64_MAX: not running
	uint64_t trim_at_ms;  // UINT64_MAX: nothing to give back
	char *read_buffer;    // owned; one loop, one reader at a time
	uint64_t stop_at_ms;
	http_server_stopped *stopped;
	void *stopped_data;
};

enum { HTTP_SERVER_READ_BYTES = 256 << 10 };

/* The limits of the receiver's requirements, section 9; no routes; hosts, origins and token empty.
 */
struct http_server_config http_server_config_default(void);

/* 0 or a negative errno. What config points to must outlive the server. */
int http_server_init(
	struct http_server *s, uv_loop_t *loop, const struct http_server_config *config);

/* Frees everything; only after stopped was called, or if nothing but init ever was and the loop is
 * run once more. */
void http_server_finish(struct http_server *s);

/* Listens on a numeric IPv4 or IPv6 address; port 0 lets the kernel choose. An IPv6 socket takes
 * IPv6 only. 0 or a negative errno, -EINVAL for an address that is none. */
int http_server_listen_tcp(struct http_server *s, struct str address, uint16_t port);

/* Listens on a unix socket, made with mode 0600. A socket file that nobody listens on is replaced;
 * -EADDRINUSE if somebody does, or the path is something else. */
int http_server_listen_unix(struct http_server *s, const char *path);

/* Takes over an inherited listening socket (sd_listen_fds(3)) and sets close-on-exec. -EINVAL
 * unless it is a listening stream socket of IPv4, IPv6 or unix; then the caller keeps fd. */
int http_server_listen_fd(struct http_server *s, int fd);

/* The port of the first TCP socket listened on, 0 if there is none. */
uint16_t http_server_port(const struct http_server *s);

const struct http_counters *http_server_counters(const struct http_server *s);

/* Ends everything: no more connections, requests that are not whole are refused with 503, answers
 * and streams are finished; after http_limits::stop_ms at the latest all are closed. Then stopped
 * is called, on the loop, once. Not to be called from within a handler. */
void http_server_stop(struct http_server *s, http_server_stopped *stopped, void *data);

/* For the connections: see to it that a deadline is not missed. */
void http_server_wake_at(struct http_server *s, uint64_t at_ms);

/* For the connections: closes the one that has been idle longest, those that brought telemetry
 * last. False if none is idle. */
bool http_server_make_room(struct http_server *s);

/* For listeners and connections: a handle was closed. */
void http_server_handle_closed(struct http_server *s);
