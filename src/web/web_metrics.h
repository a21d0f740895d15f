/* GET /metrics: what Prometheus scrapes. */
#pragma once

#include <stdint.h>

#include "base/instant.h"
#include "http/http_router.h"

struct budget;
struct meter;
struct session_tracker;

struct web_metrics { // all borrowed
	const struct session_tracker *tracker;
	const struct meter *meter;
	const struct budget *budget;
	void (*refresh)(struct instant now, void *data); // brings meter and budget up to date
	int64_t started_ms;                              // wall clock
	void *data;
};

struct http_route_group web_metrics_routes(struct web_metrics *w);
