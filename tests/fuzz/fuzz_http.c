/* Any bytes as what a connection carries, as far as the first answer that ends it: parser and
 * exchange must come to the same answers wherever the bytes are cut. The first byte picks a cut,
 * beside the two that are always tried. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "http/http_exchange.h"
#include "http/http_parser.h"

enum {
	TEXT_BYTES = 16 << 20,
	SLICE_BYTES = 40,
	TAIL_BYTES = 64, // added to every input: what is over a limit shows with the next bytes
};

static const struct http_limits limits = {
	.target_bytes = 60,
	.head_bytes = 400,
	.fields = 12,
	.chunk_extra_bytes = 30,
	.body_bytes = 200,
	.inflated_bytes = 300,
	.discarded_body_bytes = 20,
	.memory_bytes = 1 << 20,
};

/* A connection, and what came of it: the words of handlers, error writer and on_reject. */
struct connection {
	struct http_route_group group;
	struct http_service service;
	struct http_parser parser;
	struct http_exchange exchange;
	struct http_peer peer;
	struct buf text;
	bool ended;
};

static void note_request(struct buf *text, const struct http_request *req)
{
	(void)buf_printf(text, "%s %d '%.*s' '%.*s' '%.*s' '%.*s' '%.*s' %zu", // NULL data is empty
		http_method_name(req->method), req->minor_version, STR_ARG(req->path),
		STR_ARG(req->query), STR_ARG(req->authority), STR_ARG(req->path_parameters[0]),
		STR_ARG(req->content_type), req->wire_bytes);
	buf_append_str(text, req->fields);
	buf_append_str(text, req->body);
}

static void handle(const struct http_request *req, struct http_response *res, void *data)
{
	struct connection *c = data;
	fuzz_check(req->complete && req->body.data != NULL && req->body.data == req->body_data);
	note_request(&c->text, req);
	http_response_type(res, "text/plain");
	buf_append_str(http_response_body(res), req->path);
	if (req->body.size > 0) {
		req->body_data[0] ^= 1; // it is the handler's
	}
}

/* How many bytes had come when a limit was passed depends on the cut, and stands in the message. */
static void write_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)req;
	(void)data;
	fuzz_check(status >= 400 && message.size > 0);
	(void)buf_printf(http_response_body(res), "%d", status);
}

/* How much of a broken head is known when it is refused depends on the cut. */
static void on_reject(const struct http_reject *reject, void *data)
{
	struct connection *c = data;
	fuzz_check(reject->status == http_fault_info(reject->fault)->status);
	(void)buf_printf(&c->text, "fault %d", reject->fault);
}

static const struct http_route routes[] = {
	{"/", HTTP_GET | HTTP_POST, handle, NULL, 0, HTTP_ROUTE_KEEPS_CONNECTION},
	{"/a", HTTP_GET, handle, NULL, 0, HTTP_ROUTE_SAME_ORIGIN},
	{"/a/*", HTTP_POST | HTTP_PUT, handle, NULL, 100, 0},
	{"/a/*/b", HTTP_POST, handle, NULL, 0, 0},
};
static const struct str origins[] = {STR_INIT("https://ok.example")};

static void connection_init(struct connection *c, bool is_loopback)
{
	*c = (struct connection){
		.group = {.routes = routes, .count = ARRAY_SIZE(routes), .data = c},
		.service = {.limits = limits,
			.access = {.origins = origins, .origin_count = 1, .token = STR("secret")},
			.error = write_error,
			.on_reject = on_reject,
			.data = c},
		.peer = {.is_loopback = is_loopback},
	};
	http_service_init(&c->service, &c->group, 1);
	http_parser_init(&c->parser, &c->service.limits, &c->service.memory);
	http_exchange_reset(&c->exchange);
	buf_init(&c->text, TEXT_BYTES);
}

static void connection_finish(struct connection *c)
{
	http_parser_finish(&c->parser);
	fuzz_check(c->service.memory.used_bytes == 0);
	http_service_finish(&c->service);
	buf_finish(&c->text);
}

static void keep_answer(struct connection *c, const struct http_answer *answer)
{
	fuzz_check(str_starts_with(answer->head, STR("HTTP/1.1 ")));
	buf_append_str(&c->text, answer->head);
	buf_append_str(&c->text, answer->body);
	c->ended = answer->closes;
}

static void refuse(struct connection *c, enum http_fault fault)
{
	struct http_answer answer;
	fuzz_check(fault != HTTP_FAULT_NONE);
	http_exchange_refuse(&c->service, &c->exchange, &c->parser, &c->peer, fault, &answer);
	keep_answer(c, &answer);
	c->ended = true;
}

static void begin(struct connection *c)
{
	enum http_verdict verdict = http_exchange_begin(
		&c->service, &c->exchange, &c->parser, &c->peer);
	if (verdict == HTTP_VERDICT_REFUSE) {
		refuse(c, c->exchange.fault);
	} else {
		buf_append_str(
			&c->text, verdict == HTTP_VERDICT_READ ? STR("read") : STR("continue"));
	}
}

static void give_answer(struct connection *c)
{
	struct http_answer answer;
	http_exchange_answer(&c->service, &c->exchange, &c->parser, &c->peer, &answer);
	keep_answer(c, &answer);
	http_parser_next(&c->parser);
	http_exchange_reset(&c->exchange);
}

/* As a connection does; the slice is overwritten and freed at once, so that what is used later
 * shows. */
static void push(struct connection *c, const uint8_t *bytes, size_t size)
{
	char *slice = xmalloc(size);
	memcpy(slice, bytes, size);
	enum http_parser_result result;
	size_t at = 0;
	do {
		size_t used;
		result = http_parser_push(&c->parser, slice + at, size - at, &used);
		at += used;
		fuzz_check(at <= size);
		switch (result) {
		case HTTP_PARSER_MORE: fuzz_check(at == size); break;
		case HTTP_PARSER_HEAD: begin(c); break;
		case HTTP_PARSER_COMPLETE: give_answer(c); break;
		case HTTP_PARSER_REJECTED:
			refuse(c, c->exchange.fault != HTTP_FAULT_NONE ? c->exchange.fault
								       : c->parser.fault);
			break;
		}
	} while (!c->ended && result != HTTP_PARSER_MORE &&
		 (at < size || !http_parser_is_idle(&c->parser)));
	memset(slice, '#', size);
	free(slice);
}

/* Slices of at most most bytes; their sizes follow from the seed, 0: all the same. */
static void carry(
	struct connection *c, const uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
	size_t slice = most;
	for (size_t at = 0; at < size && !c->ended; at += slice) {
		if (seed > 0) {
			seed = seed * 1103515245u + 12345;
			slice = 1 + (seed >> 16) % most;
		}
		slice = size - at < slice ? size - at : slice;
		push(c, bytes + at, slice);
	}
}

static void check_cut(const struct connection *whole, const uint8_t *bytes, size_t size,
	size_t most, unsigned seed)
{
	struct connection c;
	connection_init(&c, whole->peer.is_loopback);
	carry(&c, bytes, size, most, seed);
	fuzz_check(c.ended == whole->ended);
	fuzz_check(str_equal(buf_str(&c.text), buf_str(&whole->text)));
	connection_finish(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct connection whole;
	if (size < 2) {
		return 0;
	}
	size_t count = size - 1 + TAIL_BYTES;
	cleanup_free uint8_t *bytes = xmalloc(count);
	memset(bytes, 'x', count);
	memcpy(bytes, data + 1, size - 1);
	connection_init(&whole, (data[0] & 1) == 0);
	carry(&whole, bytes, count, count, 0);
	check_cut(&whole, bytes, count, 1, 0);
	check_cut(&whole, bytes, count, SLICE_BYTES, data[0] + 1u);
	connection_finish(&whole);
	return 0;
}
