/* GET /api/sessions, one of them, and /api/stream; POST /api/sessions/ID/ack, mute and unmute, and
 * /api/pause. */
#pragma once

#include <stdint.h>

#include "http/http_router.h"

struct session_tracker;
struct sink;
struct sink_hub;
struct web_history;

struct web_sessions {
	struct session_tracker *tracker; // borrowed, as the next three
	struct sink_hub *hub;
	struct sink *sse;
	struct web_history *history;   // of sessions that are gone, and of turns; NULL: none
	void (*on_change)(void *data); // the tracker was given something
	void *data;

	uint64_t unknown; // how often one was named that is not there
};

struct http_route_group web_sessions_routes(struct web_sessions *w);
