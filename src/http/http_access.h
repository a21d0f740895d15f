/* Who may ask: the Host, Origin and Authorization of a request against what is configured. Together
 * with rejecting a missing Content-Type, this keeps every web page out, also one whose name has
 * been bound anew to a loopback address (the receiver's requirements, section 10). */
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
	const struct str *origins; // "https://example.org"; nothing else is let in
	size_t origin_count;
	struct str token; // empty: there is none
	/* Over loopback only this user and root are served, and whoever has the token. */
	bool own_user_only;
	int64_t uid;
	/* The user of the peer's socket, asked once for a connection; -1 if it cannot be known. */
	int64_t (*owner_of)(const struct http_peer *peer);
};

/* Finds out whose the peer of a new connection is, where that matters. */
void http_access_identify(const struct http_access *a, struct http_peer *peer);

/* HTTP_FAULT_HOST_REFUSED unless host (with or without port) is an IP literal, localhost, a name
 * below it (RFC 6761 section 6.3), or configured. A unix socket's peer and an HTTP/1.0 request
 * without Host are let in. */
enum http_fault http_access_check_host(const struct http_access *a, const struct http_request *req);

/* HTTP_FAULT_NONE for a unix socket's peer, for one of this machine that may ask, and for whoever
 * sent "Bearer TOKEN"; from elsewhere also where there is no token. Else HTTP_FAULT_TOKEN, or
 * HTTP_FAULT_OTHER_USER where no token would help. The time does not depend on how much of the
 * token is right. */
enum http_fault http_access_check_peer(
	const struct http_access *a, const struct http_request *req, struct str authorization);

/* The same where a token may be given in other ways: see HTTP_ROUTE_WEBSOCKET. *ret_is_due: it is
 * let in, but has yet to give one. */
enum http_fault http_access_check_websocket(const struct http_access *a,
	const struct http_request *req, struct str authorization, bool *ret_is_due);

/* Whether this is the token; the time does not depend on how much of it is right. */
bool http_access_is_token(const struct http_access *a, struct str token);

/* HTTP_FAULT_ORIGIN_REFUSED if there is an origin (data is not NULL) which is neither configured
 * nor, where same_origin says so, the server itself as the request names it. *ret_allowed is the
 * configured one to be named in the answer, or empty. */
enum http_fault http_access_check_origin(const struct http_access *a,
	const struct http_request *req, struct str origin, bool same_origin,
	struct str *ret_allowed);

/* As http_access_check_peer(), for what only this user may do, whoever else is let in. */
enum http_fault http_access_check_own_user(
	const struct http_access *a, const struct http_request *req, struct str authorization);
