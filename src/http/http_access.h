/* Access control: checks Host, Origin and Authorization against the configuration. Together with
 * rejecting a missing Content-Type, this keeps out every web page, including those that rebind
 * their name to a loopback address. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/http_fault.h"
#include "http/http_request.h"

struct http_access {             // all borrowed
	const struct str *hosts; // allowed besides IP literals, localhost and *.localhost
	size_t host_count;
	const struct str *origins; // "https://example.org"; no other is accepted
	size_t origin_count;
	struct str token; // empty: there is none
	/* Over loopback, serve only this user, root, and whoever has the token. */
	bool own_user_only;
	int64_t uid;
	/* The user who owns the peer's socket, looked up once per connection; -1: unknown. */
	int64_t (*owner_of)(const struct http_peer *peer);
};

/* Looks up the owner of a new connection, if that matters. */
void http_access_identify(const struct http_access *a, struct http_peer *peer);

/* HTTP_FAULT_HOST_REFUSED unless host (with or without port) is an IP literal, localhost, a name
 * below it (RFC 6761 section 6.3), or configured. Peers on a Unix socket and HTTP/1.0 requests
 * without Host are accepted. */
enum http_fault http_access_check_host(const struct http_access *a, const struct http_request *req);

/* HTTP_FAULT_NONE for a peer on a Unix socket, for an allowed user of this machine, and for "Bearer
 * TOKEN"; without a configured token, for other machines as well. Otherwise HTTP_FAULT_TOKEN, or
 * HTTP_FAULT_OTHER_USER if no token would help. Takes constant time. */
enum http_fault http_access_check_peer(
	const struct http_access *a, const struct http_request *req, struct str authorization);

/* The same where a token may be given in other ways: see HTTP_ROUTE_WEBSOCKET. *ret_is_due:
 * accepted for now, but a token must follow. */
enum http_fault http_access_check_websocket(const struct http_access *a,
	const struct http_request *req, struct str authorization, bool *ret_is_due);

/* Whether this is the token; takes constant time. */
bool http_access_is_token(const struct http_access *a, struct str token);

/* HTTP_FAULT_ORIGIN_REFUSED if there is an origin (data is not NULL) that is neither configured
 * nor, with same_origin, the server itself as named by the request. *ret_allowed is the configured
 * one to name in the answer, or empty. */
enum http_fault http_access_check_origin(const struct http_access *a,
	const struct http_request *req, struct str origin, bool same_origin,
	struct str *ret_allowed);

/* Like http_access_check_peer(), for what only this user may do even if others have access. */
enum http_fault http_access_check_own_user(
	const struct http_access *a, const struct http_request *req, struct str authorization);
