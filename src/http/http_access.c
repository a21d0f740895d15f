#include "http/http_access.h"

#include "base/address.h"
#include "base/buf.h"
#include "http/http_head.h"
#include "http/http_query.h"
#include "http/http_websocket.h"

enum { TOKEN_BYTES = 8 << 10 };

/* "127.0.0.1" or "[::1]" */
static bool is_ip_literal(struct str host)
{
	struct sockaddr_storage address;
	bool bracket = str_starts_with(host, STR("["));
	struct str inner = bracket ? (struct str){host.data + 1, host.size - 2} : host;
	return address_parse(inner, 0, &address) &&
	       address.ss_family == (bracket ? AF_INET6 : AF_INET);
}

static bool is_localhost(struct str host)
{
	if (str_ends_with(host, STR("."))) {
		host.size--;
	}
	size_t size = sizeof("localhost") - 1;
	if (host.size < size) {
		return false;
	}
	struct str end = str_skip(host, host.size - size);
	return str_equal_nocase(end, STR("localhost")) &&
	       (host.size == size ||
		       (host.size > size + 1 && host.data[host.size - size - 1] == '.'));
}

static const struct str *find(const struct str *list, size_t count, struct str s)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal_nocase(list[i], s)) {
			return &list[i];
		}
	}
	return NULL;
}

enum http_fault http_access_check_host(const struct http_access *a, const struct http_request *req)
{
	struct str host;
	if (req->peer->is_unix || req->authority.data == NULL) {
		return HTTP_FAULT_NONE;
	}
	bool allowed = http_head_split_authority(req->authority, &host) &&
		       (is_ip_literal(host) || is_localhost(host) ||
			       find(a->hosts, a->host_count, host) != NULL);
	return allowed ? HTTP_FAULT_NONE : HTTP_FAULT_HOST_REFUSED;
}

static bool equal_in_constant_time(struct str secret, struct str s)
{
	unsigned char difference = secret.size != s.size;
	for (size_t i = 0; i < s.size; i++) {
		difference |= (unsigned char)(secret.data[i % secret.size] ^ s.data[i]);
	}
	return difference == 0;
}

void http_access_identify(const struct http_access *a, struct http_peer *peer)
{
	if (a->own_user_only && peer->is_loopback && !peer->is_unix) {
		peer->uid = a->owner_of(peer);
	}
}

/* The mode of a Unix socket's file keeps others out. */
static bool may_ask_unproved(const struct http_access *a, const struct http_peer *peer)
{
	if (!peer->is_loopback) {
		return a->token.size == 0;
	}
	return peer->is_unix || !a->own_user_only || peer->uid == 0 || peer->uid == a->uid;
}

bool http_access_is_token(const struct http_access *a, struct str token)
{
	return a->token.size > 0 && equal_in_constant_time(a->token, token);
}

static bool bears_token(const struct http_access *a, struct str authorization)
{
	struct str scheme = STR("Bearer ");
	if (authorization.size < scheme.size ||
		!str_equal_nocase((struct str){authorization.data, scheme.size}, scheme)) {
		return false;
	}
	return http_access_is_token(a, str_trim(str_skip(authorization, scheme.size)));
}

enum http_fault http_access_check_peer(
	const struct http_access *a, const struct http_request *req, struct str authorization)
{
	if (may_ask_unproved(a, req->peer) || bears_token(a, authorization)) {
		return HTTP_FAULT_NONE;
	}
	return a->token.size > 0 ? HTTP_FAULT_TOKEN : HTTP_FAULT_OTHER_USER;
}

/* As it is, or with percent escapes for what a subprotocol cannot contain. */
static bool is_offered_token(const struct http_access *a, struct str offered)
{
	struct buf token;
	buf_init(&token, TOKEN_BYTES);
	bool is_token = http_access_is_token(a, offered) ||
			(http_query_unescape(offered, &token) &&
				http_access_is_token(a, buf_str(&token)));
	buf_finish(&token);
	return is_token;
}

enum http_fault http_access_check_websocket(const struct http_access *a,
	const struct http_request *req, struct str authorization, bool *ret_is_due)
{
	enum http_fault fault = http_access_check_peer(a, req, authorization);
	struct str offered = http_websocket_token(req);
	if (fault != HTTP_FAULT_TOKEN) {
		return fault;
	}
	*ret_is_due = authorization.data == NULL && offered.data == NULL;
	return *ret_is_due || is_offered_token(a, offered) ? HTTP_FAULT_NONE : fault;
}

static bool is_own_origin(const struct http_request *req, struct str origin)
{
	struct str scheme = STR("http://");
	return str_starts_with(origin, scheme) && req->authority.size > 0 &&
	       str_equal_nocase(str_skip(origin, scheme.size), req->authority);
}

/* Browsers say when a request is for part of another site's page, even without an Origin (Fetch
 * Metadata). Following a link is allowed. Posts from pages always carry an Origin. */
static bool is_for_foreign_page(const struct http_request *req)
{
	if ((req->method & (HTTP_GET | HTTP_HEAD)) == 0) {
		return false;
	}
	struct str site = http_request_header(req, STR("sec-fetch-site"));
	bool foreign = str_equal_nocase(site, STR("cross-site")) ||
		       str_equal_nocase(site, STR("same-site"));
	return foreign &&
	       !str_equal_nocase(http_request_header(req, STR("sec-fetch-dest")), STR("document"));
}

enum http_fault http_access_check_origin(const struct http_access *a,
	const struct http_request *req, struct str origin, bool same_origin,
	struct str *ret_allowed)
{
	*ret_allowed = (struct str){NULL, 0};
	if (origin.data == NULL && is_for_foreign_page(req)) {
		return HTTP_FAULT_ORIGIN_REFUSED;
	}
	if (origin.data == NULL || (same_origin && is_own_origin(req, origin))) {
		return HTTP_FAULT_NONE;
	}
	const struct str *found = find(a->origins, a->origin_count, origin);
	if (found == NULL || str_equal_nocase(origin, STR("null"))) {
		return HTTP_FAULT_ORIGIN_REFUSED;
	}
	*ret_allowed = *found;
	return HTTP_FAULT_NONE;
}

/* ---- what only this user may do */

/* Where everybody is allowed, the owner of the connection has not been looked up yet. */
static bool is_own_user(const struct http_access *a, const struct http_peer *peer)
{
	if (peer->is_unix || !peer->is_loopback) {
		return peer->is_unix;
	}
	int64_t uid = a->own_user_only ? peer->uid : a->owner_of(peer);
	return uid == 0 || uid == a->uid;
}

enum http_fault http_access_check_own_user(
	const struct http_access *a, const struct http_request *req, struct str authorization)
{
	if (is_own_user(a, req->peer) || bears_token(a, authorization)) {
		return HTTP_FAULT_NONE;
	}
	return a->token.size > 0 ? HTTP_FAULT_TOKEN : HTTP_FAULT_OTHER_USER;
}
