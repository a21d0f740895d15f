#include "http/http_parser.h"

#include "http/http_limits.h"
#include "http/http_memory.h"
#include "http/http_request.h"

enum {
	PIECE_BYTES = 4096,     // a head that comes in pieces is copied by as much
	REQUEST_LINE_REST = 64, // method, blanks, version and line end at most
	CHUNK_FRAMING = 4,      // the line ends of a chunk
	CHUNK_SIZE_LINE = 24,   // what a size line cut in the middle may count too much
	TLS_HANDSHAKE = 0x16,   // the first byte of a client that speaks TLS: RFC 8446 section 5.1
};

static int on_pause(llhttp_t *llhttp)
{
	llhttp->upgrade = 0; // never: what follows is HTTP, whatever the peer would like to speak
	return HPE_PAUSED;
}

static int reject(struct http_parser *p, enum http_fault fault)
{
	p->fault = fault;
	return HPE_USER;
}

/* Copies a borrowed body, before another piece comes or the slice goes. */
static enum http_fault hold_body(struct http_parser *p, size_t size)
{
	if (p->borrowed == NULL) {
		return HTTP_FAULT_NONE;
	}
	const char *bytes = p->borrowed;
	p->borrowed = NULL;
	return http_memory_append(p->memory, &p->body, bytes, size) == 0 ? HTTP_FAULT_NONE
									 : HTTP_FAULT_MEMORY;
}

/* Bytes that are neither body nor the least framing it needs: extensions, zeros, trailers. */
static uint64_t chunk_extra(const struct http_parser *p, size_t slice_used)
{
	uint64_t needed = p->body_size + p->chunk_framing;
	uint64_t taken = p->raw_size + slice_used;
	return taken > needed ? taken - needed : 0;
}

static bool is_chunked(const struct http_parser *p)
{
	return p->head.counts[HTTP_FIELD_TRANSFER_ENCODING] > 0;
}

/* In the middle of a size line the count is not exact; where a chunk's data begins and at the end
 * of the message it is. */
static bool chunk_extra_over(const struct http_parser *p, size_t slice_used, size_t slack)
{
	return is_chunked(p) && chunk_extra(p, slice_used) > p->limits->chunk_extra_bytes + slack;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t size)
{
	struct http_parser *p = llhttp->data;
	if (chunk_extra_over(p, (size_t)(at - p->slice), 0)) {
		return reject(p, HTTP_FAULT_CHUNK_EXTRA);
	}
	if (size > p->max_body_bytes - p->body_size) {
		return reject(p, HTTP_FAULT_BODY_TOO_LARGE);
	}
	size_t before = p->body_size;
	p->body_size += size;
	if (p->discards) {
		return 0;
	}
	if (before == 0) {
		p->borrowed = (char *)(uintptr_t)at; // the caller's bytes, not const there
		return 0;
	}
	bool kept = hold_body(p, before) == HTTP_FAULT_NONE &&
		    http_memory_append(p->memory, &p->body, at, size) == 0;
	return kept ? 0 : reject(p, HTTP_FAULT_MEMORY);
}

static int on_chunk_header(llhttp_t *llhttp)
{
	struct http_parser *p = llhttp->data;
	p->chunk_framing += CHUNK_FRAMING;
	uint64_t rest = llhttp->content_length;
	do {
		p->chunk_framing++;
		rest >>= 4;
	} while (rest > 0);
	return 0;
}

static const llhttp_settings_t settings = {
	.on_headers_complete = on_pause,
	.on_body = on_body,
	.on_chunk_header = on_chunk_header,
	.on_message_complete = on_pause,
};

void http_parser_init(
	struct http_parser *p, const struct http_limits *limits, struct http_memory *memory)
{
	*p = (struct http_parser){.limits = limits, .memory = memory};
	llhttp_init(&p->llhttp, HTTP_REQUEST, &settings);
	p->llhttp.data = p;
	buf_init(&p->held,
		limits->target_bytes + limits->head_bytes + REQUEST_LINE_REST + PIECE_BYTES);
}

void http_parser_finish(struct http_parser *p)
{
	buf_finish(&p->held);
	http_memory_release(p->memory, &p->body);
}

static enum http_parser_result broken(struct http_parser *p, enum http_fault fault)
{
	p->fault = fault;
	p->phase = HTTP_PARSER_BROKEN;
	return HTTP_PARSER_REJECTED;
}

static enum http_fault llhttp_fault(const struct http_parser *p)
{
	switch (llhttp_get_errno(&p->llhttp)) {
	case HPE_INVALID_VERSION: return HTTP_FAULT_VERSION;
	case HPE_PAUSED_H2_UPGRADE: return HTTP_FAULT_HTTP2;
	case HPE_INVALID_CONTENT_LENGTH:
	case HPE_UNEXPECTED_CONTENT_LENGTH:
	case HPE_INVALID_TRANSFER_ENCODING: return HTTP_FAULT_LENGTH;
	default: return p->phase == HTTP_PARSER_IN_BODY ? HTTP_FAULT_CHUNKS : HTTP_FAULT_MALFORMED;
	}
}

static bool is_number(struct str s)
{
	int64_t value;
	return s.size > 0 && s.data[0] != '-' && str_to_int64(s, &value);
}

/* Where a message ends must be beyond doubt: two readers who disagree are how requests are smuggled
 * (RFC 9112 sections 6.1 and 6.3). */
static enum http_fault check_length(const struct http_parser *p)
{
	const uint8_t *counts = p->head.counts;
	if (counts[HTTP_FIELD_CONTENT_LENGTH] > 0) {
		bool certain = counts[HTTP_FIELD_CONTENT_LENGTH] == 1 && !is_chunked(p) &&
			       is_number(http_parser_field(p, HTTP_FIELD_CONTENT_LENGTH));
		return certain ? HTTP_FAULT_NONE : HTTP_FAULT_LENGTH;
	}
	if (!is_chunked(p)) {
		return HTTP_FAULT_NONE;
	}
	if (p->llhttp.http_minor == 0) {
		return HTTP_FAULT_LENGTH;
	}
	bool known = counts[HTTP_FIELD_TRANSFER_ENCODING] == 1 &&
		     str_equal_nocase(
			     http_parser_field(p, HTTP_FIELD_TRANSFER_ENCODING), STR("chunked"));
	return known ? HTTP_FAULT_NONE : HTTP_FAULT_TRANSFER_CODING;
}

static enum http_fault check_host(const struct http_parser *p)
{
	struct str host;
	switch (p->head.counts[HTTP_FIELD_HOST]) {
	case 0: return p->llhttp.http_minor == 0 ? HTTP_FAULT_NONE : HTTP_FAULT_HOST_MISSING;
	case 1:
		return http_head_split_authority(http_parser_field(p, HTTP_FIELD_HOST), &host)
			       ? HTTP_FAULT_NONE
			       : HTTP_FAULT_HOST_MALFORMED;
	default: return HTTP_FAULT_HOST_REPEATED;
	}
}

/* What llhttp leaves to its user. */
static enum http_fault check_head(const struct http_parser *p)
{
	if (p->llhttp.http_major != 1 || p->llhttp.http_minor > 1) {
		return HTTP_FAULT_VERSION;
	}
	enum http_fault fault = check_length(p);
	if (fault == HTTP_FAULT_NONE) {
		fault = check_host(p);
	}
	if (fault != HTTP_FAULT_NONE) {
		return fault;
	}
	if (p->head.counts[HTTP_FIELD_ORIGIN] > 1 || p->head.counts[HTTP_FIELD_AUTHORIZATION] > 1) {
		return HTTP_FAULT_REPEATED_FIELD;
	}
	struct str target = {p->base + p->head.target_begin, p->head.target_size}, unused;
	return p->llhttp.method == LLHTTP_CONNECT ||
			       http_head_split_target(target, &unused, &unused, &unused)
		       ? HTTP_FAULT_NONE
		       : HTTP_FAULT_TARGET;
}

/* Copies the head to a place of its own. */
static enum http_fault hold_head(struct http_parser *p)
{
	if (p->head_size == 0 || p->held.size > 0) {
		return HTTP_FAULT_NONE;
	}
	if (buf_append(&p->held, p->base, p->head_size) != 0) {
		return HTTP_FAULT_MEMORY;
	}
	p->base = p->held.data;
	return HTTP_FAULT_NONE;
}

static enum http_parser_result head_complete(struct http_parser *p)
{
	enum http_fault fault = http_head_scan(
		&p->head, p->limits, (struct str){p->base, p->head_size});
	if (fault == HTTP_FAULT_NONE && (!p->head.ended || p->head.scanned != p->head_size)) {
		fault = HTTP_FAULT_MALFORMED; // llhttp sees the end elsewhere: nobody may guess
	}
	if (fault == HTTP_FAULT_NONE) {
		fault = check_head(p);
	}
	if (fault != HTTP_FAULT_NONE) {
		return broken(p, fault);
	}
	unsigned flags = p->llhttp.flags;
	p->keep_alive = p->llhttp.http_minor == 1 ? (flags & F_CONNECTION_CLOSE) == 0
						  : (flags & F_CONNECTION_KEEP_ALIVE) != 0;
	p->phase = HTTP_PARSER_IN_BODY;
	if (p->held.size > 0) {
		p->held.size = p->head_size;
	}
	return HTTP_PARSER_HEAD;
}

/* at lies behind the bytes of the head that p->head_size does not count yet. The limits
 * come first: then it does not matter whether llhttp saw the byte that is wrong in this
 * slice or in the next. */
static enum http_parser_result parse_head(
	struct http_parser *p, const char *at, size_t size, size_t *ret_used)
{
	llhttp_errno_t error = llhttp_execute(&p->llhttp, at, size);
	*ret_used = error == HPE_OK ? size : (size_t)(llhttp_get_error_pos(&p->llhttp) - at);
	p->head_size = (size_t)(at + *ret_used - p->base);
	if (error == HPE_PAUSED) {
		llhttp_resume(&p->llhttp);
		return head_complete(p);
	}
	bool wordless = error == HPE_OK || error == HPE_PAUSED_H2_UPGRADE;
	p->reason = wordless ? NULL : llhttp_get_error_reason(&p->llhttp);
	enum http_fault fault = http_head_scan(
		&p->head, p->limits, (struct str){p->base, p->head_size});
	if (fault != HTTP_FAULT_NONE) {
		return broken(p, fault);
	}
	if (error == HPE_OK) {
		return HTTP_PARSER_MORE;
	}
	if (p->head_size == 0 && p->base[0] == TLS_HANDSHAKE) {
		p->reason = NULL;
		return broken(p, HTTP_FAULT_TLS);
	}
	return broken(p, llhttp_fault(p));
}

static size_t blank_lines(const char *bytes, size_t size)
{
	size_t n = 0;
	while (n < size && (bytes[n] == '\r' || bytes[n] == '\n')) {
		n++;
	}
	return n;
}

static enum http_parser_result push_head_borrowed(
	struct http_parser *p, const char *bytes, size_t size, size_t *ret_used)
{
	size_t blank = blank_lines(bytes, size); // RFC 9112 section 2.2
	p->base = bytes + blank;
	if (blank > 0 && llhttp_execute(&p->llhttp, bytes, blank) != HPE_OK) {
		*ret_used = blank;
		p->head_size = 0;
		return broken(p, llhttp_fault(p));
	}
	enum http_parser_result result = parse_head(p, p->base, size - blank, ret_used);
	*ret_used += blank;
	if (result == HTTP_PARSER_MORE && hold_head(p) != HTTP_FAULT_NONE) {
		return broken(p, HTTP_FAULT_MEMORY);
	}
	return result;
}

static enum http_parser_result push_head_held(
	struct http_parser *p, const char *bytes, size_t size, size_t *ret_used)
{
	enum http_parser_result result = HTTP_PARSER_MORE;
	size_t done = 0;
	while (result == HTTP_PARSER_MORE && done < size) {
		size_t piece = size - done < PIECE_BYTES ? size - done : PIECE_BYTES;
		size_t used = 0;
		if (buf_append(&p->held, bytes + done, piece) != 0) {
			return broken(p, HTTP_FAULT_MEMORY);
		}
		p->base = p->held.data;
		result = parse_head(p, p->base + p->head_size, piece, &used);
		done += used;
	}
	*ret_used = done;
	return result;
}

static enum http_parser_result body_complete(struct http_parser *p, size_t used)
{
	if (chunk_extra_over(p, used, 0)) {
		return broken(p, HTTP_FAULT_CHUNK_EXTRA);
	}
	p->phase = HTTP_PARSER_AT_END;
	return HTTP_PARSER_COMPLETE;
}

/* As in the head, the limit comes before what llhttp says. */
static enum http_fault body_fault(struct http_parser *p, llhttp_errno_t error, size_t slice_used)
{
	if (error == HPE_USER) {
		return p->fault;
	}
	if (chunk_extra_over(p, slice_used, error == HPE_OK ? CHUNK_SIZE_LINE : 0)) {
		return HTTP_FAULT_CHUNK_EXTRA;
	}
	if (error == HPE_OK) {
		return HTTP_FAULT_NONE;
	}
	p->reason = llhttp_get_error_reason(&p->llhttp);
	return llhttp_fault(p);
}

static enum http_parser_result push_body(
	struct http_parser *p, const char *bytes, size_t size, size_t *ret_used)
{
	p->slice = bytes;
	llhttp_errno_t error = llhttp_execute(&p->llhttp, bytes, size);
	*ret_used = error == HPE_OK ? size : (size_t)(llhttp_get_error_pos(&p->llhttp) - bytes);
	if (error == HPE_PAUSED) {
		llhttp_resume(&p->llhttp);
		return body_complete(p, *ret_used);
	}
	enum http_fault fault = body_fault(p, error, *ret_used);
	if (fault != HTTP_FAULT_NONE) {
		return broken(p, fault);
	}
	p->raw_size += size;
	fault = hold_head(p);
	if (fault == HTTP_FAULT_NONE) {
		fault = hold_body(p, p->body_size);
	}
	return fault == HTTP_FAULT_NONE ? HTTP_PARSER_MORE : broken(p, fault);
}

enum http_parser_result http_parser_push(
	struct http_parser *p, char *bytes, size_t size, size_t *ret_used)
{
	*ret_used = 0;
	switch (p->phase) {
	case HTTP_PARSER_IN_HEAD:
		return p->held.size > 0 ? push_head_held(p, bytes, size, ret_used)
					: push_head_borrowed(p, bytes, size, ret_used);
	case HTTP_PARSER_IN_BODY: return push_body(p, bytes, size, ret_used);
	case HTTP_PARSER_AT_END: return HTTP_PARSER_COMPLETE;
	default: return HTTP_PARSER_REJECTED;
	}
}

void http_parser_set_body(struct http_parser *p, size_t max_bytes, bool keep)
{
	p->max_body_bytes = p->body.max_bytes = max_bytes;
	p->discards = !keep;
}

enum http_fault http_parser_hold(struct http_parser *p)
{
	http_memory_release(p->memory, &p->body);
	p->borrowed = NULL;
	p->released = true;
	return hold_head(p);
}

void http_parser_next(struct http_parser *p)
{
	buf_finish(&p->held);
	http_memory_release(p->memory, &p->body);
	http_head_reset(&p->head);
	p->phase = HTTP_PARSER_IN_HEAD;
	p->base = NULL;
	p->borrowed = NULL;
	p->released = false;
	p->head_size = p->body_size = 0;
	p->raw_size = p->chunk_framing = 0;
}

bool http_parser_is_idle(const struct http_parser *p)
{
	return p->phase == HTTP_PARSER_IN_HEAD && p->head_size == 0;
}

uint64_t http_parser_declared_bytes(const struct http_parser *p)
{
	if (is_chunked(p)) {
		return UINT64_MAX;
	}
	int64_t value = 0;
	(void)str_to_int64(http_parser_field(p, HTTP_FIELD_CONTENT_LENGTH), &value);
	return (uint64_t)value;
}

struct str http_parser_field(const struct http_parser *p, enum http_field field)
{
	return http_head_value(&p->head, field, p->base);
}

static enum http_method method_of(uint8_t method)
{
	static const uint16_t bits[] = {
		[LLHTTP_GET] = HTTP_GET,
		[LLHTTP_HEAD] = HTTP_HEAD,
		[LLHTTP_POST] = HTTP_POST,
		[LLHTTP_PUT] = HTTP_PUT,
		[LLHTTP_DELETE] = HTTP_DELETE,
		[LLHTTP_PATCH] = HTTP_PATCH,
		[LLHTTP_OPTIONS] = HTTP_OPTIONS,
		[LLHTTP_TRACE] = HTTP_TRACE,
		[LLHTTP_CONNECT] = HTTP_CONNECT,
	};
	bool ours = method < sizeof(bits) / sizeof(bits[0]) && bits[method] != 0;
	return ours ? (enum http_method)bits[method] : HTTP_METHOD_OTHER;
}

static void view_target(const struct http_parser *p, struct http_request *ret)
{
	ret->target = (struct str){p->base + p->head.target_begin, p->head.target_size};
	if (ret->target.size > 0 && ret->method != HTTP_CONNECT) {
		(void)http_head_split_target(ret->target, &ret->authority, &ret->path, &ret->query);
	}
}

static void view_body(const struct http_parser *p, struct http_request *ret)
{
	static char nothing[1];
	ret->body_data = nothing;
	if (p->borrowed != NULL) {
		ret->body_data = p->borrowed;
	} else if (p->body.size > 0) {
		ret->body_data = p->body.data;
	}
	ret->wire_bytes = p->body_size;
	ret->body = (struct str){ret->body_data, p->discards || p->released ? 0 : p->body_size};
}

void http_parser_view(const struct http_parser *p, struct http_request *ret)
{
	*ret = (struct http_request){.complete = p->phase == HTTP_PARSER_AT_END};
	view_body(p, ret);
	if (p->head.fields_begin == 0) {
		return; // not even the request line
	}
	ret->method = method_of(p->llhttp.method);
	ret->minor_version = p->llhttp.http_minor;
	ret->authority = http_parser_field(p, HTTP_FIELD_HOST);
	view_target(p, ret);
	size_t fields_end = p->head.scanned - (p->head.ended ? 2 : 0);
	ret->fields = (struct str){
		p->base + p->head.fields_begin, fields_end - p->head.fields_begin};
	ret->content_type = http_parser_field(p, HTTP_FIELD_CONTENT_TYPE);
	ret->content_type_missing = p->head.counts[HTTP_FIELD_CONTENT_TYPE] == 0;
	ret->content_type_repeated = p->head.counts[HTTP_FIELD_CONTENT_TYPE] > 1;
}
