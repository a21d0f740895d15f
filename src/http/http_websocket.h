/* The handshake of WebSocket (RFC 6455 section 4.2): what a request asks for, and its answer. */
#pragma once

#include <stdbool.h>

#include "base/str.h"
#include "http/http_response.h"

struct http_request;

/* What a request lacks to become a WebSocket. */
enum http_websocket_lack {
	HTTP_WEBSOCKET_OK,
	HTTP_WEBSOCKET_NO_UPGRADE,
	HTTP_WEBSOCKET_VERSION, // other than 13
	HTTP_WEBSOCKET_KEY,
};

enum http_websocket_lack http_websocket_check(const struct http_request *req);

/* Whether the client offers this subprotocol. */
bool http_websocket_offers(const struct http_request *req, struct str subprotocol);

/* The token of a browser, which cannot send Authorization: what follows "bearer." in an offered
 * subprotocol. data is NULL if there is none. */
struct str http_websocket_token(const struct http_request *req);

/* Accepts a request that lacks nothing; subprotocol is a literal, NULL: none. Otherwise like
 * http_response_upgrade(). */
void http_websocket_accept(const struct http_request *req, struct http_response *res,
	const char *subprotocol, http_stream_opened *opened, void *data);

/* Answers with 426 and the supported version; the caller writes the body. */
void http_websocket_refuse_version(struct http_response *res);
