/* GET /health: whether the daemon runs, and what it has received, rejected and dropped. */
#pragma once

#include <stdint.h>

#include "http/http_router.h"

struct http_counters;
struct ingest;
struct price_status;
struct session_tracker;
struct sink;
struct store;
struct web_board;
struct web_feed;
struct web_orchestrator;
struct web_sessions;

struct web_health { // all borrowed
	const struct session_tracker *tracker;
	const struct ingest *ingest;
	const struct web_sessions *sessions;
	const struct http_counters *http;
	const struct price_status *prices;
	struct store *store;           // NULL: not reported
	const struct web_board *board; // likewise, as the next
	const struct web_feed *feed;
	const struct web_orchestrator *orchestrator;
	int64_t started_ms; // monotonic
	uint16_t port;      // of TCP; 0: not listening yet
};

struct http_route_group web_health_routes(struct web_health *w);
