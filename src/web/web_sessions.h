/* GET /api/sessions, one of them, and /api/stream; POST /api/sessions/ID/ack, mute and unmute, and
 * /api/pause. */
#pragma once

#include <stdint.h>

#include "http/http_router.h"

struct session_tracker;
struct sink;
struct sink_hub;

struct web_sessions {
	http_handler *past; // answers GET /api/sessions?past=1, with past_data; NULL: nobody does
	void *past_data;
	struct session_tracker *tracker; // borrowed, as the next two
	struct sink_hub *hub;
	struct sink *sse;
	void (*on_change)(void *data); // the tracker was given something
	void *data;

	uint64_t unknown; // how often one was named that is not there
};

struct http_route_group web_sessions_routes(struct web_sessions *w);
