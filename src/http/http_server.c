#include "http/http_server.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "http/http_conn.h"

static const uint64_t NEVER = UINT64_MAX;

enum {
	TIMER_STEP_MS = 100,       // deadlines closer together than this share a wake-up
	REFUSED_CONNECTIONS = 64,  // over the limit, answered with 503; more are closed at once
	HELD_BACK_DESCRIPTORS = 6, // to reject one more connection, and for files opened briefly
};

struct http_server_config http_server_config_default(void)
{
	return (struct http_server_config){
		.limits =
			{
				.target_bytes = 8 << 10,
				.head_bytes = 32 << 10,
				.fields = 128,
				.chunk_extra_bytes = 16 << 10,
				.body_bytes = 64 << 20,
				.inflated_bytes = 64 << 20,
				.discarded_body_bytes = 256 << 10,
				.drained_bytes = 128 << 20,
				.memory_bytes = 256 << 20,
				.stream_unsent_bytes = 256 << 10,
				.connections = 512,
				.streams = 4096,
				.waiting = 64,
				.head_ms = 10 * 1000,
				.body_progress_ms = 10 * 1000,
				.body_ms = 60 * 1000,
				.idle_ms = 60 * 1000,
				.unsent_ms = 10 * 1000,
				.later_ms = 10 * 1000,
				.drained_ms = 5 * 1000,
				.stop_ms = 500,
			},
	};
}

static struct http_server *server_of(struct http_host *host)
{
	return container_of(host, struct http_server, host);
}

/* ---- deadlines */

static struct http_conn *take_first(struct list *list)
{
	struct http_conn *c = list_entry(list->next, struct http_conn, link);
	list_remove(&c->link);
	return c;
}

/* Handles what is due; returns when the next deadline is. Handling one connection may close any
 * other, so each is taken from a list that stays valid. */
static uint64_t handle_deadlines(struct http_server *s, uint64_t now)
{
	struct list *connections = &s->host.connections, unseen;
	uint64_t at = min_uint64(s->host.trim_at_ms, s->stop_at_ms);
	bool stop_now = now >= s->stop_at_ms;
	list_init(&unseen);
	while (!list_is_empty(connections)) {
		list_append(&unseen, &take_first(connections)->link);
	}
	while (!list_is_empty(&unseen)) {
		struct http_conn *c = take_first(&unseen);
		list_append(connections, &c->link);
		if (stop_now) {
			http_conn_close(c, false);
		} else if (now >= c->deadline_ms) {
			http_conn_handle_deadline(c);
		}
		at = min_uint64(at, c->deadline_ms);
	}
	return stop_now ? NEVER : at;
}

static void on_wake(struct http_host *host)
{
	struct http_server *s = server_of(host);
	uint64_t now = uv_now(host->loop);
	uint64_t at = handle_deadlines(s, now);
	if (at != NEVER) {
		uint64_t step = min_uint64(TIMER_STEP_MS, host->service.limits.head_ms / 4 + 1);
		http_host_wake_at(host, max_uint64(at, now + step));
	}
}

/* ---- connections */

/* Gives up the most expendable connection, the longest in that state if there are several. False if
 * all but the new one are busy. */
static bool make_room(struct http_server *s, const struct http_conn *new)
{
	struct http_conn *c, *least = NULL;
	enum http_conn_worth least_worth = HTTP_CONN_WORKS;
	list_for_each(c, &s->host.connections, link)
	{
		enum http_conn_worth worth = http_conn_worth(c);
		if (c != new && (worth < least_worth || (worth == least_worth && least != NULL &&
								c->since_ms < least->since_ms))) {
			least = c;
			least_worth = worth;
		}
	}
	if (least != NULL) {
		http_conn_give_up(least);
	}
	return least != NULL;
}

/* Whether that many descriptors are free. The only way to know is to try. */
static bool has_descriptors_left(const struct http_conn *c)
{
	int fd, probes[HELD_BACK_DESCRIPTORS];
	unsigned count = 0;
	if (uv_fileno(&c->uv.handle, &fd) != 0) {
		return true;
	}
	while (count < HELD_BACK_DESCRIPTORS &&
		(probes[count] = fcntl(fd, F_DUPFD_CLOEXEC, 0)) >= 0) {
		count++;
	}
	for (unsigned i = 0; i < count; i++) {
		close(probes[i]);
	}
	return count == HELD_BACK_DESCRIPTORS;
}

/* Which limit the new connection exceeds. */
static enum http_fault find_room(struct http_server *s, const struct http_conn *new)
{
	const struct http_service *service = &s->host.service;
	bool is_full = service->counters.connections_open > service->limits.connections;
	bool is_last = !has_descriptors_left(new);
	if ((!is_full && !is_last) || make_room(s, new)) {
		return HTTP_FAULT_NONE;
	}
	return is_last ? HTTP_FAULT_DESCRIPTORS : HTTP_FAULT_CONNECTIONS;
}

/* Rejects a connection over the limit, with an answer unless there are too many of those as well.
 */
static void on_accept(struct http_listener *l, void *data)
{
	struct http_server *s = data;
	struct http_service *service = &s->host.service;
	struct http_counters *counters = &service->counters;
	struct http_conn *c = http_conn_accept(&s->host, &l->uv.stream, l->is_unix);
	if (c == NULL) {
		return;
	}
	c->peer.listener = l->mark;
	enum http_fault fault = find_room(s, c);
	counters->connections_refused += fault != HTTP_FAULT_NONE;
	if (service->stopping ||
		counters->connections_open > service->limits.connections + REFUSED_CONNECTIONS) {
		http_conn_close(c, false);
	} else if (fault == HTTP_FAULT_NONE) {
		http_conn_start(c);
	} else {
		http_conn_refuse(c, fault);
	}
	if (fault == HTTP_FAULT_DESCRIPTORS) {
		http_conn_close(c, false); // it has its answer; its descriptor is needed
	}
}

/* Even the reserved descriptors were taken by others; libuv has closed the connection. */
static void on_accept_failed(int r, void *data)
{
	struct http_server *s = data;
	struct http_service *service = &s->host.service;
	static const struct http_peer nobody = {.address = "a client"};
	struct http_request none = {.peer = &nobody};
	service->counters.connections_refused++;
	if (service->on_reject != NULL) {
		const struct http_reject reject = {.peer = &nobody,
			.status = 503,
			.reason = str_from(uv_strerror(r)),
			.fault = HTTP_FAULT_DESCRIPTORS,
			.request = &none};
		service->on_reject(&reject, service->data);
	}
}

/* ---- the end */

static void on_timer_closed(uv_handle_t *handle)
{
	struct http_host *host = handle->data;
	struct http_server *s = server_of(host);
	host->open_handles = 0;
	if (s->stopped != NULL) {
		s->stopped(s->stopped_data);
	}
}

static void close_timer_when_last(struct http_server *s)
{
	if (s->host.service.stopping && s->host.open_handles == 1 && s->listen.open_handles == 0) {
		uv_close((uv_handle_t *)&s->host.timer, on_timer_closed);
	}
}

static void on_connection_closed(struct http_host *host)
{
	close_timer_when_last(server_of(host));
}

static void on_listener_closed(void *data)
{
	close_timer_when_last(data);
}

void http_server_stop(struct http_server *s, http_server_stopped *stopped, void *data)
{
	struct http_host *host = &s->host;
	if (host->service.stopping) {
		return;
	}
	host->service.stopping = true;
	s->stopped = stopped;
	s->stopped_data = data;
	http_listen_close(&s->listen);
	uv_update_time(host->loop);
	s->stop_at_ms = uv_now(host->loop) + host->service.limits.stop_ms;
	http_host_wake_at(host, s->stop_at_ms);
	struct http_conn *c, *next;
	list_for_each_safe(c, next, &host->connections, link)
	{
		http_conn_handle_stop(c);
	}
	close_timer_when_last(s);
}

/* ---- the beginning */

int http_server_init(
	struct http_server *s, uv_loop_t *loop, const struct http_server_config *config)
{
	*s = (struct http_server){
		.host = {.loop = loop,
			.service = {.limits = config->limits,
				.access = config->access,
				.error = config->error,
				.on_reject = config->on_reject,
				.data = config->data},
			.on_connection_end = config->on_connection_end,
			.on_wake = on_wake,
			.on_closed = on_connection_closed},
		.stop_at_ms = NEVER,
	};
	http_listen_init(&s->listen, loop, on_accept, on_accept_failed, on_listener_closed, s);
	return http_host_init(&s->host, config->groups, config->group_count);
}

void http_server_finish(struct http_server *s)
{
	http_host_finish(&s->host);
}

int http_server_listen_tcp(struct http_server *s, struct str address, uint16_t port, unsigned mark)
{
	return http_listen_tcp(&s->listen, address, port, mark);
}

int http_server_listen_unix(struct http_server *s, const char *path, unsigned mark)
{
	return http_listen_unix(&s->listen, path, mark);
}

int http_server_listen_fd(struct http_server *s, int fd, unsigned mark)
{
	return http_listen_fd(&s->listen, fd, mark);
}

bool http_server_is_listening(const struct http_server *s)
{
	return !list_is_empty(&s->listen.listeners);
}

uint16_t http_server_port(const struct http_server *s)
{
	return http_listen_port(&s->listen);
}

const struct http_counters *http_server_counters(const struct http_server *s)
{
	return &s->host.service.counters;
}

const struct http_access *http_server_access(const struct http_server *s)
{
	return &s->host.service.access;
}
