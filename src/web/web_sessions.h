/* GET /api/sessions, one of them, and /api/stream; POST /api/sessions/ID/ack, focus, mute and
 * unmute, and /api/pause. What changes something is also open to the page that we serve ourselves.
 */
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
	struct web_history *history;   // of sessions that are gone, and of turns; NULL: none
	void (*on_change)(void *data); // the tracker was given something
	/* Raises the terminal of a session, and answers. */
	void (*on_focus)(struct str session_id, struct http_later *later, void *data);
	void *data;

	uint64_t unknown; // how often one was named that is not there
};

struct http_route_group web_sessions_routes(struct web_sessions *w);
