/* POST /hooks/CLIENT: what a client's hook tells → one event → tracker. */
#include "event/event_hook.h"
#include "http/http_response.h"
#include "session/session_tracker.h"
#include "web/web.h"

static void refuse(struct web *w, const struct http_request *req, struct http_response *res,
	int status, struct str message)
{
	const struct web_refusal refusal = {
		.peer = req->peer,
		.path = req->path,
		.status = status,
		.json = true,
		.bytes = req->wire_bytes,
		.reason = message,
	};
	w->counters.rejected_requests++;
	http_response_status(res, status);
	web_api_error(req, res, status, message, w);
	w->on_refusal(&refusal, w->data);
}

/* Clients open a connection for each hook, so that its end tells nothing. What a hook tells is new,
 * so it says nothing about how long the client collects its telemetry either. */
static void hand_on(struct web *w, struct event *e)
{
	struct instant now = w->now(w->data);
	e->time_ns = now.wall_ms * 1000000;
	const struct session_batch batch = {.events = e, .count = 1};
	session_tracker_handle_batch(w->tracker, &batch, now);
	w->on_change(w->data);
}

void web_hook(const struct http_request *req, struct http_response *res, void *data)
{
	struct web *w = data;
	struct event_hook hook = {0};
	if (!event_hook_knows(req->path_parameter)) {
		refuse(w, req, res, 404, STR("no hooks of a client of that name are known"));
	} else if (!http_request_media_type_is(req, STR("application/json"))) {
		refuse(w, req, res, 415, STR("Content-Type must be application/json"));
	} else if (!event_hook_read(req->path_parameter, req->body, &hook)) {
		refuse(w, req, res, 400, str_from(hook.message));
	} else {
		w->counters.hooks++;
		w->counters.hook_at_ms = w->now(w->data).mono_ms;
		if (hook.event.kind != EVENT_NONE) {
			hand_on(w, &hook.event);
		}
	}
	event_hook_finish(&hook);
}
