/* From one request to its answer, without a socket: decides once the head is complete, and makes
 * the bytes to send once the whole request is. The connection (http_conn.h) does the reading and
 * writing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/http_access.h"
#include "http/http_fault.h"
#include "http/http_inflate.h"
#include "http/http_limits.h"
#include "http/http_memory.h"
#include "http/http_request.h"
#include "http/http_response.h"
#include "http/http_router.h"

struct http_parser;

struct http_counters {
	uint64_t answers[6]; // by first digit of the status; [0]: rejected without an answer
	uint64_t connections_total, connections_refused, connections_timed_out;
	uint64_t connections_open, streams_open, answers_waiting; // now
	uint64_t upgraded_open;                                   // of the streams
	uint64_t bytes_in, inflated_bytes;
	uint64_t http2_prefaces; // from clients that speak gRPC
};

/* A request rejected by this room itself, for the log. Valid during the call. */
struct http_reject {
	const struct http_peer *peer;
	enum http_method method; // 0: not known
	struct str path;         // raw; empty: not known
	int status;              // 0: no answer
	struct str reason;       // the message of the answer
	uint64_t bytes;          // of the request, so far
	enum http_fault fault;
	const struct http_request *request; // as far as it is known
};

typedef void http_refused(const struct http_reject *reject, void *data);

/* What all exchanges of a server share; only one runs at a time. */
struct http_service {
	struct http_limits limits;
	struct http_access access;
	struct http_router router;
	http_error_writer *error; // NULL: text/plain
	http_refused *on_reject;  // may be NULL
	void *data;               // of error and on_reject
	bool stopping;            // requests from now on are rejected

	struct http_memory memory;
	struct http_counters counters;

	struct instant now; // of the current exchange, like all that follows
	bool handling;      // its handler runs
	struct http_inflate inflate;
	struct http_request request;
	struct http_response response;
	struct http_match match;
	struct buf out;
};

/* The state of a connection's current request, between head and answer. */
struct http_exchange {
	const struct http_route *route;       // NULL: none, or not known yet
	const struct http_route_group *group; // of the route
	enum http_fault fault;                // to be answered after the body
	struct str origin; // the allowed one, for the answer; borrowed from the configuration
	unsigned allowed;  // methods, for Allow
	size_t max_body_bytes;
	bool gzip, has_parameter, token_is_due;
};

enum http_verdict {
	HTTP_VERDICT_READ,     // go on with the body
	HTTP_VERDICT_CONTINUE, // the same, but send http_exchange_continue first
	HTTP_VERDICT_REFUSE,   // answer now, with http_exchange::fault
};

struct http_answer {
	struct str head; // with a short body; valid until the next exchange, like the rest
	struct str body; // what is not already in head
	bool closes;     // the connection ends with this answer
	bool kept;       // see HTTP_ROUTE_KEEPS_CONNECTION
	http_stream_opened *opened; // not NULL: it becomes a stream
	void *opened_data;
	bool upgraded;            // a bare one, in both directions
	struct http_later *later; // not NULL: the answer comes later
};

extern const struct str http_exchange_continue; // the interim answer 100

/* limits, access, error, on_reject and data are set by the caller. */
void http_service_init(struct http_service *s, const struct http_route_group *groups, size_t count);
void http_service_finish(struct http_service *s);

/* Releases memory kept only for speed; true if there was any. */
bool http_service_trim(struct http_service *s);

void http_exchange_reset(struct http_exchange *e);

/* To be called when the parser returns HEAD: decides, and tells the parser what to do with the
 * body. */
enum http_verdict http_exchange_begin(struct http_service *s, struct http_exchange *e,
	struct http_parser *p, const struct http_peer *peer);

/* To be called when the parser returns COMPLETE: calls the handler, or rejects. Here and below, the
 * caller has set http_service::now. */
void http_exchange_answer(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, struct http_answer *ret);

/* A late answer is ready: handler writes it. The parser has kept the request (http_parser_hold()).
 */
void http_exchange_answer_later(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, http_handler *handler,
	void *data, struct http_answer *ret);

/* Answers with fault, at any time, with whatever is known of the request, and calls on_reject. The
 * answer is empty if the fault has none. */
void http_exchange_refuse(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, enum http_fault fault,
	struct http_answer *ret);
