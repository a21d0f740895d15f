/* The routes for clients: the body of a request → events → tracker. Telemetry is answered in its
 * own encoding, hooks in JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event_batch.h"
#include "http/http_router.h"
#include "otlp/otlp_receiver.h"

struct session_tracker;

/* For a log line about a body that was rejected or partly accepted. Valid during the call. */
struct ingest_reject {
	const struct http_peer *peer;
	struct str path;
	int status; // 200: accepted, except for rejected items
	bool json;
	size_t bytes;
	uint64_t rejected, repaired;
	struct str reason;
};

/* Kinds of requests besides signals; OTLP_SIGNAL_UNKNOWN: rejected before that was known. */
enum { INGEST_HOOK = OTLP_SIGNAL_COUNT + 1, INGEST_KINDS, INGEST_STATUSES = 6 };

extern const char *const ingest_kinds[INGEST_KINDS]; // "logs", …, "unknown", "hooks"
extern const int ingest_statuses[INGEST_STATUSES];   // of HTTP; 0: any other

struct ingest_counters {
	uint64_t answers[INGEST_KINDS][INGEST_STATUSES]; // to requests
	uint64_t requests[OTLP_SIGNAL_COUNT];
	uint64_t records[OTLP_SIGNAL_COUNT];
	uint64_t hooks;
	uint64_t rejected_requests, rejected_records, repaired_strings;

	int64_t request_at_ms[OTLP_SIGNAL_COUNT]; // the last, monotonic; 0: none yet
	int64_t hook_at_ms;
	int64_t newest_ns, newest_at_ms; // the newest log record's own time, and its arrival by
					 // our clock; 0: none that had a time
};

struct ingest {
	struct session_tracker *tracker; // borrowed
	void (*on_reject)(const struct ingest_reject *reject, void *data);
	void (*on_change)(void *data);                             // the tracker was called
	void (*on_peer)(const struct http_peer *peer, void *data); // telemetry arrived from there
	/* An event about an MCP server, before the tracker gets it. May be NULL. */
	void (*on_connection)(const struct event *event, struct instant now, void *data);
	void *data;

	struct otlp_receiver receiver; // the rest is its own
	struct event_batch batch;
	struct ingest_counters counters;
	struct event_services services;
};

/* Sets up its own part; the caller has filled in the rest. */
void ingest_init(struct ingest *in);
void ingest_finish(struct ingest *in);

/* Counts an answered request; for the handlers. */
void ingest_count(struct ingest *in, unsigned kind, int status);

/* POST /v1/logs, /v1/traces, /v1/metrics, / and /hooks/CLIENT, on these listeners. */
struct http_route_group ingest_routes(struct ingest *in, unsigned listeners);

/* The body of an error: google.rpc.Status. */
http_error_writer ingest_otlp_error;

/* The handlers; data is a struct ingest. */
http_handler ingest_otlp_logs;
http_handler ingest_otlp_traces;
http_handler ingest_otlp_metrics;
http_handler ingest_otlp_any; // detects the signal from the body
http_handler ingest_hook;     // the path parameter is the word of a client, see event_hook.h
