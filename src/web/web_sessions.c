#include "web/web_sessions.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_response.h"
#include "session/session_tracker.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "sink/sink_sse.h"

static void get_all(const struct http_request *req, struct http_response *res, void *data)
{
	const struct web_sessions *w = data;
	http_json_begin(res);
	http_response_ceiling(res, SINK_LINE_CEILING_BYTES);
	buf_append_str(http_response_body(res), sink_hub_snapshot(w->hub, req->now));
}

/* Who asks in time is answered with 200, who asks late with 404: neither made a mistake. */
static void write_session(
	struct web_sessions *w, const struct http_request *req, struct http_response *res)
{
	const struct session *s = session_tracker_find(w->tracker, req->path_parameter);
	if (s == NULL) {
		w->unknown++;
		http_response_status(res, 404);
		http_json_error(req, res, 404, STR("no session of that id"), NULL);
		return;
	}
	http_json_begin(res);
	struct json_writer j;
	json_writer_init(&j, http_response_body(res));
	sink_encode_session(&j, s);
	buf_append_char(http_response_body(res), '\n');
}

static void get_one(const struct http_request *req, struct http_response *res, void *data)
{
	write_session(data, req, res);
}

static void acknowledge(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_sessions *w = data;
	if (session_tracker_acknowledge(w->tracker, req->path_parameter, req->now)) {
		w->on_change(w->data);
	}
	write_session(w, req, res);
}

static void on_stream(struct http_stream *stream, const struct http_request *req, void *data)
{
	const struct web_sessions *w = data;
	struct str last_id = http_request_header(req, STR("last-event-id"));
	const struct sink_sse_wish wish = sink_sse_read_wish(req->query, last_id);
	sink_sse_open(w->sse, stream, &wish);
}

static void get_stream(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	http_response_type(res, "text/event-stream");
	http_response_header(res, "Cache-Control", STR("no-store"));
	http_response_stream(res, on_stream, data);
}

static const struct http_route routes[] = {
	{.path = "/api/sessions", .methods = HTTP_GET, .handler = get_all},
	{.path = "/api/sessions/*", .methods = HTTP_GET, .handler = get_one},
	{.path = "/api/sessions/*/ack", .methods = HTTP_POST, .handler = acknowledge},
	{.path = "/api/stream", .methods = HTTP_GET, .handler = get_stream},
};

struct http_route_group web_sessions_routes(struct web_sessions *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
