/* Which handler answers which path: tables, and the lookup in them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/http_request.h"

struct http_response;

/* Answers req by filling res. Both end with the call; data is the group's. */
typedef void http_handler(const struct http_request *req, struct http_response *res, void *data);

/* Writes type and body of a 4xx or 5xx that the server answers by itself. The status is set
 * already, the fields that go with it (Allow, Retry-After, …) are the server's. req may be partial,
 * see http_request::complete. message is one line of plain ASCII. */
typedef void http_error_writer(const struct http_request *req, struct http_response *res,
	int status, struct str message, void *data);

enum http_route_flags {
	/* Once a POST here has been answered with 2xx, the connection is
	 * not closed for idleness. */
	HTTP_ROUTE_KEEPS_CONNECTION = 1 << 0,
	/* An Origin equal to "http://" and the request's own, allowed, Host is let in. Without it
	 * only the configured origins are. For the routes of pages that we serve ourselves. */
	HTTP_ROUTE_SAME_ORIGIN = 1 << 1,
	/* Needs no token, and other users of this machine may ask: for what is the same everywhere
	 * and tells nothing. */
	HTTP_ROUTE_PUBLIC = 1 << 2,
	/* The token may also be a subprotocol (http_websocket_token()); and a peer that has sent
	 * none is let in although it needs one: http_request::token_is_due says that it has to
	 * prove it by the protocol of the upgrade. A wrong one is refused. */
	HTTP_ROUTE_WEBSOCKET = 1 << 3,
	/* Only the daemon's own user, root and who has the token may ask, also where other users
	 * of this machine are let in. */
	HTTP_ROUTE_OWN_USER = 1 << 4,
};

struct http_route {
	/* Compared byte by byte; a trailing slash is another path. Up to HTTP_PARAMETERS segments
	 * may be "*": each stands for any segment that is not empty and at most
	 * HTTP_PARAMETER_BYTES long when decoded. */
	const char *path;
	unsigned methods; // bits of enum http_method; GET lets HEAD in
	http_handler *handler;
	http_error_writer *error; // NULL: the group's
	size_t max_body_bytes;    // bytes, as received and inflated; 0: the server's limits
	unsigned flags;           // bits of enum http_route_flags
};

/* Routes that belong together: what they answer from, and where they are served. */
struct http_route_group {
	const struct http_route *routes; // borrowed
	size_t count;
	unsigned listeners;       // bits of http_peer::listener; 0: served everywhere
	http_error_writer *error; // NULL: the server's
	const char *error_prefix; // of paths without a route that are rejected by it, too; or NULL
	void *data;               // of the handlers and error writers
};

enum { HTTP_PARAMETER_BYTES = 256 };

struct http_router_entry;

/* What a '*' stood for, percent-decoded. */
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
	const struct http_route_group *group; // of the route; without one, of the error's words
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

/* Gives req the parameters of that match, which it borrows. */
void http_router_hand_over(const struct http_match *match, struct http_request *req);

/* "GET, HEAD, POST": the list of an Allow field, in a buffer of the caller. */
enum { HTTP_ALLOW_BYTES = 64 };
struct str http_router_allow(unsigned methods, char buffer[HTTP_ALLOW_BYTES]);
