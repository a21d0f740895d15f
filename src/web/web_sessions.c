#include "web/web_sessions.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_json.h"
#include "http/http_later.h"
#include "http/http_query.h"
#include "http/http_response.h"
#include "session/session_tracker.h"
#include "session/session_why.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "sink/sink_sse.h"
#include "web/web_history.h"
#include "web/web_why.h"

enum { PAUSE_DEFAULT_S = 3600, PAUSE_MAX_S = 7 * 24 * 3600, HINT_BYTES = 256 };

/* past=1: all sessions in the history; cost=1: with today's cost. */
static bool asks_for(struct str query, struct str name)
{
	struct buf value;
	buf_init(&value, 8);
	bool found = http_query_find(query, name, &value) && str_equal(buf_str(&value), STR("1"));
	buf_finish(&value);
	return found;
}

static void get_all(const struct http_request *req, struct http_response *res, void *data)
{
	const struct web_sessions *w = data;
	if (w->history != NULL && asks_for(req->query, STR("past"))) {
		web_history_sessions(req, res, w->history);
		return;
	}
	struct str line = sink_hub_snapshot(w->hub, req->now);
	if (line.size == 0) {
		http_response_status(res, 503);
		http_response_header(res, "Retry-After", STR("1"));
		http_response_close(res);
		http_json_error(req, res, 503, STR("no memory for the list"), NULL);
		return;
	}
	http_json_begin(res);
	http_response_set_max_bytes(res, SINK_MAX_LINE_BYTES);
	buf_append_str(http_response_body(res), line);
	if (asks_for(req->query, STR("cost"))) {
		sink_hub_add_cost(w->hub, http_response_body(res), req->now);
	}
}

/* Extends the object of a session with the reason for its state. */
static void append_why(
	const struct web_sessions *w, const struct session *s, struct instant now, struct buf *out)
{
	struct session_why why;
	struct json_writer j;
	if (out->overflowed || out->size == 0) {
		return; // not an object: out of memory
	}
	session_tracker_why(w->tracker, s, now, &why);
	json_writer_init(&j, out);
	out->size -= sizeof("}") - 1;
	j.comma = true;
	json_name(&j, "why");
	web_why_write(&j, &why);
	buf_append_char(out, '}');
}

/* A session that has just gone gets 404, without counting as a client's error. */
static void reject_unknown(
	struct web_sessions *w, const struct http_request *req, struct http_response *res)
{
	w->unknown++;
	http_response_status(res, 404);
	http_json_error(req, res, 404, STR("no session of that id"), NULL);
}

static void write_session(
	struct web_sessions *w, const struct http_request *req, struct http_response *res)
{
	const struct session *s = session_tracker_find(w->tracker, req->path_parameters[0]);
	if (s == NULL) {
		reject_unknown(w, req, res);
		return;
	}
	http_json_begin(res);
	struct json_writer j;
	json_writer_init(&j, http_response_body(res));
	sink_encode_session(&j, s);
	buf_append_char(http_response_body(res), '\n');
}

/* Turns and past sessions come from the history. */
static void get_one(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_sessions *w = data;
	const struct session *s = session_tracker_find(w->tracker, req->path_parameters[0]);
	struct buf live;
	struct json_writer j;
	buf_init(&live, HTTP_RESPONSE_BYTES);
	json_writer_init(&j, &live);
	if (s != NULL) {
		sink_encode_session(&j, s);
		append_why(w, s, req->now, &live);
	}
	if (w->history != NULL) {
		web_history_session(w->history, req, res, buf_str(&live));
	} else if (s != NULL) {
		http_json_begin(res);
		buf_append_str(http_response_body(res), buf_str(&live));
		buf_append_char(http_response_body(res), '\n');
	} else {
		reject_unknown(w, req, res);
	}
	buf_finish(&live);
}

static void acknowledge(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_sessions *w = data;
	if (session_tracker_acknowledge(w->tracker, req->path_parameters[0], req->now)) {
		w->on_change(w->data);
	}
	write_session(w, req, res);
}

static void focus(const struct http_request *req, struct http_response *res, void *data)
{
	struct web_sessions *w = data;
	if (session_tracker_find(w->tracker, req->path_parameters[0]) == NULL) {
		write_session(w, req, res);
		return;
	}
	struct http_later *later = http_later_begin(req, res, NULL, NULL);
	if (later != NULL) {
		w->on_focus(req->path_parameters[0], later, w->data);
	}
}

static void set_muted(struct web_sessions *w, const struct http_request *req,
	struct http_response *res, bool muted)
{
	if (session_tracker_mute(w->tracker, req->path_parameters[0], muted)) {
		w->on_change(w->data);
	}
	write_session(w, req, res);
}

static void mute(const struct http_request *req, struct http_response *res, void *data)
{
	set_muted(data, req, res, true);
}

static void unmute(const struct http_request *req, struct http_response *res, void *data)
{
	set_muted(data, req, res, false);
}

/* Parses "duration=1800", in seconds; empty: the default. */
static bool read_duration(struct str query, int64_t *ret_ms)
{
	static const struct str name = STR_INIT("duration=");
	int64_t seconds = PAUSE_DEFAULT_S;
	if (query.size > 0 && (!str_starts_with(query, name) ||
				      !str_to_int64(str_skip(query, name.size), &seconds))) {
		return false;
	}
	if (seconds < 0 || seconds > PAUSE_MAX_S) {
		return false;
	}
	*ret_ms = seconds * 1000;
	return true;
}

static void pause_notifications(
	const struct http_request *req, struct http_response *res, void *data)
{
	struct web_sessions *w = data;
	int64_t duration_ms;
	if (!read_duration(req->query, &duration_ms)) {
		http_response_status(res, 400);
		http_json_error(
			req, res, 400, STR("duration takes seconds from 0 to 604800"), NULL);
		return;
	}
	sink_hub_pause(w->hub, duration_ms, req->now);
	w->on_change(w->data);
	int64_t paused_until = sink_hub_paused_until(w->hub, req->now);
	http_json_begin(res);
	struct json_writer j;
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name(&j, "paused_until");
	if (paused_until != 0) {
		json_int(&j, paused_until);
	} else {
		json_null(&j);
	}
	json_object_end(&j);
	buf_append_char(http_response_body(res), '\n');
}

static void on_stream(struct http_stream *stream, const struct http_request *req, void *data)
{
	const struct web_sessions *w = data;
	struct sink_sse_options options = {0};
	(void)sink_sse_read_options( // validated by get_stream()
		req->query, http_request_header(req, STR("last-event-id")), &options);
	sink_sse_open(w->sse, stream, &options);
}

static void get_stream(const struct http_request *req, struct http_response *res, void *data)
{
	struct sink_sse_options options;
	if (!sink_sse_read_options(req->query, (struct str){0}, &options)) {
		struct buf hint;
		buf_init(&hint, HINT_BYTES);
		sink_types_append_hint(&hint);
		http_response_status(res, 400);
		http_json_error(req, res, 400, buf_str(&hint), NULL);
		buf_finish(&hint);
		return;
	}
	http_response_type(res, "text/event-stream");
	http_response_private(res);
	http_response_stream(res, on_stream, data);
}

#define CHANGE(PATH, HANDLER)                                                                      \
	{                                                                                          \
		.path = (PATH), .methods = HTTP_POST, .handler = (HANDLER),                        \
		.flags = HTTP_ROUTE_SAME_ORIGIN                                                    \
	}

static const struct http_route routes[] = {
	{.path = "/api/sessions", .methods = HTTP_GET, .handler = get_all},
	{.path = "/api/sessions/*", .methods = HTTP_GET, .handler = get_one},
	CHANGE("/api/sessions/*/ack", acknowledge),
	CHANGE("/api/sessions/*/focus", focus),
	CHANGE("/api/sessions/*/mute", mute),
	CHANGE("/api/sessions/*/unmute", unmute),
	CHANGE("/api/pause", pause_notifications),
	{.path = "/api/stream", .methods = HTTP_GET, .handler = get_stream},
};

struct http_route_group web_sessions_routes(struct web_sessions *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
