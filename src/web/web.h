/* The routes of the daemon: what each path does with a request. Glue between HTTP and the rooms
 * that do the work. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "event/event_batch.h"
#include "http/http_router.h"
#include "otlp/otlp_receiver.h"
#include "sink/sink_sse.h"

struct http_peer;
struct http_server;
struct session_batch;
struct session_tracker;
struct sink;
struct sink_hub;

/* For one log line about a body that was refused or taken in part. Valid during the call. */
struct web_refusal {
	const struct http_peer *peer;
	struct str path;
	int status; // 200: taken, but for rejected items
	bool json;
	size_t bytes;
	uint64_t rejected, repaired;
	struct str reason;
};

struct web_counters {
	uint64_t requests[OTLP_SIGNAL_COUNT];
	uint64_t records[OTLP_SIGNAL_COUNT];
	uint64_t hooks;
	uint64_t rejected_requests, rejected_records, repaired_strings;
	uint64_t unknown_sessions; // asked for or acknowledged when there was none

	int64_t request_at_ms[OTLP_SIGNAL_COUNT]; // the last, monotonic; 0: none yet
	int64_t hook_at_ms;
	int64_t newest_ns, newest_at_ms; // the newest log record's own time, and when it came by
					 // our clock; 0: none that had a time
};

struct web {
	struct session_tracker *tracker; // borrowed, as all of these
	struct sink_hub *hub;
	struct sink *sse;
	const struct http_server *server;
	struct instant (*now)(void *data);
	void (*on_refusal)(const struct web_refusal *refusal, void *data);
	void (*on_change)(void *data); // the tracker was given something
	void (*on_sender)(const struct http_peer *peer, void *data); // telemetry came from there
	void *data;

	int64_t started_ms;        // monotonic
	struct sink_sse_wish wish; // of the request for a stream that is being answered
	struct otlp_receiver receiver;
	struct event_batch batch;
	struct web_counters counters;
	struct event_services services;
};

/* Sets up what is not borrowed; the caller has filled in the rest. */
void web_init(struct web *w);
void web_finish(struct web *w);

extern const struct http_route web_routes[];
extern const size_t web_route_count;

/* Bodies of errors: google.rpc.Status for OTLP, {"error":{"code":…,"message":…}} for everything
 * else. */
http_error_writer web_otlp_error;
http_error_writer web_api_error;

/* The handlers of web_routes; data is a struct web. */
http_handler web_otlp_logs;
http_handler web_otlp_traces;
http_handler web_otlp_metrics;
http_handler web_otlp_any; // POST /: the signal is found out from the body
http_handler web_api_sessions;
http_handler web_api_session;
http_handler web_api_acknowledge;
http_handler web_api_mute, web_api_unmute;
http_handler web_api_pause;
http_handler web_api_stream;
http_handler web_api_health;
http_handler web_hook; // POST /hooks/*: the '*' is the word of a client, see event_hook.h
