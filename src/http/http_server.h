/* An HTTP/1.1 server: listening sockets, connections and their limits, one timer for all deadlines,
 * and an orderly stop. Everything happens on the loop's thread. The process must ignore SIGPIPE. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/str.h"
#include "http/http_exchange.h"
#include "http/http_host.h"
#include "http/http_listen.h"

typedef void http_server_stopped(void *data);

struct http_server_config {
	struct http_limits limits;
	struct http_access access;
	const struct http_route_group *groups; // borrowed, like everything they point to
	size_t group_count;
	http_error_writer *error;                 // of requests without a route; NULL: text/plain
	http_refused *on_reject;                  // may be NULL
	http_connection_ended *on_connection_end; // may be NULL
	void *data;                               // for these three
};

struct http_server {
	struct http_host host; // what the connections share; host.service has the counters
	struct http_listen listen;
	uint64_t stop_at_ms; // UINT64_MAX: not stopping
	http_server_stopped *stopped;
	void *stopped_data;
};

/* The default limits; no routes; hosts, origins and token empty. */
struct http_server_config http_server_config_default(void);

/* 0 or a negative errno. What config points to must outlive the server. */
int http_server_init(
	struct http_server *s, uv_loop_t *loop, const struct http_server_config *config);

/* Frees everything, after stopped was called. http_server_stop() works for a server that never
 * listened, too. */
void http_server_finish(struct http_server *s);

/* Listening sockets: see http_listen.h. mark is one bit, which http_route_group::listeners refers
 * to; 0: none. */
int http_server_listen_tcp(struct http_server *s, struct str address, uint16_t port, unsigned mark);
int http_server_listen_unix(struct http_server *s, const char *path, unsigned mark);
int http_server_listen_fd(struct http_server *s, int fd, unsigned mark);
bool http_server_is_listening(const struct http_server *s);

/* The port of the first TCP socket listened on, 0 if there is none. */
uint16_t http_server_port(const struct http_server *s);

const struct http_counters *http_server_counters(const struct http_server *s);
const struct http_access *http_server_access(const struct http_server *s);

/* Stops: no new connections, incomplete requests get 503, answers and streams are finished; after
 * http_limits::stop_ms at the latest, everything is closed. Then calls stopped, on the loop, once.
 * Not to be called within a handler. */
void http_server_stop(struct http_server *s, http_server_stopped *stopped, void *data);
