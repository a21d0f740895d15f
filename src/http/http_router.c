#include "http/http_router.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct http_router_entry {
	const struct http_route *route;       // borrowed, like the group
	const struct http_route_group *group; // of the route
	unsigned methods;                     // of the route, HEAD with GET
};

static void init_entry(struct http_router_entry *e, const struct http_route_group *group,
	const struct http_route *route)
{
	unsigned head = (route->methods & HTTP_GET) != 0 ? HTTP_HEAD : 0u;
	*e = (struct http_router_entry){
		.route = route, .group = group, .methods = route->methods | head};
}

void http_router_init(struct http_router *r, const struct http_route_group *groups, size_t count)
{
	size_t routes = 0;
	for (size_t i = 0; i < count; i++) {
		routes += groups[i].count;
	}
	*r = (struct http_router){
		.entries = xcalloc(routes + 1, sizeof(*r->entries)),
		.groups = groups,
		.group_count = count,
	};
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < groups[i].count; k++) {
			init_entry(&r->entries[r->count++], &groups[i], &groups[i].routes[k]);
		}
	}
}

void http_router_finish(struct http_router *r)
{
	free(r->entries);
	*r = (struct http_router){0};
}

/* The byte at the front of s, decoded; -1 for a broken escape. *ret_size is what it takes of s. */
static int decode_byte(struct str s, size_t *ret_size)
{
	*ret_size = 1;
	if (s.data[0] != '%') {
		return (unsigned char)s.data[0];
	}
	int high = s.size > 2 ? str_hex_digit(s.data[1]) : -1;
	int low = s.size > 2 ? str_hex_digit(s.data[2]) : -1;
	*ret_size = 3;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* False for what cannot be a name: a broken escape, a NUL, too many bytes. */
static bool decode_parameter(struct str segment, struct http_parameter *ret)
{
	ret->size = 0;
	while (segment.size > 0) {
		size_t size;
		int byte = decode_byte(segment, &size);
		if (byte <= 0 || ret->size == HTTP_PARAMETER_BYTES) {
			return false;
		}
		ret->bytes[ret->size++] = (char)byte;
		segment = str_skip(segment, size);
	}
	return ret->size > 0;
}

/* Segment by segment; both begin with a slash. */
static bool path_matches(struct str pattern, struct str path, struct http_match *ret)
{
	ret->parameter_count = 0;
	while (pattern.size > 0 && path.size > 0) {
		struct str wanted = str_cut(&pattern, '/'), segment = str_cut(&path, '/');
		if (!str_equal(wanted, STR("*"))) {
			if (!str_equal(wanted, segment)) {
				return false;
			}
		} else if (ret->parameter_count == HTTP_PARAMETERS ||
			   !decode_parameter(segment, &ret->parameters[ret->parameter_count++])) {
			return false;
		}
	}
	return pattern.size == 0 && path.size == 0;
}

static bool entry_matches(
	const struct http_router_entry *e, struct str path, struct http_match *ret)
{
	struct str pattern = str_from(e->route->path);
	if (strchr(e->route->path, '*') == NULL) {
		ret->parameter_count = 0;
		return str_equal(pattern, path);
	}
	return !str_ends_with(path, STR("/")) && path_matches(pattern, path, ret);
}

static bool is_served(const struct http_route_group *group, const struct http_request *req)
{
	return group->listeners == 0 || (group->listeners & req->peer->listener) != 0;
}

static const struct http_route_group *group_by_prefix(
	const struct http_router *r, const struct http_request *req)
{
	for (size_t i = 0; i < r->group_count; i++) {
		const struct http_route_group *group = &r->groups[i];
		if (group->error_prefix != NULL && is_served(group, req) &&
			str_starts_with(req->path, str_from(group->error_prefix))) {
			return group;
		}
	}
	return NULL;
}

void http_router_find(
	const struct http_router *r, const struct http_request *req, struct http_match *ret)
{
	ret->route = NULL;
	ret->group = NULL;
	ret->method_allowed = false;
	ret->allowed = 0;
	ret->parameter_count = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct http_router_entry *e = &r->entries[i];
		if (!is_served(e->group, req) || !entry_matches(e, req->path, ret)) {
			continue;
		}
		ret->allowed |= e->methods;
		bool allowed = (e->methods & req->method) != 0;
		if (allowed || ret->route == NULL) {
			ret->route = e->route;
			ret->group = e->group;
		}
		if (allowed) {
			ret->method_allowed = true;
			return;
		}
	}
	if (ret->route == NULL) {
		ret->group = group_by_prefix(r, req);
	}
}

void http_router_hand_over(const struct http_match *match, struct http_request *req)
{
	for (size_t i = 0; i < match->parameter_count; i++) {
		const struct http_parameter *p = &match->parameters[i];
		req->path_parameters[i] = (struct str){p->bytes, p->size};
	}
}

struct str http_router_allow(unsigned methods, char buffer[HTTP_ALLOW_BYTES])
{
	size_t size = 0;
	for (unsigned bit = HTTP_GET; bit <= HTTP_OPTIONS; bit <<= 1) {
		if ((methods & bit) == 0) {
			continue;
		}
		struct str name = str_from(http_method_name((enum http_method)bit));
		if (size > 0) {
			memcpy(buffer + size, ", ", 2);
			size += 2;
		}
		memcpy(buffer + size, name.data, name.size);
		size += name.size;
	}
	return (struct str){buffer, size};
}
