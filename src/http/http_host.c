#include "http/http_host.h"

#include <stdlib.h>
#include <time.h>

#include "base/instant.h"
#include "base/mem.h"

static const uint64_t NEVER = UINT64_MAX;

enum { TRIM_MS = 1000 };

int http_host_init(struct http_host *h, const struct http_route_group *groups, size_t count)
{
	h->timer_at_ms = h->trim_at_ms = NEVER;
	list_init(&h->connections);
	int r = uv_timer_init(h->loop, &h->timer);
	if (r != 0) {
		return r;
	}
	h->timer.data = h;
	h->open_handles = 1;
	h->read_buffer = xmalloc(HTTP_HOST_READ_BYTES);
	http_service_init(&h->service, groups, count);
	return 0;
}

void http_host_finish(struct http_host *h)
{
	http_service_finish(&h->service);
	free(h->read_buffer);
	h->read_buffer = NULL;
}

struct instant http_host_now(const struct http_host *h)
{
	return instant_at(uv_now(h->loop));
}

static void on_timer(uv_timer_t *timer)
{
	struct http_host *h = timer->data;
	h->timer_at_ms = NEVER;
	if (uv_now(h->loop) >= h->trim_at_ms) {
		(void)http_service_trim(&h->service);
		h->trim_at_ms = NEVER;
	}
	h->on_wake(h);
}

void http_host_wake_at(struct http_host *h, uint64_t at_ms)
{
	if (at_ms >= h->timer_at_ms) {
		return;
	}
	uint64_t now = uv_now(h->loop);
	h->timer_at_ms = at_ms;
	(void)uv_timer_start(&h->timer, on_timer, at_ms > now ? at_ms - now : 0, 0);
}

void http_host_trim_later(struct http_host *h)
{
	const struct http_service *s = &h->service;
	if (h->trim_at_ms == NEVER && (s->memory.spare.capacity > 0 || s->inflate.capacity > 0)) {
		h->trim_at_ms = uv_now(h->loop) + TRIM_MS;
		http_host_wake_at(h, h->trim_at_ms);
	}
}

void http_host_handle_closed(struct http_host *h)
{
	h->open_handles--;
	h->on_closed(h);
}
