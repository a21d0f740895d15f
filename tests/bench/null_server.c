/* The yardstick: reads requests with libuv and llhttp and answers 200 without looking at the body.
 * A receiver built on these two cannot cost less. Takes a port; loopback only. */
#include <llhttp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#include "base/mem.h"
#include "base/str.h"

enum { READ_BYTES = 256 * 1024, BACKLOG = 511 };

struct conn {
	uv_tcp_t tcp;
	llhttp_t parser;
	bool is_type, is_json; // the field being read; the request
};

static const struct str protobuf_answer = STR_INIT(
	"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n");
static const struct str json_answer = STR_INIT(
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
static llhttp_settings_t settings;

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void conn_close(struct conn *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->tcp)) {
		uv_close((uv_handle_t *)&c->tcp, on_closed);
	}
}

static int on_field(llhttp_t *parser, const char *at, size_t size)
{
	struct conn *c = parser->data;
	c->is_type = str_equal_nocase((struct str){at, size}, STR("content-type"));
	return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t size)
{
	struct conn *c = parser->data;
	if (c->is_type) {
		c->is_json = str_starts_with((struct str){at, size}, STR("application/json"));
	}
	return 0;
}

static int on_complete(llhttp_t *parser)
{
	struct conn *c = parser->data;
	struct str answer = c->is_json ? json_answer : protobuf_answer;
	uv_buf_t buf = uv_buf_init((char *)answer.data, (unsigned)answer.size);
	if (uv_try_write((uv_stream_t *)&c->tcp, &buf, 1) != (int)answer.size) {
		conn_close(c);
	}
	return 0;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	static char bytes[READ_BYTES]; // one loop, one reader at a time
	(void)handle;
	(void)suggested;
	*buf = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
	struct conn *c = stream->data;
	if (size < 0 ||
		(size > 0 && llhttp_execute(&c->parser, buf->base, (size_t)size) != HPE_OK)) {
		conn_close(c);
	}
}

static void on_connection(uv_stream_t *server, int status)
{
	if (status < 0) {
		return;
	}
	struct conn *c = xcalloc(1, sizeof(*c));
	uv_tcp_init(server->loop, &c->tcp);
	c->tcp.data = c;
	llhttp_init(&c->parser, HTTP_REQUEST, &settings);
	c->parser.data = c;
	if (uv_accept(server, (uv_stream_t *)&c->tcp) != 0) {
		conn_close(c);
		return;
	}
	uv_tcp_nodelay(&c->tcp, 1);
	uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address;
	int64_t port;
	if (argc != 2 || !str_to_int64(str_from(argv[1]), &port)) {
		fprintf(stderr, "usage: null-server PORT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	llhttp_settings_init(&settings);
	settings.on_header_field = on_field;
	settings.on_header_value = on_value;
	settings.on_message_complete = on_complete;
	uv_tcp_t server;
	uv_tcp_init(uv_default_loop(), &server);
	uv_ip4_addr("127.0.0.1", (int)port, &address);
	int r = uv_tcp_bind(&server, (const struct sockaddr *)&address, 0);
	if (r == 0) {
		r = uv_listen((uv_stream_t *)&server, BACKLOG, on_connection);
	}
	if (r != 0) {
		fprintf(stderr, "null-server: port %s: %s\n", argv[1], uv_strerror(r));
		return 1;
	}
	return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
