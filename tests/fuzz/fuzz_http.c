/* Any bytes as what a connection carries, as far as the first answer that ends it: parser and
 * exchange must come to the same answers wherever the bytes are cut. The first byte picks a cut,
 * beside the two that are always tried. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuzz/fuzz_connection.h"
#include "fuzz/fuzz_target.h"

enum {
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

/* A server of one connection, whose text also has the words of handlers and on_reject. */
struct server {
	struct http_route_group group;
	struct http_service service;
	struct fuzz_connection connection;
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
	struct server *s = data;
	fuzz_check(req->complete && req->body.data != NULL && req->body.data == req->body_data);
	note_request(&s->connection.text, req);
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
	struct server *s = data;
	fuzz_check(reject->status == http_fault_info(reject->fault)->status);
	(void)buf_printf(&s->connection.text, "fault %d", reject->fault);
}

static const struct http_route routes[] = {
	{"/", HTTP_GET | HTTP_POST, handle, NULL, 0, HTTP_ROUTE_KEEPS_CONNECTION},
	{"/a", HTTP_GET, handle, NULL, 0, HTTP_ROUTE_SAME_ORIGIN},
	{"/a/*", HTTP_POST | HTTP_PUT, handle, NULL, 100, 0},
	{"/a/*/b", HTTP_POST, handle, NULL, 0, 0},
};
static const struct str origins[] = {STR_INIT("https://ok.example")};

static void server_init(struct server *s, bool is_loopback)
{
	*s = (struct server){
		.group = {.routes = routes, .count = ARRAY_SIZE(routes), .data = s},
		.service = {.limits = limits,
			.access = {.origins = origins, .origin_count = 1, .token = STR("secret")},
			.error = write_error,
			.on_reject = on_reject,
			.data = s},
	};
	http_service_init(&s->service, &s->group, 1);
	fuzz_connection_init(&s->connection, &s->service);
	s->connection.peer.is_loopback = is_loopback;
}

static void server_finish(struct server *s)
{
	fuzz_connection_finish(&s->connection);
	http_service_finish(&s->service);
}

static void check_cut(const struct fuzz_connection *whole, const uint8_t *bytes, size_t size,
	size_t most, unsigned seed)
{
	struct server s;
	server_init(&s, whole->peer.is_loopback);
	fuzz_connection_carry(&s.connection, bytes, size, most, seed);
	fuzz_check(s.connection.ended == whole->ended);
	fuzz_check(str_equal(buf_str(&s.connection.text), buf_str(&whole->text)));
	server_finish(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server whole;
	if (size < 2) {
		return 0;
	}
	size_t count = size - 1 + TAIL_BYTES;
	cleanup_free uint8_t *bytes = xmalloc(count);
	memset(bytes, 'x', count);
	memcpy(bytes, data + 1, size - 1);
	server_init(&whole, (data[0] & 1) == 0);
	fuzz_connection_carry(&whole.connection, bytes, count, count, 0);
	check_cut(&whole.connection, bytes, count, 1, 0);
	check_cut(&whole.connection, bytes, count, SLICE_BYTES, data[0] + 1u);
	server_finish(&whole);
	return 0;
}
