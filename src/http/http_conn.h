/* One connection: its socket, its deadline, the request being read and the answer being sent.
 *
 *	READING → WAITING → SENDING → READING (keep-alive) | STREAMING → DRAINING → CLOSING → freed
 *
 * WAITING is for an answer that comes later, STREAMING also for a connection that was upgraded. One
 * request at a time: until its answer is sent the next is not begun, and bytes already read behind
 * it wait in http_conn::pending. An answer that ends the connection is followed by a
 * half-close and a bounded time of reading on, so that the kernel does not throw the answer away
 * (RFC 9112 section 9.6). */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "http/http_exchange.h"
#include "http/http_output.h"
#include "http/http_parser.h"
#include "http/http_request.h"
#include "http/http_stream_carrier.h"

struct http_host;
struct http_later;

enum http_conn_state {
	HTTP_CONN_READING,
	HTTP_CONN_WAITING,
	HTTP_CONN_SENDING,
	HTTP_CONN_STREAMING,
	HTTP_CONN_DRAINING,
	HTTP_CONN_CLOSING,
};

enum http_conn_wait { // what the deadline is about
	HTTP_CONN_WAIT_NOTHING,
	HTTP_CONN_WAIT_IDLE,
	HTTP_CONN_WAIT_HEAD,
	HTTP_CONN_WAIT_BODY,
	HTTP_CONN_WAIT_LATER,
	HTTP_CONN_WAIT_UNSENT,
	HTTP_CONN_WAIT_DRAINED,
};

struct http_conn {
	struct list link; // http_host::connections, until closing
	struct http_host *host;
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} uv;
	struct http_peer peer;
	struct http_parser parser;
	struct http_exchange exchange;
	struct http_stream stream;
	struct http_later *later; // whom the answer is expected from, while WAITING

	enum http_conn_state state;
	enum http_conn_wait wait;
	uint64_t since_ms, deadline_ms; // of the wait; UINT64_MAX: none
	size_t unsent_before;           // at the start of the wait
	size_t drained_bytes;

	bool close_after_write; // what is unsent is the last
	bool idle_exempt;       // from the idle timeout
	bool had_request;       // at least one
	bool peer_eof;          // the peer has ended its sending side
	bool closed_by_peer;

	struct buf pending; // bytes read behind the request being answered
	struct http_output output;
};

/* Accepts a connection from a listening socket and adds it to the host's; nothing is read yet. NULL
 * if that fails, which only means that there is one peer less. */
struct http_conn *http_conn_accept(struct http_host *host, uv_stream_t *listener, bool is_unix);

/* Begins to read requests. */
void http_conn_start(struct http_conn *c);

/* Begins the end; freed in a later turn of the loop. by_peer as in http_connection_ended. */
void http_conn_close(struct http_conn *c, bool by_peer);

/* Refuses what is going on, and ends the connection in good order. */
void http_conn_refuse(struct http_conn *c, enum http_fault fault);

/* The deadline has passed. */
void http_conn_handle_deadline(struct http_conn *c);

/* The server stops: idle connections end now, the others as soon as they can. */
void http_conn_handle_stop(struct http_conn *c);

/* What a connection is worth when another needs its place. */
enum http_conn_worth {
	HTTP_CONN_ENDS,      // its last answer is sent
	HTTP_CONN_HALF_HEAD, // it has begun a request, and not got far
	HTTP_CONN_IDLE,      // between requests
	HTTP_CONN_SLOW_BODY, // a body that takes longer than any on this machine
	HTTP_CONN_KEPT,      // between requests, and brought telemetry
	HTTP_CONN_WORKS,     // not to be given up
};

enum http_conn_worth http_conn_worth(const struct http_conn *c);

/* Ends it for another's sake; a request that it has begun is answered with 503. */
void http_conn_give_up(struct http_conn *c);
