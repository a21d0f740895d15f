/* What all connections of a server share: the loop, the service that answers, the read buffer, and
 * one timer for all deadlines. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/instant.h"
#include "base/list.h"
#include "http/http_exchange.h"

struct http_host;

/* A connection that carried at least one request has ended. by_peer is false if we ended it: a
 * limit, a deadline, the stop. */
typedef void http_connection_ended(const struct http_peer *peer, bool by_peer, void *data);

enum { HTTP_HOST_READ_BYTES = 256 << 10 };

struct http_host {
	struct http_service service;
	uv_loop_t *loop;
	http_connection_ended *on_connection_end; // may be NULL; its data is the service's
	struct list connections;                  // http_conn::link
	uint64_t last_connection_id;
	size_t open_handles; // not closed yet, including the timer
	char *read_buffer;   // owned; one loop, one reader at a time

	uv_timer_t timer;
	uint64_t timer_at_ms;                  // UINT64_MAX: not running
	uint64_t trim_at_ms;                   // UINT64_MAX: nothing to give back
	void (*on_wake)(struct http_host *);   // a deadline has come
	void (*on_closed)(struct http_host *); // one handle fewer
};

/* The caller has filled in loop, the callbacks, and of service whatever http_service_init() does
 * not. 0 or a negative errno. */
int http_host_init(struct http_host *h, const struct http_route_group *groups, size_t count);
void http_host_finish(struct http_host *h);

/* Both clocks; the monotonic one as of this turn of the loop. */
struct instant http_host_now(const struct http_host *h);

/* Makes sure that the timer runs out at at_ms at the latest. */
void http_host_wake_at(struct http_host *h, uint64_t at_ms);

/* Schedules the release of memory kept only for speed, if there is any. */
void http_host_trim_later(struct http_host *h);

/* A handle was closed. */
void http_host_handle_closed(struct http_host *h);
