/* GET /api/sessions, /api/sessions/ID and /api/stream; POST /api/sessions/ID/ack, focus, mute and
 * unmute, and /api/pause. The POST routes are open to our own page too. */
#pragma once

#include <stdint.h>

#include "http/http_router.h"

struct http_later;
struct session_tracker;
struct sink;
struct sink_hub;
struct web_history;

struct web_sessions {
	struct session_tracker *tracker; // borrowed, as the next three
	struct sink_hub *hub;
	struct sink *sse;
	struct web_history *history;   // for past sessions and turns; NULL: none
	void (*on_change)(void *data); // the tracker received events
	/* Raises the terminal of a session, then answers. */
	void (*on_focus)(struct str session_id, struct http_later *later, void *data);
	void *data;

	uint64_t unknown; // requests for sessions that do not exist
};

struct http_route_group web_sessions_routes(struct web_sessions *w);
