/* POST /hooks/CLIENT: a client's hook → one event → tracker. */
#include "event/event_hook.h"
#include "http/http_json.h"
#include "http/http_response.h"
#include "ingest/ingest.h"
#include "session/session_tracker.h"

static void reject(struct ingest *in, const struct http_request *req, struct http_response *res,
	int status, struct str message)
{
	const struct ingest_reject rejected = {
		.peer = req->peer,
		.path = req->path,
		.status = status,
		.json = true,
		.bytes = req->wire_bytes,
		.reason = message,
	};
	in->counters.rejected_requests++;
	ingest_count(in, INGEST_HOOK, status);
	http_response_status(res, status);
	http_json_error(req, res, status, message, NULL);
	in->on_reject(&rejected, in->data);
}

/* Clients open a connection per hook, so its end means nothing. Hooks are immediate, so they say
 * nothing about the client's batch interval either. */
static void forward(struct ingest *in, struct event *e, struct instant now)
{
	e->time_ns = now.wall_ms * 1000000;
	const struct session_batch batch = {.events = e, .count = 1};
	session_tracker_handle_batch(in->tracker, &batch, now);
	in->on_change(in->data);
}

void ingest_hook(const struct http_request *req, struct http_response *res, void *data)
{
	struct ingest *in = data;
	struct event_hook hook = {0};
	if (!event_hook_knows(req->path_parameters[0])) {
		reject(in, req, res, 404, STR("unknown client"));
	} else if (!http_request_media_type_is(req, STR("application/json"))) {
		reject(in, req, res, 415, STR("Content-Type must be application/json"));
	} else if (!event_hook_read(req->path_parameters[0], req->body, &hook)) {
		reject(in, req, res, 400, str_from(hook.message));
	} else {
		in->counters.hooks++;
		ingest_count(in, INGEST_HOOK, 200);
		in->counters.hook_at_ms = req->now.mono_ms;
		if (hook.event.kind != EVENT_NONE) {
			forward(in, &hook.event, req->now);
		}
	}
	event_hook_finish(&hook);
}
