/* A server on the loop of the test, and clients that talk to it over real sockets. Whoever waits
 * runs the loop meanwhile; nothing sleeps, and nothing depends on how long it takes. */
#pragma once

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "http/http_server.h"

enum { PUMPS = 20000 }; // of a millisecond at most: far more than anything takes

struct client {
	int fd;
	struct buf in; // received and not yet expected
	bool ended;    // the server has closed its side
};

struct ended { // what on_connection_end told
	size_t count;
	uint64_t id;
	bool by_peer;
};

static uv_loop_t loop;
static struct http_server server;
static struct http_server_config config;
static struct ended ended;
static enum http_fault last_fault;
static size_t handled;
static bool stopped;
static struct http_route_group group;

static inline void on_end(const struct http_peer *peer, bool by_peer, void *data)
{
	(void)data;
	ended = (struct ended){ended.count + 1, peer->connection_id, by_peer};
}

static inline void on_reject(const struct http_reject *reject, void *data)
{
	(void)data;
	last_fault = reject->fault;
}

static inline void on_stopped(void *data)
{
	(void)data;
	stopped = true;
}

static inline void prepare(const struct http_route *routes, size_t count)
{
	(void)signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	config = http_server_config_default();
	group = (struct http_route_group){.routes = routes, .count = count};
	config.groups = &group;
	config.group_count = 1;
	config.on_connection_end = on_end;
	config.on_reject = on_reject;
	ended = (struct ended){0, 0, false};
	last_fault = HTTP_FAULT_NONE;
	handled = 0;
	stopped = false;
}

static inline void start(void)
{
	ck_assert_int_eq(http_server_init(&server, &loop, &config), 0);
	ck_assert_int_eq(http_server_listen_tcp(&server, STR("127.0.0.1"), 0, 0), 0);
}

static inline void finish(void)
{
	http_server_stop(&server, on_stopped, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT); // ends only if everything is closed
	ck_assert(stopped);
	ck_assert_uint_eq(server.host.service.memory.used_bytes, 0);
	ck_assert_uint_eq(server.host.service.counters.connections_open, 0);
	ck_assert_uint_eq(server.host.service.counters.streams_open, 0);
	http_server_finish(&server);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static inline struct client client_of(int fd)
{
	struct client c = {.fd = fd};
	ck_assert_int_ge(fd, 0);
	buf_init(&c.in, 64 << 20);
	return c;
}

static inline struct client client_connect(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(http_server_port(&server))};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return client_of(fd);
}

static inline struct client client_connect_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return client_of(fd);
}

static inline void client_close(struct client *c)
{
	close(c->fd);
	buf_finish(&c->in);
}

static inline void pump(void)
{
	(void)uv_run(&loop, UV_RUN_NOWAIT);
}

/* Until the server has seen what the kernel already knows. */
static inline void settle(void)
{
	for (int i = 0; i < 20; i++) {
		pump();
	}
}

/* Sends as much as goes without anybody reading; gives the number of bytes. */
static inline size_t client_offer(struct client *c, struct str bytes)
{
	ssize_t n = send(c->fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n > 0 ? (size_t)n : 0;
}

static inline void client_send_bytes(struct client *c, struct str bytes)
{
	for (int i = 0; bytes.size > 0; i++) {
		ck_assert_int_lt(i, PUMPS);
		bytes = str_skip(bytes, client_offer(c, bytes));
		pump();
	}
}

static inline void client_send(struct client *c, const char *text)
{
	client_send_bytes(c, str_from(text));
}

/* Takes what there is. False at the end. */
static inline bool client_take(struct client *c)
{
	char bytes[65536];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n > 0) {
		ck_assert_int_eq(buf_append(&c->in, bytes, (size_t)n), 0);
	}
	c->ended = n == 0 || (n < 0 && errno != EAGAIN);
	return !c->ended;
}

static inline void wait_a_bit(struct client *c)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	pump();
	(void)poll(&p, 1, 1);
}

/* Runs the loop until text is at the front of what came, and takes it away. */
static inline void client_expect_bytes(struct client *c, struct str text)
{
	for (int i = 0; c->in.size < text.size && client_take(c); i++) {
		ck_assert_msg(i < PUMPS, "only '%.*s'", STR_ARG(buf_str(&c->in)));
		wait_a_bit(c);
	}
	ck_assert_msg(str_starts_with(buf_str(&c->in), text), "'%.*s', not '%.*s'",
		STR_ARG(buf_str(&c->in)), STR_ARG(text));
	buf_consume(&c->in, text.size);
}

static inline void client_expect(struct client *c, const char *text)
{
	client_expect_bytes(c, str_from(text));
}

/* Runs the loop until the server closes; text is all that may come before. */
static inline void client_expect_end(struct client *c, const char *text)
{
	for (int i = 0; client_take(c); i++) {
		ck_assert_int_lt(i, PUMPS);
		wait_a_bit(c);
	}
	ck_assert_msg(str_equal(buf_str(&c->in), str_from(text)), "'%.*s', not '%s'",
		STR_ARG(buf_str(&c->in)), text);
}

/* Runs the loop until the server closes, and checks how what came begins. */
static inline void client_expect_last(struct client *c, const char *status_line)
{
	for (int i = 0; client_take(c); i++) {
		ck_assert_int_lt(i, PUMPS);
		wait_a_bit(c);
	}
	ck_assert_msg(str_starts_with(buf_str(&c->in), str_from(status_line)), "'%.*s'",
		STR_ARG(buf_str(&c->in)));
	ck_assert(str_contains(buf_str(&c->in), STR("\r\nConnection: close\r\n")));
}

static inline void pump_until(const bool *done)
{
	for (int i = 0; !*done; i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
		(void)poll(NULL, 0, 1);
	}
}

/* Until that many have been counted. */
static inline void pump_until_count(const size_t *counter, size_t count)
{
	for (int i = 0; *counter < count; i++) {
		ck_assert_int_lt(i, PUMPS);
		pump();
		(void)poll(NULL, 0, 1);
	}
}

static inline void pump_until_ended(size_t count)
{
	pump_until_count(&ended.count, count);
}
