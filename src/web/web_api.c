/* GET /api/…, /health and the acknowledgement: what the daemon knows, as JSON. */
#include <time.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_response.h"
#include "http/http_server.h"
#include "session/session_tracker.h"
#include "sink/sink_encode.h"
#include "sink/sink_hub.h"
#include "sink/sink_sse.h"
#include "version.h"
#include "web/web.h"

enum { PAUSE_DEFAULT_S = 3600, PAUSE_MAX_S = 7 * 24 * 3600 };

static void begin(struct http_response *res)
{
	http_response_type(res, "application/json");
	http_response_header(res, "Cache-Control", STR("no-store"));
}

void web_api_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)req;
	(void)data;
	begin(res);
	struct json_writer w;
	json_writer_init(&w, http_response_body(res));
	json_object_begin(&w);
	json_name(&w, "error");
	json_object_begin(&w);
	json_name_int(&w, "code", status);
	json_name_str(&w, "message", message);
	json_object_end(&w);
	json_object_end(&w);
	buf_append_char(http_response_body(res), '\n');
}

/* Who asks in time is told 200, who asks late 404: neither made a mistake. */
static void no_session(const struct http_request *req, struct http_response *res, struct web *w)
{
	w->counters.unknown_sessions++;
	http_response_status(res, 404);
	web_api_error(req, res, 404, STR("no session of that id"), NULL);
}

void web_api_sessions(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	struct web *w = data;
	begin(res);
	http_response_ceiling(res, SINK_LINE_CEILING_BYTES);
	buf_append_str(http_response_body(res), sink_hub_snapshot(w->hub, w->now(w->data)));
}

static void write_session(struct http_response *res, const struct session *s)
{
	begin(res);
	struct json_writer w;
	json_writer_init(&w, http_response_body(res));
	sink_encode_session(&w, s);
	buf_append_char(http_response_body(res), '\n');
}

void web_api_session(const struct http_request *req, struct http_response *res, void *data)
{
	struct web *w = data;
	const struct session *s = session_tracker_find(w->tracker, req->path_parameter);
	if (s == NULL) {
		no_session(req, res, w);
	} else {
		write_session(res, s);
	}
}

void web_api_acknowledge(const struct http_request *req, struct http_response *res, void *data)
{
	struct web *w = data;
	if (!session_tracker_acknowledge(w->tracker, req->path_parameter, w->now(w->data))) {
		no_session(req, res, w);
		return;
	}
	w->on_change(w->data);
	write_session(res, session_tracker_find(w->tracker, req->path_parameter));
}

static void mute(
	const struct http_request *req, struct http_response *res, struct web *w, bool muted)
{
	if (!session_tracker_mute(w->tracker, req->path_parameter, muted)) {
		no_session(req, res, w);
		return;
	}
	w->on_change(w->data);
	write_session(res, session_tracker_find(w->tracker, req->path_parameter));
}

void web_api_mute(const struct http_request *req, struct http_response *res, void *data)
{
	mute(req, res, data, true);
}

void web_api_unmute(const struct http_request *req, struct http_response *res, void *data)
{
	mute(req, res, data, false);
}

/* "duration=1800", in seconds; nothing is the default. */
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

void web_api_pause(const struct http_request *req, struct http_response *res, void *data)
{
	struct web *w = data;
	int64_t duration_ms;
	if (!read_duration(req->query, &duration_ms)) {
		http_response_status(res, 400);
		web_api_error(req, res, 400, STR("duration takes seconds from 0 to 604800"), NULL);
		return;
	}
	sink_hub_pause(w->hub, duration_ms, w->now(w->data));
	w->on_change(w->data);
	int64_t paused_until = sink_hub_paused_until(w->hub, w->now(w->data));
	begin(res);
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

static void on_stream(struct http_stream *stream, void *data)
{
	const struct web *w = data;
	sink_sse_open(w->sse, stream, &w->wish);
}

void web_api_stream(const struct http_request *req, struct http_response *res, void *data)
{
	struct web *w = data;
	struct str last_id = http_request_header(req, STR("last-event-id"));
	w->wish = sink_sse_read_wish(req->query, last_id);
	http_response_type(res, "text/event-stream");
	http_response_header(res, "Cache-Control", STR("no-store"));
	http_response_stream(res, on_stream, w);
}

static const char *const signals[] = {
	[OTLP_LOGS] = "logs", [OTLP_TRACES] = "traces", [OTLP_METRICS] = "metrics", "hooks"};

static void write_counts(struct json_writer *j, const char *name, const char *const *names,
	const uint64_t *counts, size_t count)
{
	json_name(j, name);
	json_object_begin(j);
	for (size_t i = 0; i < count; i++) {
		json_name_int(j, names[i], (int64_t)counts[i]);
	}
	json_object_end(j);
}

/* How long ago each came, null for never. */
static void write_ages(struct json_writer *j, const struct web *w)
{
	const struct {
		const char *name;
		int64_t at_ms;
	} rows[] = {
		{"logs", w->counters.request_at_ms[OTLP_LOGS]},
		{"traces", w->counters.request_at_ms[OTLP_TRACES]},
		{"metrics", w->counters.request_at_ms[OTLP_METRICS]},
		{"hooks", w->counters.hook_at_ms},
	};
	int64_t now_ms = w->now(w->data).mono_ms;
	json_name(j, "age_ms");
	json_object_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_name(j, rows[i].name);
		if (rows[i].at_ms != 0) {
			json_int(j, now_ms - rows[i].at_ms);
		} else {
			json_null(j);
		}
	}
	json_object_end(j);
	json_name(j, "clock_ahead_ms");
	if (w->counters.newest_ns != 0) {
		json_int(j, w->counters.newest_ns / 1000000 - w->counters.newest_at_ms);
	} else {
		json_null(j);
	}
}

/* Services nothing of which was understood, the one that sent last first. */
static void write_not_understood(struct json_writer *j, const struct event_services *services)
{
	json_name(j, "not_understood");
	json_array_begin(j);
	for (size_t i = 0; i < services->count; i++) {
		const struct event_service *s = &services->all[i];
		if (s->is_understood) {
			continue;
		}
		json_object_begin(j);
		json_name_str(j, "service", str_from(s->name));
		for (size_t k = 0; k < OTLP_SIGNAL_COUNT; k++) {
			json_name_int(j, signals[k], (int64_t)s->unused[k]);
		}
		json_object_end(j);
	}
	json_array_end(j);
}

void web_api_health(const struct http_request *req, struct http_response *res, void *data)
{
	(void)req;
	static const char *const states[] = {"idle", "working", "completed"};
	static const char *const rejected[] = {"requests", "records", "http", "http2"};
	static const char *const dropped[] = {"connections"};
	const struct web *w = data;
	const struct http_counters *http = http_server_counters(w->server);
	uint64_t sessions[ARRAY_SIZE(states)];
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		sessions[i] = session_tracker_count(w->tracker, (enum session_state)i);
	}
	const uint64_t refused[] = {w->counters.rejected_requests, w->counters.rejected_records,
		http->answers[4] + http->answers[5] - w->counters.rejected_requests -
			w->counters.unknown_sessions,
		http->http2_prefaces};
	const uint64_t received[] = {w->counters.records[OTLP_LOGS],
		w->counters.records[OTLP_TRACES], w->counters.records[OTLP_METRICS],
		w->counters.hooks};
	begin(res);
	struct json_writer j;
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name_str(&j, "status", STR("ok"));
	json_name_str(&j, "version", STR(VERSION));
	json_name_int(&j, "uptime_s", (w->now(w->data).mono_ms - w->started_ms) / 1000);
	write_counts(&j, "sessions", states, sessions, ARRAY_SIZE(states));
	write_counts(&j, "received", signals, received, ARRAY_SIZE(signals));
	write_counts(&j, "requests", signals, w->counters.requests, OTLP_SIGNAL_COUNT);
	write_ages(&j, w);
	write_counts(&j, "rejected", rejected, refused, ARRAY_SIZE(rejected));
	write_counts(&j, "dropped", dropped, &http->connections_refused, ARRAY_SIZE(dropped));
	write_not_understood(&j, &w->services);
	json_name_int(&j, "connections", (int64_t)(http->connections_open + http->streams_open));
	json_object_end(&j);
	buf_append_char(http_response_body(res), '\n');
}
