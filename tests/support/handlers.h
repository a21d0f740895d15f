/* Routes called without a server: the handler is found as one would, and fills a response. */
#pragma once

#include "http/http_response.h"
#include "http/http_router.h"

/* One request, and what was answered. */
struct route_call {
	struct http_request req; // to be filled in but for path_parameters and body_data
	struct http_response res;
	struct http_match match;
	struct http_peer peer; // of the request, unless it has another
	char body[4096];       // as the handler may change it
};

void call_init(struct route_call *c);
void call_finish(struct route_call *c);

/* Calls the handler of these routes for the request; a test fails that has none. Afterwards the
 * request is empty again, but for the peer and the time. Returns the status. */
int call_routes(struct route_call *c, const struct http_route_group *routes,
	enum http_method method, const char *path, const char *content_type, const char *body);

/* Whether the body of the answer has this part. */
bool call_answer_has(const struct route_call *c, const char *part);
