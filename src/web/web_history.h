/* Answers from the history: /api/stats and the rest of what the store remembers. A question waits
 * on the store's thread, its connection meanwhile for the answer (http_later.h); everybody else
 * goes on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "http/http_router.h"

struct budget;
struct report_request;
struct store;
struct store_purge;
struct store_reprice;
struct web_change;

struct web_history { // all borrowed
	struct store *store;
	const struct budget *budget;
	const int *plan; // enum config_plan, as it is now

	/* A part of the history is gone. */
	void (*on_purged)(const struct store_purge *purge, void *data);
	/* Sets the price lists and the sessions of a new one; and takes over what has come of it,
	 * to the end of which it always comes. */
	void (*reprice_begin)(struct store_reprice *reprice, void *data);
	void (*reprice_end)(struct store_reprice *reprice, void *data);
	void *data;

	uint64_t unknown; // how often something was asked for that is not there: no mistake
	unsigned exports; // running now; its own
	struct web_change *changing; // runs now; NULL: none
};

/* Of a query. NULL, or what is wrong. */
const char *web_history_read_parameters(struct str query, struct report_request *ret);

/* Why the history has no answer: a negative errno of store_ask() or of a report. */
void web_history_write_fault(const struct http_request *req, struct http_response *res, int r);

struct http_route_group web_history_routes(struct web_history *w);

/* GET /api/sessions?past=1: the list of all that were ever heard of. */
http_handler web_history_sessions; // data: a struct web_history

/* GET /api/sessions/ID. live: the JSON object of the session as it is now, to which its turns are
 * added; empty for one that is not live, which is looked for in the history. */
void web_history_session(struct web_history *w, const struct http_request *req,
	struct http_response *res, struct str live);
