#include "http/http_exchange.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "http/http_later.h"
#include "http/http_parser.h"

enum {
	OUT_BYTES = 32 << 10,       // most of a head with a short body
	OUT_KEPT_BYTES = 16 << 10,  // between answers
	SHORT_BODY_BYTES = 4 << 10, // sent in one piece with the head
	MESSAGE_BYTES = 256,
};

const struct str http_exchange_continue = STR_INIT("HTTP/1.1 100 Continue\r\n\r\n");

void http_service_init(struct http_service *s, const struct http_route_group *groups, size_t count)
{
	http_router_init(&s->router, groups, count);
	http_memory_init(&s->memory, s->limits.memory_bytes);
	http_inflate_init(&s->inflate);
	http_response_init(&s->response);
	buf_init(&s->out, OUT_BYTES);
}

void http_service_finish(struct http_service *s)
{
	http_router_finish(&s->router);
	http_memory_finish(&s->memory);
	http_inflate_finish(&s->inflate);
	http_response_finish(&s->response);
	buf_finish(&s->out);
}

bool http_service_trim(struct http_service *s)
{
	bool had = http_memory_trim(&s->memory);
	return http_inflate_trim(&s->inflate) || had;
}

void http_exchange_reset(struct http_exchange *e)
{
	*e = (struct http_exchange){.fault = HTTP_FAULT_NONE};
}

static void view(struct http_service *s, const struct http_parser *p, const struct http_peer *peer)
{
	http_parser_view(p, &s->request);
	s->request.peer = peer;
	s->request.now = s->now;
}

/* Content-Encoding (RFC 9110 section 8.4.1): nothing, identity, or gzip once. */
static bool coding_is_known(struct str value, bool *ret_gzip)
{
	*ret_gzip = str_equal_nocase(value, STR("gzip")) || str_equal_nocase(value, STR("x-gzip"));
	return *ret_gzip || value.size == 0 || str_equal_nocase(value, STR("identity"));
}

static bool is_options(const struct http_request *req, const struct http_match *match)
{
	return req->method == HTTP_OPTIONS && !match->method_allowed;
}

static enum http_fault check_peer(
	struct http_service *s, struct http_exchange *e, struct str authorization, unsigned flags)
{
	const struct http_request *req = &s->request;
	if ((flags & HTTP_ROUTE_WEBSOCKET) != 0) {
		return http_access_check_websocket(
			&s->access, req, authorization, &e->token_is_due);
	}
	if ((flags & HTTP_ROUTE_PUBLIC) != 0 && s->match.method_allowed) {
		return HTTP_FAULT_NONE;
	}
	return http_access_check_peer(&s->access, req, authorization);
}

static enum http_fault check_access(
	struct http_service *s, struct http_exchange *e, const struct http_parser *p)
{
	const struct http_request *req = &s->request;
	unsigned flags = e->route != NULL ? e->route->flags : 0;
	enum http_fault fault = http_access_check_host(&s->access, req);
	if (fault == HTTP_FAULT_NONE) {
		fault = check_peer(s, e, http_parser_field(p, HTTP_FIELD_AUTHORIZATION), flags);
	}
	if (fault == HTTP_FAULT_NONE) {
		bool same = (flags & HTTP_ROUTE_SAME_ORIGIN) != 0;
		fault = http_access_check_origin(
			&s->access, req, http_parser_field(p, HTTP_FIELD_ORIGIN), same, &e->origin);
	}
	return fault;
}

static enum http_fault check_own_user(
	const struct http_service *s, const struct http_exchange *e, const struct http_parser *p)
{
	bool is_own = e->route != NULL && (e->route->flags & HTTP_ROUTE_OWN_USER) != 0;
	return is_own ? http_access_check_own_user(&s->access, &s->request,
				http_parser_field(p, HTTP_FIELD_AUTHORIZATION))
		      : HTTP_FAULT_NONE;
}

static enum http_fault check_target(const struct http_service *s, const struct http_exchange *e)
{
	const struct http_request *req = &s->request;
	if (req->method == HTTP_CONNECT) {
		return HTTP_FAULT_CONNECT;
	}
	if (e->allowed == 0) {
		return HTTP_FAULT_NOT_FOUND;
	}
	return s->match.method_allowed || is_options(req, &s->match) ? HTTP_FAULT_NONE
								     : HTTP_FAULT_METHOD;
}

static bool expects_continue(const struct http_parser *p)
{
	return p->head.counts[HTTP_FIELD_EXPECT] > 0 && p->llhttp.http_minor > 0;
}

static enum http_fault check_fields(
	const struct http_service *s, struct http_exchange *e, const struct http_parser *p)
{
	if (s->request.content_type_repeated) {
		return HTTP_FAULT_TYPE_REPEATED;
	}
	if (expects_continue(p) &&
		!str_equal_nocase(http_parser_field(p, HTTP_FIELD_EXPECT), STR("100-continue"))) {
		return HTTP_FAULT_EXPECTATION;
	}
	bool known = coding_is_known(http_parser_field(p, HTTP_FIELD_CONTENT_ENCODING), &e->gzip);
	return known && p->head.counts[HTTP_FIELD_CONTENT_ENCODING] <= 1
		       ? HTTP_FAULT_NONE
		       : HTTP_FAULT_CONTENT_CODING;
}

static void find_route(struct http_service *s, struct http_exchange *e)
{
	const struct http_request *req = &s->request;
	http_router_find(&s->router, req, &s->match);
	e->route = s->match.route;
	e->group = s->match.group;
	e->allowed = s->match.allowed;
	e->has_parameter = s->match.parameter_count > 0;
	if (req->method == HTTP_OPTIONS && str_equal(req->path, STR("*"))) {
		e->allowed = HTTP_GET | HTTP_HEAD | HTTP_POST; // of the server as a whole
	}
	size_t own = e->route != NULL ? e->route->max_body_bytes : 0;
	e->max_body_bytes = own > 0 ? own : s->limits.body_bytes;
}

static enum http_fault check(
	struct http_service *s, struct http_exchange *e, const struct http_parser *p)
{
	enum http_fault fault = check_access(s, e, p);
	if (mem_is_low() && !mem_keep_reserve()) {
		fault = HTTP_FAULT_MEMORY;
	}
	if (fault == HTTP_FAULT_NONE && s->stopping) {
		fault = HTTP_FAULT_STOPPING;
	}
	if (fault == HTTP_FAULT_NONE) {
		fault = check_own_user(s, e, p);
	}
	if (fault == HTTP_FAULT_NONE) {
		fault = check_target(s, e);
	}
	if (fault == HTTP_FAULT_NONE) {
		fault = check_fields(s, e, p);
	}
	return fault;
}

enum http_verdict http_exchange_begin(struct http_service *s, struct http_exchange *e,
	struct http_parser *p, const struct http_peer *peer)
{
	uint64_t declared = http_parser_declared_bytes(p);
	bool counted = declared != UINT64_MAX; // else it shows as chunks arrive
	view(s, p, peer);
	find_route(s, e);
	e->fault = check(s, e, p);
	if (e->fault == HTTP_FAULT_NONE && counted && declared > e->max_body_bytes) {
		e->fault = HTTP_FAULT_BODY_TOO_LARGE;
	}
	if (e->fault == HTTP_FAULT_NONE) {
		http_parser_set_body(p, e->max_body_bytes, s->match.method_allowed);
		return expects_continue(p) && declared > 0 ? HTTP_VERDICT_CONTINUE
							   : HTTP_VERDICT_READ;
	}
	/* If the body is known to be small, the rejection waits for its end, so that the connection
	 * stays usable. A peer that expects 100 Continue may or may not send its body. */
	bool waits = !http_fault_info(e->fault)->closes &&
		     (!counted || declared <= s->limits.discarded_body_bytes) &&
		     (declared == 0 || !expects_continue(p));
	http_parser_set_body(p, s->limits.discarded_body_bytes, false);
	return waits ? HTTP_VERDICT_READ : HTTP_VERDICT_REFUSE;
}

static void add_grants(struct http_service *s, const struct http_exchange *e, bool preflight)
{
	struct http_response *res = &s->response;
	char allow[HTTP_ALLOW_BYTES];
	if (e->origin.size == 0) {
		return;
	}
	(void)http_response_header(res, "Access-Control-Allow-Origin", e->origin);
	(void)http_response_header(res, "Vary", STR("Origin"));
	if (!preflight ||
		http_request_header(&s->request, STR("access-control-request-method")).size == 0) {
		return;
	}
	(void)http_response_header(
		res, "Access-Control-Allow-Methods", http_router_allow(e->allowed, allow));
	(void)http_response_header(
		res, "Access-Control-Allow-Headers", STR("content-type, content-encoding"));
	if (http_request_header(&s->request, STR("access-control-request-private-network")).size >
		0) {
		(void)http_response_header(
			res, "Access-Control-Allow-Private-Network", STR("true"));
	}
}

/* Turns the response into bytes. */
static void finish(struct http_service *s, bool keep_alive, struct http_answer *ret)
{
	struct http_response *res = &s->response;
	bool head_only = s->request.method == HTTP_HEAD || res->status == 204 || res->status == 304;
	bool streams = res->opened != NULL && !head_only;
	struct http_response_frame frame = {.minor_version = s->request.minor_version,
		.keep_alive = keep_alive && !streams && !res->closes,
		.chunked = s->request.minor_version > 0};
	buf_clear(&s->out);
	buf_trim(&s->out, OUT_KEPT_BYTES);
	(void)http_response_write_head(res, &frame, &s->out); // OUT_BYTES hold every head
	*ret = (struct http_answer){.closes = !frame.keep_alive};
	if (streams) {
		ret->closes = false;
		ret->opened = res->opened;
		ret->opened_data = res->opened_data;
		ret->upgraded = res->kind == HTTP_RESPONSE_UPGRADE;
	} else if (!head_only) {
		ret->body = http_response_bytes(res);
		if (ret->body.size <= SHORT_BODY_BYTES && buf_append_str(&s->out, ret->body) == 0) {
			ret->body.size = 0;
		}
	}
	ret->head = buf_str(&s->out);
	s->counters.answers[res->status / 100 % 6]++;
}

static void answer_options(struct http_service *s, const struct http_exchange *e)
{
	char allow[HTTP_ALLOW_BYTES];
	http_response_status(&s->response, 204);
	(void)http_response_header(&s->response, "Allow", http_router_allow(e->allowed, allow));
	add_grants(s, e, true);
}

static enum http_fault undo_gzip(struct http_service *s, const struct http_exchange *e)
{
	struct http_request *req = &s->request;
	size_t max_bytes = e->route->max_body_bytes > 0 ? e->route->max_body_bytes
							: s->limits.inflated_bytes;
	size_t offset;
	switch (http_inflate_run(
		&s->inflate, req->body, max_bytes, &req->body, &req->body_data, &offset)) {
	case HTTP_INFLATE_OK: s->counters.inflated_bytes += req->body.size; return HTTP_FAULT_NONE;
	case HTTP_INFLATE_NOT_GZIP:
	case HTTP_INFLATE_CORRUPT: return HTTP_FAULT_GZIP;
	case HTTP_INFLATE_TOO_LARGE: return HTTP_FAULT_INFLATED_TOO_LARGE;
	default: return HTTP_FAULT_MEMORY;
	}
}

/* Why a handler's answer cannot be sent. */
static enum http_fault check_response(const struct http_service *s)
{
	const struct http_response *res = &s->response;
	if (res->body.overflowed || res->fields.overflowed) {
		return res->body.starved ? HTTP_FAULT_MEMORY : HTTP_FAULT_ANSWER_TOO_LARGE;
	}
	switch (res->kind) {
	case HTTP_RESPONSE_BUSY: return HTTP_FAULT_WAITING;
	case HTTP_RESPONSE_UPGRADE:
		return http_request_upgrades_to(&s->request, str_from(res->protocol))
			       ? HTTP_FAULT_NONE
			       : HTTP_FAULT_UPGRADE;
	default: return HTTP_FAULT_NONE;
	}
}

/* Answers s->request. */
static void answer(struct http_service *s, struct http_exchange *e, const struct http_parser *p,
	http_handler *handler, void *data, struct http_answer *ret)
{
	assert(!s->handling); // see http_later_answer()
	s->handling = true;
	s->response.may_wait = s->counters.answers_waiting < s->limits.waiting;
	handler(&s->request, &s->response, data);
	s->handling = false;
	if (s->response.kind == HTTP_RESPONSE_LATER) {
		*ret = (struct http_answer){.later = s->response.later};
		return;
	}
	add_grants(s, e, false);
	enum http_fault fault = check_response(s);
	if (fault != HTTP_FAULT_NONE) {
		http_exchange_refuse(s, e, p, s->request.peer, fault, ret);
		return;
	}
	finish(s, p->keep_alive && !s->stopping, ret);
	ret->kept = (e->route->flags & HTTP_ROUTE_KEEPS_CONNECTION) != 0 &&
		    s->request.method == HTTP_POST && s->response.status / 100 == 2;
}

static void view_exchange(struct http_service *s, const struct http_exchange *e)
{
	s->request.token_is_due = e->token_is_due;
	if (e->has_parameter) { // others may have overwritten them since
		http_router_find(&s->router, &s->request, &s->match);
		http_router_hand_over(&s->match, &s->request);
	}
}

void http_exchange_answer(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, struct http_answer *ret)
{
	view(s, p, peer);
	s->counters.bytes_in += p->body_size;
	if (e->fault == HTTP_FAULT_NONE && e->gzip) {
		e->fault = undo_gzip(s, e);
	}
	if (e->fault != HTTP_FAULT_NONE) {
		http_exchange_refuse(s, e, p, peer, e->fault, ret);
		return;
	}
	http_response_reset(&s->response);
	view_exchange(s, e);
	if (p->discards) {
		answer_options(s, e);
		finish(s, p->keep_alive && !s->stopping, ret);
	} else {
		answer(s, e, p, e->route->handler, e->group->data, ret);
	}
}

void http_exchange_answer_later(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, http_handler *handler,
	void *data, struct http_answer *ret)
{
	view(s, p, peer);
	http_response_reset(&s->response);
	view_exchange(s, e);
	answer(s, e, p, handler, data, ret);
}

/* The limit a fault refers to; 0: none. */
static uint64_t limit_of(
	const struct http_service *s, const struct http_exchange *e, enum http_fault fault)
{
	bool own = e->route != NULL && e->route->max_body_bytes > 0;
	switch (fault) {
	case HTTP_FAULT_TARGET_TOO_LONG: return s->limits.target_bytes;
	case HTTP_FAULT_HEAD_TOO_LARGE: return s->limits.head_bytes;
	case HTTP_FAULT_TOO_MANY_FIELDS: return s->limits.fields;
	case HTTP_FAULT_CHUNK_EXTRA: return s->limits.chunk_extra_bytes;
	case HTTP_FAULT_BODY_TOO_LARGE: return e->max_body_bytes;
	case HTTP_FAULT_INFLATED_TOO_LARGE:
		return own ? e->route->max_body_bytes : s->limits.inflated_bytes;
	default: return 0;
	}
}

static struct str describe(const struct http_service *s, const struct http_exchange *e,
	const struct http_parser *p, enum http_fault fault, char buffer[MESSAGE_BYTES])
{
	const char *reason = http_fault_info(fault)->reason;
	uint64_t limit = limit_of(s, e, fault);
	int n;
	if (limit > 0) {
		n = snprintf(buffer, MESSAGE_BYTES, "%s of %llu; received so far: %zu bytes",
			reason, (unsigned long long)limit, p->head_size + p->body_size);
	} else if (p->reason != NULL && fault == p->fault) {
		n = snprintf(buffer, MESSAGE_BYTES, "%s: %s", reason, p->reason);
	} else {
		n = snprintf(buffer, MESSAGE_BYTES, "%s", reason);
	}
	bool whole = n >= 0 && n < MESSAGE_BYTES;
	return (struct str){buffer, whole ? (size_t)n : MESSAGE_BYTES - 1};
}

/* The fields that go with a status. */
static void add_status_fields(struct http_service *s, const struct http_exchange *e, int status)
{
	char allow[HTTP_ALLOW_BYTES];
	const struct {
		int status;
		const char *name;
		struct str value;
	} fields[] = {
		{401, "WWW-Authenticate", STR("Bearer")},
		{405, "Allow", http_router_allow(e->allowed, allow)},
		{415, "Accept-Encoding", STR("gzip")},
		{503, "Retry-After", STR("1")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].status == status) {
			(void)http_response_header(&s->response, fields[i].name, fields[i].value);
		}
	}
	add_grants(s, e, false);
}

static void write_plain_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)req;
	(void)status;
	(void)data;
	http_response_type(res, "text/plain");
	(void)buf_append_str(http_response_body(res), message);
}

static void write_error(
	struct http_service *s, const struct http_exchange *e, int status, struct str message)
{
	http_error_writer *writer = s->error != NULL ? s->error : write_plain_error;
	void *data = s->data;
	if (e->route != NULL && e->route->error != NULL) {
		writer = e->route->error;
		data = e->group->data;
	} else if (e->group != NULL && e->group->error != NULL) {
		writer = e->group->error;
		data = e->group->data;
	}
	http_response_status(&s->response, status);
	writer(&s->request, &s->response, status, message, data);
	http_response_status(&s->response, status);
	s->response.kind = HTTP_RESPONSE_PLAIN;
	s->response.opened = NULL;
}

void http_exchange_refuse(struct http_service *s, struct http_exchange *e,
	const struct http_parser *p, const struct http_peer *peer, enum http_fault fault,
	struct http_answer *ret)
{
	const struct http_fault_info *info = http_fault_info(fault);
	char buffer[MESSAGE_BYTES];
	struct str message = describe(s, e, p, fault, buffer);
	view(s, p, peer);
	if (e->route == NULL && s->request.path.size > 0) {
		find_route(s, e); // rejected before its route was known
	}
	if (s->on_reject != NULL) {
		const struct http_reject reject = {peer, s->request.method, s->request.path,
			info->status, message, p->head_size + p->body_size, fault, &s->request};
		s->on_reject(&reject, s->data);
	}
	s->counters.http2_prefaces += fault == HTTP_FAULT_HTTP2;
	*ret = (struct http_answer){.closes = true};
	if (info->status == 0) {
		s->counters.answers[0]++;
		return;
	}
	http_response_reset(&s->response);
	write_error(s, e, info->status, message);
	add_status_fields(s, e, info->status);
	finish(s, !info->closes && s->request.complete && p->keep_alive && !s->stopping, ret);
}
