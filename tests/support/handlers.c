#include "support/handlers.h"

#include <check.h>
#include <string.h>

void call_init(struct route_call *c)
{
	*c = (struct route_call){
		.peer = {.connection_id = 1, .address = "127.0.0.1:1", .is_loopback = true}};
	c->req.now.mono_ms = 1000;
	c->req.now.wall_ms = 1734350400123;
	http_response_init(&c->res);
}

void call_finish(struct route_call *c)
{
	http_response_finish(&c->res);
}

int call_routes(struct route_call *c, const struct http_route_group *routes,
	enum http_method method, const char *path, const char *content_type, const char *body)
{
	struct http_router router;
	size_t size = strlen(body);
	ck_assert_uint_lt(size, sizeof(c->body));
	memcpy(c->body, body, size);
	c->req = (struct http_request){
		.method = method,
		.minor_version = 1,
		.complete = true,
		.path = str_from(path),
		.query = c->req.query,
		.fields = c->req.fields,
		.content_type = str_from(content_type),
		.content_type_missing = content_type == NULL,
		.body = {c->body, size},
		.body_data = c->body,
		.wire_bytes = size,
		.peer = &c->peer,
		.now = c->req.now,
	};
	http_response_reset(&c->res);
	http_router_init(&router, routes, 1);
	http_router_find(&router, &c->req, &c->match);
	ck_assert_msg(c->match.method_allowed, "no route for %s", path);
	http_router_hand_over(&c->match, &c->req);
	c->match.route->handler(&c->req, &c->res, c->match.group->data);
	http_router_finish(&router);
	return c->res.status;
}

bool call_answer_has(const struct route_call *c, const char *part)
{
	return str_contains(http_response_bytes(&c->res), str_from(part));
}
