#include "cli/cli_http.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_response.h"
#include "config/config.h"
#include "process/process_listener.h"

enum { CONNECT_MS = 2000, ANSWER_MS = 5000, REQUEST_BYTES = 8192, LIST_BYTES = 32 * 1024 * 1024 };

/* The address to connect to: for a wildcard, loopback. */
static const char *reachable(const char *address)
{
	if (strcmp(address, "0.0.0.0") == 0) {
		return "127.0.0.1";
	}
	return strcmp(address, "::") == 0 ? "::1" : address;
}

struct cli_endpoint cli_endpoint_of(const struct config *config)
{
	bool has_port = config->port != 0 && config->listen.count > 0;
	return (struct cli_endpoint){
		.socket_path = has_port && config->prefers_port ? NULL : config->socket_path,
		.host = has_port ? reachable(config->listen.items[0]) : NULL,
		.port = config->port,
		.token = config->token,
		.with_cost = config->show_cost,
		.answer_ms = ANSWER_MS,
	};
}

/* HOST:PORT, for the Host field and for people. */
static char *authority_of(const struct cli_endpoint *t)
{
	bool is_v6 = strchr(t->host, ':') != NULL;
	return xasprintf(is_v6 ? "[%s]:%d" : "%s:%d", t->host, (int)t->port);
}

char *cli_endpoint_shown(const struct cli_endpoint *t)
{
	if (t->host == NULL) {
		return xstrdup(t->socket_path != NULL ? t->socket_path : "no configured address");
	}
	char *authority = authority_of(t);
	if (t->socket_path == NULL) {
		return authority;
	}
	char *both = xasprintf("%s or %s", t->socket_path, authority);
	mem_free_pointer(&authority);
	return both;
}

/* The connected socket, or a negative errno. */
static int connect_to(int family, const struct sockaddr *address, socklen_t size)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	int r = connect(fd, address, size) == 0 ? 0 : -errno;
	if (r == -EINPROGRESS) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		socklen_t length = sizeof(r);
		if (poll(&p, 1, CONNECT_MS) <= 0) {
			r = -ETIMEDOUT;
		} else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &r, &length) == 0) {
			r = -r;
		}
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static int connect_host(const char *host, uint16_t port)
{
	struct sockaddr_storage address;
	if (!address_parse(str_from(host), port, &address)) {
		return -EHOSTUNREACH;
	}
	return connect_to(address.ss_family, (struct sockaddr *)&address, sizeof(address));
}

static int send_request(int fd, struct str request)
{
	ssize_t sent = send(fd, request.data, request.size, MSG_NOSIGNAL);
	if (sent < 0) {
		return -errno;
	}
	return (size_t)sent == request.size ? 0 : -EIO;
}

int cli_http_connect(const struct cli_endpoint *t, bool *ret_over_socket)
{
	int fd = t->socket_path != NULL ? fd_connect_unix(t->socket_path, SOCK_NONBLOCK) : -ENOENT;
	*ret_over_socket = fd >= 0;
	return fd < 0 && t->host != NULL ? connect_host(t->host, t->port) : fd;
}

void cli_http_write(struct buf *out, const struct cli_endpoint *t, bool over_socket,
	const struct cli_request *request)
{
	cleanup_free char *authority = over_socket ? xstrdup("localhost") : authority_of(t);
	buf_printf(out, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\n", request->method,
		request->path, authority, request->accept);
	struct str body = str_from(request->json);
	if (strcmp(request->method, "POST") == 0) {
		buf_printf(out, "Content-Length: %zu\r\n", body.size);
	}
	if (body.size > 0) {
		buf_append_str(out, STR("Content-Type: application/json\r\n"));
	}
	if (!over_socket && t->token != NULL) {
		buf_printf(out, "Authorization: Bearer %s\r\n", t->token);
	}
	buf_append_str(out, STR("\r\n"));
	buf_append_str(out, body);
}

int cli_http_ask(const struct cli_endpoint *t, const struct cli_request *request)
{
	bool over_socket;
	int fd = cli_http_connect(t, &over_socket);
	if (fd < 0) {
		return fd;
	}
	struct buf head;
	buf_init(&head, REQUEST_BYTES);
	cli_http_write(&head, t, over_socket, request);
	int r = head.overflowed ? -E2BIG : send_request(fd, buf_str(&head));
	buf_finish(&head);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

/* Reads until the answer is complete, within the time; is_long: the time is for each piece. */
static int read_answer(int fd, struct cli_response *response, int64_t answer_ms, bool is_long)
{
	char chunk[16 * 1024];
	int64_t deadline_ms = instant_now().mono_ms + answer_ms;
	while (!response->complete) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline_ms - instant_now().mono_ms;
		if (left <= 0 || poll(&p, 1, (int)left) == 0) {
			return -ETIMEDOUT;
		}
		ssize_t size = read(fd, chunk, sizeof(chunk));
		if (size < 0 && errno != EAGAIN && errno != EINTR) {
			return -errno;
		}
		if (size == 0) {
			return cli_response_end(response);
		}
		deadline_ms = is_long ? instant_now().mono_ms + answer_ms : deadline_ms;
		int r = size > 0 ? cli_response_feed(response, (struct str){chunk, (size_t)size})
				 : 0;
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int keep(struct str piece, void *data)
{
	return buf_append_str(data, piece) == 0 ? 0 : -EMSGSIZE;
}

int cli_http_call(
	const struct cli_endpoint *t, const struct cli_request *request, struct buf *ret_body)
{
	cleanup_close int fd = cli_http_ask(t, request);
	if (fd < 0) {
		return fd;
	}
	struct cli_response response;
	cli_response_init(&response, keep, ret_body);
	int r = read_answer(fd, &response, t->answer_ms, false);
	return r < 0 ? r : response.status;
}

struct receiving {
	struct cli_response response;
	cli_response_on_body *on_body;
	void *data;
	struct buf *error;
};

static int on_piece(struct str piece, void *data)
{
	struct receiving *r = data;
	return r->response.status == 200 ? r->on_body(piece, r->data) : keep(piece, r->error);
}

int cli_http_receive(const struct cli_endpoint *t, const struct cli_request *request,
	cli_response_on_body *on_body, void *data, struct buf *ret_error)
{
	cleanup_close int fd = cli_http_ask(t, request);
	if (fd < 0) {
		return fd;
	}
	struct receiving receiving = {.on_body = on_body, .data = data, .error = ret_error};
	cli_response_init(&receiving.response, on_piece, &receiving);
	int r = read_answer(fd, &receiving.response, t->answer_ms, true);
	return r < 0 ? r : receiving.response.status;
}

int cli_http_list(const struct cli_endpoint *t, struct buf *ret_body)
{
	const struct cli_request request = {"GET",
		t->with_cost ? "/api/sessions?cost=1" : "/api/sessions", "application/json", NULL};
	buf_init(ret_body, LIST_BYTES);
	return cli_http_call(t, &request, ret_body);
}

void cli_http_complain(const struct cli_endpoint *t, int result)
{
	cleanup_free char *where = cli_endpoint_shown(t);
	cleanup_free char *owner = result == CLI_HTTP_FORBIDDEN ? cli_endpoint_owner_shown(t)
								: NULL;
	if (owner != NULL) {
		log_error("the daemon at %s belongs to %s: start your own on another port, or ask "
			  "for --allow-other-users",
			where, owner);
		return;
	}
	if (result == CLI_HTTP_UNAUTHORIZED) {
		log_error("the daemon at %s requires a token: pass --token-file", where);
		return;
	}
	if (result >= 0) {
		log_error("unexpected HTTP status %d from %s; is that otel-ai-monitor?", result,
			where);
		return;
	}
	log_errno(result, "cannot reach the daemon at %s", where);
	if (result == -ECONNREFUSED || result == -ENOENT) { // no listener
		log_info("start it with 'otel-ai-monitor enable', as a service, or run "
			 "'otel-ai-monitor' in a terminal");
	}
}

char *cli_endpoint_owner_shown(const struct cli_endpoint *t)
{
	struct sockaddr_storage address;
	int64_t uid;
	if (t->host == NULL || !address_parse(str_from(t->host), t->port, &address) ||
		!address_is_loopback((struct sockaddr *)&address) ||
		process_listener_owner((struct sockaddr *)&address, t->port, &uid) < 0 ||
		uid == (int64_t)geteuid()) {
		return NULL;
	}
	const struct passwd *user = getpwuid((uid_t)uid);
	return user != NULL ? xasprintf("user %s (%lld)", log_shown(str_from(user->pw_name)),
				      (long long)uid)
			    : xasprintf("user %lld", (long long)uid);
}

/* ---- what commands have the daemon do */

enum { ANSWER_BYTES = 1024 * 1024, PATH_BYTES = 6 * 1024 };

/* The HTTP status, or a negative errno. */
static int post(const struct cli_endpoint *endpoint, const char *path)
{
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	const struct cli_request request = {"POST", path, "application/json", NULL};
	int status = cli_http_call(endpoint, &request, &body);
	buf_finish(&body);
	return status;
}

int cli_http_post(const struct cli_endpoint *endpoint, const char *path)
{
	int status = post(endpoint, path);
	if (status != 200) {
		cli_http_complain(endpoint, status);
	}
	return status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* RFC 3986 section 2.3: what need not be escaped. */
static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void cli_http_append_escaped(struct buf *path, struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (is_unreserved(text.data[i])) {
			buf_append_char(path, text.data[i]);
		} else {
			buf_printf(path, "%%%02X", (unsigned)(unsigned char)text.data[i]);
		}
	}
}

int cli_http_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action)
{
	struct buf path;
	buf_init(&path, PATH_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	cli_http_append_escaped(&path, id);
	buf_printf(&path, "/%s", action);
	buf_append_char(&path, '\0');
	int status = path.overflowed ? 404 : post(endpoint, path.data);
	buf_finish(&path);
	if (status != 200 && status != 404) {
		cli_http_complain(endpoint, status);
	}
	return status == 200 || status == 404 ? EXIT_SUCCESS : EXIT_FAILURE;
}
