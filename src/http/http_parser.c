#include "http/http_parser.h"

#include "http/http_limits.h"
#include "http/http_memory.h"
#include "http/http_request.h"

enum {
	PIECE_BYTES = 4096,     // granularity for copying a head that arrives in pieces
	REQUEST_LINE_REST = 64, // method, blanks, version and line end at most
	TLS_HANDSHAKE = 0x16,   // the first byte of a client that speaks TLS: RFC 8446 section 5.1
};

static int on_pause(llhttp_t *llhttp)
{
	llhttp->upgrade = 0; // never here: what follows is HTTP, whatever the peer asks for
	return HPE_PAUSED;
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

static bool is_chunked(const struct http_parser *p)
{
	return p->head.counts[HTTP_FIELD_TRANSFER_ENCODING] > 0;
}

/* Another piece of the body. */
static enum http_fault take_body(struct http_parser *p, const char *at, size_t size)
{
	if (size > p->max_body_bytes - p->body_size) {
		return HTTP_FAULT_BODY_TOO_LARGE;
	}
	size_t before = p->body_size;
	p->body_size += size;
	if (p->discards) {
		return HTTP_FAULT_NONE;
	}
	if (before == 0) {
		p->borrowed = (char *)(uintptr_t)at; // the caller's bytes, not const there
		return HTTP_FAULT_NONE;
	}
	bool kept = hold_body(p, before) == HTTP_FAULT_NONE &&
		    http_memory_append(p->memory, &p->body, at, size) == 0;
	return kept ? HTTP_FAULT_NONE : HTTP_FAULT_MEMORY;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t size)
{
	struct http_parser *p = llhttp->data;
	p->fault = take_body(p, at, size);
	return p->fault == HTTP_FAULT_NONE ? 0 : HPE_USER;
}

static const llhttp_settings_t settings = {
	.on_headers_complete = on_pause,
	.on_body = on_body,
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
	default: return HTTP_FAULT_MALFORMED;
	}
}

static bool is_number(struct str s)
{
	int64_t value;
	return s.size > 0 && s.data[0] != '-' && str_to_int64(s, &value);
}

/* The end of a message must be unambiguous: readers that disagree allow request smuggling (RFC 9112
 * sections 6.1 and 6.3). */
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

/* Checks that llhttp leaves to its user. */
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
		fault = HTTP_FAULT_MALFORMED; // llhttp sees the end elsewhere: ambiguous
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

/* at is past bytes of the head that p->head_size does not count yet. Limits come first, so that the
 * result does not depend on whether llhttp saw an offending byte in this slice or in the next. */
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

/* The slice is about to go: copies what is needed of it. */
static enum http_parser_result keep_slice(struct http_parser *p)
{
	enum http_fault fault = hold_head(p);
	if (fault == HTTP_FAULT_NONE) {
		fault = hold_body(p, p->body_size);
	}
	return fault == HTTP_FAULT_NONE ? HTTP_PARSER_MORE : broken(p, fault);
}

static enum http_parser_result complete(struct http_parser *p)
{
	p->phase = HTTP_PARSER_AT_END;
	return HTTP_PARSER_COMPLETE;
}

static enum http_parser_result push_counted_body(
	struct http_parser *p, const char *bytes, size_t size, size_t *ret_used)
{
	llhttp_errno_t error = llhttp_execute(&p->llhttp, bytes, size);
	*ret_used = error == HPE_OK ? size : (size_t)(llhttp_get_error_pos(&p->llhttp) - bytes);
	if (error == HPE_PAUSED) {
		llhttp_resume(&p->llhttp);
		return complete(p);
	}
	if (error == HPE_OK) {
		return keep_slice(p);
	}
	return broken(p, error == HPE_USER ? p->fault : llhttp_fault(p));
}

/* As in the head, limits come before syntax. */
static enum http_fault take_chunks(
	struct http_parser *p, enum http_chunks_result result, struct str data)
{
	if (http_chunks_extra_is_over(&p->chunks, p->limits->chunk_extra_bytes)) {
		return HTTP_FAULT_CHUNK_EXTRA;
	}
	if (result == HTTP_CHUNKS_BROKEN) {
		p->reason = p->chunks.error;
		return HTTP_FAULT_CHUNKS;
	}
	return result == HTTP_CHUNKS_DATA ? take_body(p, data.data, data.size) : HTTP_FAULT_NONE;
}

static enum http_parser_result push_chunked_body(
	struct http_parser *p, const char *bytes, size_t size, size_t *ret_used)
{
	enum http_chunks_result result = HTTP_CHUNKS_MORE;
	while (*ret_used < size && result != HTTP_CHUNKS_END) {
		struct str data = {0};
		size_t used;
		result = http_chunks_push(
			&p->chunks, bytes + *ret_used, size - *ret_used, &used, &data);
		*ret_used += used;
		enum http_fault fault = take_chunks(p, result, data);
		if (fault != HTTP_FAULT_NONE) {
			return broken(p, fault);
		}
	}
	return result == HTTP_CHUNKS_END ? complete(p) : keep_slice(p);
}

enum http_parser_result http_parser_push(
	struct http_parser *p, char *bytes, size_t size, size_t *ret_used)
{
	*ret_used = 0;
	switch (p->phase) {
	case HTTP_PARSER_IN_HEAD:
		return p->held.size > 0 ? push_head_held(p, bytes, size, ret_used)
					: push_head_borrowed(p, bytes, size, ret_used);
	case HTTP_PARSER_IN_BODY:
		return is_chunked(p) ? push_chunked_body(p, bytes, size, ret_used)
				     : push_counted_body(p, bytes, size, ret_used);
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
	if (is_chunked(p)) {
		llhttp_reset(&p->llhttp); // it has not seen the body
		p->chunks = (struct http_chunks){0};
	}
	http_head_reset(&p->head);
	p->phase = HTTP_PARSER_IN_HEAD;
	p->base = NULL;
	p->borrowed = NULL;
	p->released = false;
	p->head_size = p->body_size = 0;
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
