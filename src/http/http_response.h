/* What a handler answers: status, a few fields, and bytes; or that the connection becomes a stream,
 * switches protocols, or has to wait (http_later.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct http_later;
struct http_request;
struct http_stream;

/* Called on the loop when the head of the answer has been sent; see http_stream.h. req is the
 * request being answered, valid during the call. */
typedef void http_stream_opened(
	struct http_stream *stream, const struct http_request *req, void *data);

enum http_response_kind {
	HTTP_RESPONSE_PLAIN,   // the body, or static bytes
	HTTP_RESPONSE_STREAM,  // http_response_stream()
	HTTP_RESPONSE_UPGRADE, // http_response_upgrade()
	HTTP_RESPONSE_LATER,   // http_later_begin()
	HTTP_RESPONSE_BUSY,    // the same, when too many wait already
};

enum { HTTP_RESPONSE_BYTES = 4 << 20 }; // most of a body, OTLP/HTTP 1.11

struct http_response {
	enum http_response_kind kind;
	int status;                 // 200 by default
	const char *type;           // Content-Type; NULL: none is sent
	struct buf fields;          // "Name: value\r\n" lines
	struct buf body;            // see http_response_body()
	struct str fixed;           // see http_response_static()
	http_stream_opened *opened; // of a stream or an upgrade
	void *opened_data;
	const char *protocol;     // of an upgrade
	struct http_later *later; // where the answer will come from
	bool may_wait;            // whether one more answer may come later
	bool closes;              // the connection ends with this answer
};

void http_response_init(struct http_response *res);
void http_response_finish(struct http_response *res);

/* Back to an empty 200; keeps a little memory. */
void http_response_reset(struct http_response *res);

void http_response_status(struct http_response *res, int status);

/* type is a literal, kept by pointer. */
void http_response_type(struct http_response *res, const char *type);

/* Adds a field. name is a literal; -EINVAL, with nothing added, if value contains a control
 * character. Not for Content-Type, Content-Length, Connection and Transfer-Encoding. */
int http_response_header(struct http_response *res, const char *name, struct str value);

/* The response is private: not cached, not sniffed, and not loaded by pages other than ours. */
void http_response_private(struct http_response *res);

/* The connection ends with this answer. */
void http_response_close(struct http_response *res);

/* The body, to append to. Exceeding the maximum turns the whole answer into a 500, running out of
 * memory into a 503. */
struct buf *http_response_body(struct http_response *res);

/* A maximum other than HTTP_RESPONSE_BYTES, for this answer. */
void http_response_set_max_bytes(struct http_response *res, size_t max_bytes);

/* Answers with static bytes instead of the body. */
void http_response_static(struct http_response *res, struct str bytes);

/* No body now: the connection stays open, and opened is called with a stream to write to. It is
 * never called for HEAD or when there are too many streams, so it must not own data. */
void http_response_stream(struct http_response *res, http_stream_opened *opened, void *data);

/* Switches protocols: answers 101 with the caller's fields, then calls opened with a stream that
 * also receives (http_stream_on_received()). Only for requests that ask for it, see
 * http_request_upgrades_to(). protocol is a literal. Otherwise like http_response_stream(). */
void http_response_upgrade(
	struct http_response *res, const char *protocol, http_stream_opened *opened, void *data);

/* The bytes of the body, wherever they are. */
struct str http_response_bytes(const struct http_response *res);

/* How to write the head, which depends on request and connection. */
struct http_response_frame {
	int minor_version; // of the request
	bool keep_alive;   // false: the connection ends with this answer
	bool chunked;      // a stream to an HTTP/1.1 peer; a stream to others has no length at all
};

/* Appends status line, fields and the empty line. 0 or what buf_append() says. */
int http_response_write_head(
	const struct http_response *res, const struct http_response_frame *frame, struct buf *out);
