#include "http/http_response.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

enum {
	FIELDS_BYTES = 8 << 10,     // most of all fields
	KEPT_BODY_BYTES = 64 << 10, // between two answers
	NUMBER_BYTES = 20,
	FIXED_HEAD_BYTES = 192, // status line and the fields that are ours, without their values
};

struct status_line {
	int status;
	struct str line;
};

static const struct status_line lines[] = {
	// the frequent ones first
	{200, STR_INIT("HTTP/1.1 200 OK\r\n")},
	{204, STR_INIT("HTTP/1.1 204 No Content\r\n")},
	{101, STR_INIT("HTTP/1.1 101 Switching Protocols\r\n")},
	{302, STR_INIT("HTTP/1.1 302 Found\r\n")},
	{304, STR_INIT("HTTP/1.1 304 Not Modified\r\n")},
	{400, STR_INIT("HTTP/1.1 400 Bad Request\r\n")},
	{401, STR_INIT("HTTP/1.1 401 Unauthorized\r\n")},
	{403, STR_INIT("HTTP/1.1 403 Forbidden\r\n")},
	{404, STR_INIT("HTTP/1.1 404 Not Found\r\n")},
	{405, STR_INIT("HTTP/1.1 405 Method Not Allowed\r\n")},
	{406, STR_INIT("HTTP/1.1 406 Not Acceptable\r\n")},
	{408, STR_INIT("HTTP/1.1 408 Request Timeout\r\n")},
	{409, STR_INIT("HTTP/1.1 409 Conflict\r\n")},
	{410, STR_INIT("HTTP/1.1 410 Gone\r\n")},
	{412, STR_INIT("HTTP/1.1 412 Precondition Failed\r\n")},
	{413, STR_INIT("HTTP/1.1 413 Content Too Large\r\n")},
	{414, STR_INIT("HTTP/1.1 414 URI Too Long\r\n")},
	{415, STR_INIT("HTTP/1.1 415 Unsupported Media Type\r\n")},
	{417, STR_INIT("HTTP/1.1 417 Expectation Failed\r\n")},
	{421, STR_INIT("HTTP/1.1 421 Misdirected Request\r\n")},
	{422, STR_INIT("HTTP/1.1 422 Unprocessable Content\r\n")},
	{426, STR_INIT("HTTP/1.1 426 Upgrade Required\r\n")},
	{429, STR_INIT("HTTP/1.1 429 Too Many Requests\r\n")},
	{431, STR_INIT("HTTP/1.1 431 Request Header Fields Too Large\r\n")},
	{500, STR_INIT("HTTP/1.1 500 Internal Server Error\r\n")},
	{501, STR_INIT("HTTP/1.1 501 Not Implemented\r\n")},
	{503, STR_INIT("HTTP/1.1 503 Service Unavailable\r\n")},
	{505, STR_INIT("HTTP/1.1 505 HTTP Version Not Supported\r\n")},
};

void http_response_init(struct http_response *res)
{
	*res = (struct http_response){.status = 200, .may_wait = true};
	buf_init(&res->fields, FIELDS_BYTES);
	buf_init(&res->body, HTTP_RESPONSE_BYTES);
}

void http_response_finish(struct http_response *res)
{
	buf_finish(&res->fields);
	buf_finish(&res->body);
}

void http_response_reset(struct http_response *res)
{
	res->kind = HTTP_RESPONSE_PLAIN;
	res->status = 200;
	res->type = NULL;
	res->fixed = (struct str){NULL, 0};
	res->opened = NULL;
	res->opened_data = NULL;
	res->protocol = NULL;
	res->later = NULL;
	res->may_wait = true;
	res->closes = false;
	buf_clear(&res->fields);
	buf_clear(&res->body);
	buf_trim(&res->body, KEPT_BODY_BYTES);
	res->body.max_bytes = HTTP_RESPONSE_BYTES;
}

void http_response_private(struct http_response *res)
{
	(void)http_response_header(res, "Cache-Control", STR("no-store"));
	(void)http_response_header(res, "X-Content-Type-Options", STR("nosniff"));
	(void)http_response_header(res, "Cross-Origin-Resource-Policy", STR("same-origin"));
}

void http_response_close(struct http_response *res)
{
	res->closes = true;
}

void http_response_status(struct http_response *res, int status)
{
	res->status = status;
}

void http_response_type(struct http_response *res, const char *type)
{
	res->type = type;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return true;
		}
	}
	return false;
}

static char *put(char *at, struct str s)
{
	if (s.size > 0) {
		memcpy(at, s.data, s.size);
	}
	return at + s.size;
}

int http_response_header(struct http_response *res, const char *name, struct str value)
{
	struct str n = str_from(name);
	if (has_control(value)) {
		return -EINVAL;
	}
	int r = buf_reserve(&res->fields, n.size + value.size + 4);
	if (r != 0) {
		return r;
	}
	char *at = put(res->fields.data + res->fields.size, n);
	at = put(put(put(at, STR(": ")), value), STR("\r\n"));
	res->fields.size = (size_t)(at - res->fields.data);
	return 0;
}

struct buf *http_response_body(struct http_response *res)
{
	return &res->body;
}

void http_response_set_max_bytes(struct http_response *res, size_t max_bytes)
{
	res->body.max_bytes = max_size(max_bytes, res->body.capacity);
}

void http_response_static(struct http_response *res, struct str bytes)
{
	res->fixed = bytes;
}

void http_response_stream(struct http_response *res, http_stream_opened *opened, void *data)
{
	res->kind = HTTP_RESPONSE_STREAM;
	res->opened = opened;
	res->opened_data = data;
}

void http_response_upgrade(
	struct http_response *res, const char *protocol, http_stream_opened *opened, void *data)
{
	res->kind = HTTP_RESPONSE_UPGRADE;
	res->status = 101;
	res->protocol = protocol;
	res->opened = opened;
	res->opened_data = data;
}

struct str http_response_bytes(const struct http_response *res)
{
	return res->fixed.data != NULL ? res->fixed : buf_str(&res->body);
}

static struct str status_line(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].status == status) {
			return lines[i].line;
		}
	}
	return status_line(500); // unknown status: a bug on our side
}

static char *put_number(char *at, size_t value)
{
	char digits[NUMBER_BYTES];
	size_t n = NUMBER_BYTES;
	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	return put(at, (struct str){digits + n, NUMBER_BYTES - n});
}

static bool has_no_body(int status)
{
	// RFC 9110 sections 15.2, 15.3.5 and 15.4.5
	return status < 200 || status == 204 || status == 304;
}

static char *put_length(
	char *at, const struct http_response *res, const struct http_response_frame *frame)
{
	if (res->kind == HTTP_RESPONSE_STREAM) {
		return frame->chunked ? put(at, STR("Transfer-Encoding: chunked\r\n")) : at;
	}
	if (has_no_body(res->status)) {
		return at;
	}
	at = put_number(put(at, STR("Content-Length: ")), http_response_bytes(res).size);
	return put(at, STR("\r\n"));
}

int http_response_write_head(
	const struct http_response *res, const struct http_response_frame *frame, struct buf *out)
{
	struct str type = str_from(res->type), protocol = str_from(res->protocol);
	int r = buf_reserve(out, FIXED_HEAD_BYTES + type.size + protocol.size + res->fields.size);
	if (r != 0) {
		return r;
	}
	char *at = put(out->data + out->size, status_line(res->status));
	if (type.size > 0) {
		at = put(put(put(at, STR("Content-Type: ")), type), STR("\r\n"));
	}
	at = put_length(at, res, frame);
	at = put(at, buf_str(&res->fields));
	if (res->kind == HTTP_RESPONSE_UPGRADE) {
		at = put(put(at, STR("Connection: Upgrade\r\nUpgrade: ")), protocol);
		at = put(at, STR("\r\n"));
	} else if (!frame->keep_alive) {
		at = put(at, STR("Connection: close\r\n"));
	} else if (frame->minor_version == 0) {
		at = put(at, STR("Connection: keep-alive\r\n"));
	}
	at = put(at, STR("\r\n"));
	out->size = (size_t)(at - out->data);
	return 0;
}
