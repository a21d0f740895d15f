/* One connection: its socket, its deadline, the request being read and the answer being sent.
 *
 *	READING → WAITING → SENDING → READING (keep-alive) | STREAMING → DRAINING → CLOSING → freed
 *
 * WAITING is for late answers, STREAMING also for upgraded connections. One request at a time: the
 * next one starts after the answer is sent; until then, bytes already read wait in
 * http_conn::pending. After an answer that ends the connection comes a half-close and a limited
 * time of further reading, so that the kernel does not discard the answer (RFC 9112 section 9.6).
 */
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

enum http_conn_wait { // what the deadline is for
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
	struct http_later *later; // where the answer will come from, while WAITING

	enum http_conn_state state;
	enum http_conn_wait wait;
	uint64_t since_ms, deadline_ms; // of the wait; UINT64_MAX: none
	size_t unsent_before;           // at the start of the wait
	size_t drained_bytes;

	bool close_after_write; // close once everything is sent
	bool idle_exempt;       // from the idle timeout
	bool had_request;       // at least one
	bool peer_eof;          // the peer has ended its sending side
	bool closed_by_peer;

	struct buf pending; // bytes read after the request being answered
	struct http_output output;
};

/* Accepts a connection from a listening socket and adds it to the host's; reads nothing yet. NULL
 * if that fails, which just means one peer fewer. */
struct http_conn *http_conn_accept(struct http_host *host, uv_stream_t *listener, bool is_unix);

/* Begins to read requests. */
void http_conn_start(struct http_conn *c);

/* Starts to close; freed in a later turn of the loop. by_peer as in http_connection_ended. */
void http_conn_close(struct http_conn *c, bool by_peer);

/* Rejects the current request and closes the connection in an orderly way. */
void http_conn_refuse(struct http_conn *c, enum http_fault fault);

/* The deadline has passed. */
void http_conn_handle_deadline(struct http_conn *c);

/* The server is stopping: idle connections end now, others as soon as possible. */
void http_conn_handle_stop(struct http_conn *c);

/* How expendable a connection is when a new one needs its place; the first ones go first. */
enum http_conn_worth {
	HTTP_CONN_ENDS,      // its last answer is sent
	HTTP_CONN_HALF_HEAD, // its request head is incomplete
	HTTP_CONN_IDLE,      // between requests
	HTTP_CONN_SLOW_BODY, // its body is slower than any from this machine
	HTTP_CONN_KEPT,      // between requests, after telemetry
	HTTP_CONN_WORKS,     // never given up
};

enum http_conn_worth http_conn_worth(const struct http_conn *c);

/* Closes it to make room; a request in progress is answered with 503. */
void http_conn_give_up(struct http_conn *c);
