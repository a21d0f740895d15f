/* Maps paths to handlers: tables, and the lookup. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/http_request.h"

struct http_response;

/* Answers req by filling res. Both end with the call; data is the group's. */
typedef void http_handler(const struct http_request *req, struct http_response *res, void *data);

/* Writes type and body of a 4xx or 5xx that the server answers itself. The status is already set;
 * fields that go with it (Allow, Retry-After, …) are added by the server. req may be partial, see
 * http_request::complete. message is one line of plain ASCII. */
typedef void http_error_writer(const struct http_request *req, struct http_response *res,
	int status, struct str message, void *data);

enum http_route_flags {
	/* Once a POST here has been answered with 2xx, the connection has no idle timeout. */
	HTTP_ROUTE_KEEPS_CONNECTION = 1 << 0,
	/* Also accepts an Origin of "http://" and the request's own, allowed, Host, not just the
	 * configured origins. For the pages we serve ourselves. */
	HTTP_ROUTE_SAME_ORIGIN = 1 << 1,
	/* Needs no token, and is open to other users of this machine: for static content that
	 * reveals nothing. */
	HTTP_ROUTE_PUBLIC = 1 << 2,
	/* The token may also be a subprotocol (http_websocket_token()); and a peer that needs a
	 * token but sent none is accepted with http_request::token_is_due: the upgraded protocol
	 * must then ask for it. A wrong token is rejected. */
	HTTP_ROUTE_WEBSOCKET = 1 << 3,
	/* Only for the daemon's own user, root, and whoever has the token, even if other users of
	 * this machine have access. */
	HTTP_ROUTE_OWN_USER = 1 << 4,
};

struct http_route {
	/* Compared byte by byte; a trailing slash is another path. Up to HTTP_PARAMETERS segments
	 * may be "*": each matches any segment that is not empty and at most HTTP_PARAMETER_BYTES
	 * long when decoded. */
	const char *path;
	unsigned methods; // bits of enum http_method; GET lets HEAD in
	http_handler *handler;
	http_error_writer *error; // NULL: the group's
	size_t max_body_bytes;    // as received and inflated; 0: the server's limits
	unsigned flags;           // bits of enum http_route_flags
};

/* Routes that share their data and the listeners they are served on. */
struct http_route_group {
	const struct http_route *routes; // borrowed
	size_t count;
	unsigned listeners;       // bits of http_peer::listener; 0: served everywhere
	http_error_writer *error; // NULL: the server's
	const char
		*error_prefix; // also handles errors of unknown paths with this prefix; NULL: none
	void *data;            // of the handlers and error writers
};

enum { HTTP_PARAMETER_BYTES = 256 };

struct http_router_entry;

/* What a '*' matched, percent-decoded. */
struct http_parameter {
	size_t size;
	char bytes[HTTP_PARAMETER_BYTES];
};

struct http_router {
	struct http_router_entry *entries; // owned
	size_t count;
	const struct http_route_group *groups; // borrowed
	size_t group_count;
};

struct http_match {
	/* for path and method; if only the path is known, for the path */
	const struct http_route *route;
	const struct http_route_group
		*group; // of the route; without one, for the wording of errors
	bool method_allowed;
	unsigned allowed; // methods of all routes with this path, HEAD with GET
	size_t parameter_count;
	struct http_parameter parameters[HTTP_PARAMETERS];
};

/* The groups are borrowed. Several routes may have the same path and different methods. */
void http_router_init(struct http_router *r, const struct http_route_group *groups, size_t count);
void http_router_finish(struct http_router *r);

/* The first route for path and method that is served where req came in; ret->route is NULL if the
 * path is unknown there. parameters are written up to parameter_count only. */
void http_router_find(
	const struct http_router *r, const struct http_request *req, struct http_match *ret);

/* Sets the parameters of that match in req, which borrows them. */
void http_router_hand_over(const struct http_match *match, struct http_request *req);

/* Writes "GET, HEAD, POST", for an Allow field, to a buffer of the caller. */
enum { HTTP_ALLOW_BYTES = 64 };
struct str http_router_allow(unsigned methods, char buffer[HTTP_ALLOW_BYTES]);
