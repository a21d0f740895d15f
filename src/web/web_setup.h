/* GET /api/setup: which clients are on this machine, whether they point here, and what to paste
 * where. The answer is found by another program, since a file system that hangs must not hold up
 * the loop. */
#pragma once

#include "base/str.h"
#include "http/http_router.h"

struct http_later;
struct session_tracker;

struct web_setup {
	const struct session_tracker *tracker; // borrowed
	/* Has the clients looked for, and then calls web_setup_answer(). */
	void (*on_ask)(struct http_later *later, void *data);
	void *data;
};

struct http_route_group web_setup_routes(struct web_setup *w);

/* clients: the array that "setup --json" prints; empty if it could not be had. */
void web_setup_answer(const struct web_setup *w, struct http_later *later, struct str clients);
