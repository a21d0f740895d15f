/* Bytes → one bounded request at a time. llhttp, in strict mode, is fed whatever slices the socket
 * delivers; the result does not depend on where they are cut. No socket, no clock.
 *
 *	push → MORE … push → HEAD (decide about the body) → push → MORE … push → COMPLETE → next
 *
 * A request within one slice is borrowed, not copied; when push returns MORE, everything still
 * needed has been copied, and the slice may go. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/http_chunks.h"
#include "http/http_head.h"
#include "http/http_llhttp.h"

struct http_limits;
struct http_memory;
struct http_request;

enum http_parser_result {
	HTTP_PARSER_MORE,     // every byte was taken; the request is not whole
	HTTP_PARSER_HEAD,     // the head is whole and valid; push again, even without bytes
	HTTP_PARSER_COMPLETE, // the request is whole; http_parser_next() before the next push
	HTTP_PARSER_REJECTED, // see http_parser::fault; nothing can be pushed any more
};

enum http_parser_phase {
	HTTP_PARSER_IN_HEAD,
	HTTP_PARSER_IN_BODY,
	HTTP_PARSER_AT_END,
	HTTP_PARSER_BROKEN,
};

struct http_parser {
	llhttp_t llhttp;
	const struct http_limits *limits; // borrowed
	struct http_memory *memory;       // borrowed
	enum http_parser_phase phase;
	enum http_fault fault;
	const char *reason; // more words for it, NULL if there are none

	const char *base; // first byte of the head: in held or in the last slice
	size_t head_size; // bytes of it so far
	struct buf held;  // owned; the head, if it had to be copied
	struct http_head head;

	struct buf body;                  // owned, counted in memory
	char *borrowed;                   // the body so far, if it is one piece of the last slice
	size_t body_size, max_body_bytes; // bytes so far
	bool discards;                    // body bytes are counted, not kept
	bool released;                    // the body was given back; body_size still counts it
	bool keep_alive;                  // the peer wants to go on; known from HEAD on
	struct http_chunks chunks;        // of a chunked body
};

/* Nothing is allocated until a request comes in pieces. */
void http_parser_init(
	struct http_parser *p, const struct http_limits *limits, struct http_memory *memory);
void http_parser_finish(struct http_parser *p);

/* Parses up to the next decision. *ret_used of the size bytes were consumed: all of them with MORE.
 * The bytes must stay in place until MORE or http_parser_next(), and may be modified by the
 * request's handler. */
enum http_parser_result http_parser_push(
	struct http_parser *p, char *bytes, size_t size, size_t *ret_used);

/* To be called after HEAD. The body may have max_bytes; unless it is kept, it is only counted. */
void http_parser_set_body(struct http_parser *p, size_t max_bytes, bool keep);

/* To be called after COMPLETE if the request is answered later: copies the head, so that the slice
 * may go, and releases the body. */
enum http_fault http_parser_hold(struct http_parser *p);

/* Forgets the request and gives its memory back. */
void http_parser_next(struct http_parser *p);

/* Whether it is between requests: no byte of the next one has arrived. */
bool http_parser_is_idle(const struct http_parser *p);

/* The size the head declares for the body; 0 without one, UINT64_MAX for
 * chunks of unknown number. */
uint64_t http_parser_declared_bytes(const struct http_parser *p);

/* What is known of the request so far, in views valid until the next push. Without peer and path
 * parameters; body is not decoded. */
void http_parser_view(const struct http_parser *p, struct http_request *ret);

/* The trimmed value of a field, data NULL if it is missing; valid like the view. */
struct str http_parser_field(const struct http_parser *p, enum http_field field);
