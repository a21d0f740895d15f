#include "http/http_server.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/http_conn.h"
#include "http/http_listen.h"

static const uint64_t NEVER = UINT64_MAX;

enum {
	TRIM_MS = 1000,      // memory held only to be quick is given back after
	TIMER_STEP_MS = 100, // deadlines closer together than this share a wake-up
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
				.head_ms = 10 * 1000,
				.body_progress_ms = 10 * 1000,
				.body_ms = 60 * 1000,
				.idle_ms = 60 * 1000,
				.unsent_ms = 10 * 1000,
				.drained_ms = 5 * 1000,
				.stop_ms = 500,
			},
	};
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void on_timer(uv_timer_t *timer);

void http_server_wake_at(struct http_server *s, uint64_t at_ms)
{
	if (at_ms >= s->timer_at_ms) {
		return;
	}
	uint64_t now = uv_now(s->loop);
	s->timer_at_ms = at_ms;
	(void)uv_timer_start(&s->timer, on_timer, at_ms > now ? at_ms - now : 0, 0);
}

/* Handles what is due; returns when the next thing is. */
static uint64_t handle_deadlines(struct http_server *s, uint64_t now)
{
	struct http_conn *c, *next;
	uint64_t at = earlier(s->trim_at_ms, s->stop_at_ms);
	bool stop_now = now >= s->stop_at_ms;
	list_for_each_safe(c, next, &s->connections, link)
	{
		if (stop_now) {
			http_conn_close(c, false);
			continue;
		}
		if (now >= c->deadline_ms) {
			http_conn_handle_deadline(c);
		}
		at = earlier(at, c->deadline_ms);
	}
	return stop_now ? NEVER : at;
}

static void on_timer(uv_timer_t *timer)
{
	struct http_server *s = timer->data;
	uint64_t now = uv_now(s->loop);
	s->timer_at_ms = NEVER;
	if (now >= s->trim_at_ms) {
		(void)http_service_trim(&s->service);
		s->trim_at_ms = NEVER;
	}
	uint64_t at = handle_deadlines(s, now);
	if (at != NEVER) {
		uint64_t step = earlier(TIMER_STEP_MS, s->service.limits.head_ms / 4 + 1);
		http_server_wake_at(s, at > now + step ? at : now + step);
	}
}

int http_server_init(
	struct http_server *s, uv_loop_t *loop, const struct http_server_config *config)
{
	*s = (struct http_server){.loop = loop,
		.service = {.limits = config->limits,
			.access = config->access,
			.error = config->error,
			.on_refusal = config->on_refusal,
			.data = config->data},
		.on_connection_end = config->on_connection_end,
		.timer_at_ms = NEVER,
		.trim_at_ms = NEVER,
		.stop_at_ms = NEVER};
	int r = uv_timer_init(loop, &s->timer);
	if (r != 0) {
		return r;
	}
	s->timer.data = s;
	s->open_handles = 1;
	s->read_buffer = xmalloc(HTTP_SERVER_READ_BYTES);
	http_service_init(&s->service, config->routes, config->route_count);
	list_init(&s->listeners);
	list_init(&s->connections);
	return 0;
}

void http_server_finish(struct http_server *s)
{
	http_service_finish(&s->service);
	free(s->read_buffer);
	s->read_buffer = NULL;
}

const struct http_counters *http_server_counters(const struct http_server *s)
{
	return &s->service.counters;
}

bool http_server_make_room(struct http_server *s)
{
	struct http_conn *c, *oldest = NULL;
	list_for_each(c, &s->connections, link)
	{
		if (!http_conn_is_idle(c)) {
			continue;
		}
		if (oldest == NULL || c->kept < oldest->kept ||
			(c->kept == oldest->kept && c->since_ms < oldest->since_ms)) {
			oldest = c;
		}
	}
	if (oldest != NULL) {
		http_conn_close(oldest, false);
	}
	return oldest != NULL;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct http_server *s = handle->data;
	s->open_handles = 0;
	if (s->stopped != NULL) {
		s->stopped(s->stopped_data);
	}
}

static void close_timer_when_last(struct http_server *s)
{
	if (s->service.stopping && s->open_handles == 1) {
		uv_close((uv_handle_t *)&s->timer, on_timer_closed);
	}
}

void http_server_handle_closed(struct http_server *s)
{
	s->open_handles--;
	close_timer_when_last(s);
}

void http_server_stop(struct http_server *s, http_server_stopped *stopped, void *data)
{
	if (s->service.stopping) {
		return;
	}
	s->service.stopping = true;
	s->stopped = stopped;
	s->stopped_data = data;
	while (!list_is_empty(&s->listeners)) {
		http_listen_close(list_entry(s->listeners.next, struct http_listener, link));
	}
	uv_update_time(s->loop);
	s->stop_at_ms = uv_now(s->loop) + s->service.limits.stop_ms;
	http_server_wake_at(s, s->stop_at_ms);
	struct http_conn *c, *next;
	list_for_each_safe(c, next, &s->connections, link)
	{
		http_conn_handle_stop(c);
	}
	close_timer_when_last(s);
}
