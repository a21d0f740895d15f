/* As much of an HTTP client as measuring takes. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct bench_url {
	struct sockaddr_in address;
	char host[64], path[256];
};

struct bench_request {
	char *bytes; // owned: head and body
	size_t size, head_size;
	long records; // by the manifest beside the body
};

struct bench_response {
	char head[4096];
	size_t head_size; // so far
	size_t body_left;
	bool in_body;
	int status; // 0 until the head is whole
};

enum { BENCH_SESSION_ID_BYTES = 36 };

/* http://127.0.0.1:PORT/PATH, nothing but loopback. */
struct bench_url bench_url_parse(const char *text);

/* A connected socket that does not block; negative: nobody listens. */
int bench_connect(const struct bench_url *url);

/* The POST of a body file; its name tells the type and whether it is packed. */
struct bench_request bench_request_load(const struct bench_url *url, const char *body_path);
void bench_request_finish(struct bench_request *r);

/* A fresh session id, NUL-terminated. */
void bench_session_id(char ret[BENCH_SESSION_ID_BYTES + 1]);

/* Copies a probe's request to bytes, with this session id and the present time in the places that
 * the template keeps for them. */
void bench_request_fill(const struct bench_request *r, const char *session_id, char *bytes);

/* Takes bytes of one answer: 1 when it is whole, 0 while it is not, -1 for nonsense. */
int bench_response_feed(struct bench_response *r, const char *bytes, size_t size);

/* Sends a request on a connection and waits for its answer; the status, or -1. */
int bench_exchange(int fd, const char *bytes, size_t size);
int bench_await_answer(int fd);
