#include "web/web_health.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "http/http_exchange.h"
#include "http/http_json.h"
#include "http/http_response.h"
#include "ingest/ingest.h"
#include "page/page_files.h"
#include "price/price_status.h"
#include "session/session_tracker.h"
#include "store/store.h"
#include "version.h"
#include "web/web_board.h"
#include "web/web_feed.h"
#include "web/web_history.h"
#include "web/web_orchestrator.h"
#include "web/web_sessions.h"

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

/* How long ago each arrived; null: never. */
static void write_ages(
	struct json_writer *j, const struct ingest_counters *counters, int64_t now_ms)
{
	const struct {
		const char *name;
		int64_t at_ms;
	} rows[] = {
		{"logs", counters->request_at_ms[OTLP_LOGS]},
		{"traces", counters->request_at_ms[OTLP_TRACES]},
		{"metrics", counters->request_at_ms[OTLP_METRICS]},
		{"hooks", counters->hook_at_ms},
	};
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
	if (counters->newest_ns != 0) {
		json_int(j, counters->newest_ns / 1000000 - counters->newest_at_ms);
	} else {
		json_null(j);
	}
}

static void write_service(struct json_writer *j, const struct event_service *s)
{
	json_object_begin(j);
	json_name_str(j, "service", str_from(s->name));
	for (size_t i = 0; i < OTLP_SIGNAL_COUNT; i++) {
		json_name_int(j, signals[i], (int64_t)s->unused[i]);
	}
	json_object_end(j);
}

/* Services of which nothing was understood, the latest first. */
static void write_not_understood(struct json_writer *j, const struct event_services *services)
{
	json_name(j, "not_understood");
	json_array_begin(j);
	for (size_t i = 0; i < services->count; i++) {
		const struct event_service *s = &services->all[i];
		if (s->is_understood) {
			continue;
		}
		write_service(j, s);
	}
	json_array_end(j);
}

/* Records without meaning for us, of all services; not an error of services that are understood. */
static void write_unused(struct json_writer *j, const struct event_services *services)
{
	json_name(j, "unused");
	json_array_begin(j);
	for (size_t i = 0; i < services->count; i++) {
		write_service(j, &services->all[i]);
	}
	json_array_end(j);
}

/* Where the page is, and how many have it open. The URL has no token, so it may be shown. */
static void write_dashboard(struct json_writer *j, uint16_t port, const struct http_counters *http)
{
	cleanup_free char *url = port != 0 ? xasprintf("http://127.0.0.1:%u/", (unsigned)port)
					   : NULL;
	json_name_bool(j, "dashboard_active", port != 0); // its name at first
	json_name(j, "dashboard");
	json_object_begin(j);
	json_name_bool(j, "active", port != 0);
	json_name(j, "readers");
	json_object_begin(j);
	json_name_int(j, "sse", (int64_t)(http->streams_open - http->upgraded_open));
	json_name_int(j, "websocket", (int64_t)http->upgraded_open);
	json_object_end(j);
	json_name_str(j, "url", str_from(url));
	json_object_end(j);
}

static void write_prices(struct json_writer *j, const struct price_status *prices)
{
	char as_of[PRICE_DAY_BYTES];
	price_day_format(prices->as_of_day, as_of);
	json_name(j, "prices");
	json_object_begin(j);
	json_name_str(j, "as_of", as_of[0] != '\0' ? str_from(as_of) : (struct str){0});
	json_name_int(j, "own_models", prices->own_models);
	json_name_int(j, "mismatched_calls", (int64_t)prices->mismatched_calls);
	json_name(j, "mismatched");
	json_array_begin(j);
	for (size_t i = 0; i < prices->mismatch_count; i++) {
		json_object_begin(j);
		json_name_str(j, "model", str_from(prices->mismatches[i].model));
		json_name_int(j, "calls", (int64_t)prices->mismatches[i].calls);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void write_store(struct json_writer *j, struct store *store)
{
	struct store_state state = store_state(store);
	json_name(j, "store");
	json_object_begin(j);
	json_name_str(j, "status", str_from(store_status_name(state.status)));
	json_name_str(
		j, "reason", state.reason[0] != '\0' ? str_from(state.reason) : str_from(NULL));
	json_name_int(j, "queued_bytes", (int64_t)state.queued_bytes);
	json_name_int(j, "written", (int64_t)state.written);
	json_name_int(j, "dropped", (int64_t)state.dropped);
	json_name_int(j, "file_bytes", state.file_bytes);
	json_object_end(j);
}

static void get_health(const struct http_request *req, struct http_response *res, void *data)
{
	static const char *const states[] = {"idle", "working", "completed"};
	static const char *const rejected[] = {"requests", "records", "http", "http2"};
	static const char *const dropped[] = {"connections"};
	const struct web_health *w = data;
	const struct ingest_counters *counters = &w->ingest->counters;
	const struct http_counters *http = w->http;
	uint64_t sessions[ARRAY_SIZE(states)];
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		sessions[i] = session_tracker_count(w->tracker, (enum session_state)i);
	}
	const struct web_history *history = w->sessions->history;
	uint64_t unknown = w->sessions->unknown + (history != NULL ? history->unknown : 0);
	const uint64_t rejected_counts[] = {counters->rejected_requests, counters->rejected_records,
		http->answers[4] + http->answers[5] - counters->rejected_requests - unknown,
		http->http2_prefaces};
	const uint64_t received[] = {counters->records[OTLP_LOGS], counters->records[OTLP_TRACES],
		counters->records[OTLP_METRICS], counters->hooks};
	http_json_begin(res);
	struct json_writer j;
	json_writer_init(&j, http_response_body(res));
	json_object_begin(&j);
	json_name_str(&j, "status", STR("ok"));
	json_name_str(&j, "version", STR(VERSION));
	json_name_str(&j, "service", STR("otel-ai-monitor"));
	json_name_str(&j, "page", str_from(page_build));
	json_name_int(&j, "uptime_s", (req->now.mono_ms - w->started_ms) / 1000);
	write_counts(&j, "sessions", states, sessions, ARRAY_SIZE(states));
	write_counts(&j, "received", signals, received, ARRAY_SIZE(signals));
	write_counts(&j, "requests", signals, counters->requests, OTLP_SIGNAL_COUNT);
	write_ages(&j, counters, req->now.mono_ms);
	write_counts(&j, "rejected", rejected, rejected_counts, ARRAY_SIZE(rejected));
	write_counts(&j, "dropped", dropped, &http->connections_refused, ARRAY_SIZE(dropped));
	write_not_understood(&j, &w->ingest->services);
	write_unused(&j, &w->ingest->services);
	write_prices(&j, w->prices);
	if (w->store != NULL) {
		write_store(&j, w->store);
	}
	if (w->board != NULL) {
		web_board_write_health(&j, w->board);
	}
	if (w->feed != NULL) {
		web_feed_write_health(&j, w->feed);
	}
	if (w->orchestrator != NULL) {
		web_orchestrator_write_health(&j, w->orchestrator, req->now);
	}
	write_dashboard(&j, w->port, http);
	json_name_int(&j, "connections", (int64_t)(http->connections_open + http->streams_open));
	json_name_int(&j, "timestamp", req->now.wall_ms);
	json_object_end(&j);
	buf_append_char(http_response_body(res), '\n');
}

static const struct http_route routes[] = {
	{.path = "/health", .methods = HTTP_GET, .handler = get_health},
	{.path = "/healthz", .methods = HTTP_GET, .handler = get_health},
};

struct http_route_group web_health_routes(struct web_health *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
