/* GET /api/metrics: the entries of the followed files. */
#pragma once

#include "feed/feed.h"
#include "http/http_router.h"

struct json_writer;

struct web_feed {
	struct feed feed;
};

struct http_route_group web_feed_routes(struct web_feed *w);

/* The "metrics_feed" and "telemetry_events" of /health. */
void web_feed_write_health(struct json_writer *j, const struct web_feed *w);
