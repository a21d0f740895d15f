/* Answers from the history: /api/stats and the rest of what the store remembers. A question waits
 * on the store's thread, its connection meanwhile for the answer (http_later.h); everybody else
 * goes on. */
#pragma once

#include <stdbool.h>

#include "http/http_router.h"

struct budget;
struct store;

struct web_history { // all borrowed
	struct store *store;
	const struct budget *budget;
	const int *plan; // enum config_plan, as it is now
};

struct http_route_group web_history_routes(struct web_history *w);
