/* Answers from the history: /api/stats and everything else from the store. A query runs on the
 * store's thread while its connection waits (http_later.h); no other connection does. */
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
struct web_board;
struct web_change;

struct web_history { // all borrowed
	struct store *store;
	const struct budget *budget;
	const int *plan;               // enum config_plan, as it is now
	const struct web_board *board; // NULL: no tasks are counted

	/* Part of the history was deleted. */
	void (*on_purged)(const struct store_purge *purge, void *data);
	/* Sets up a repricing with price lists and sessions; and takes over its result. The second
	 * always follows the first. */
	void (*reprice_begin)(struct store_reprice *reprice, void *data);
	void (*reprice_end)(struct store_reprice *reprice, void *data);
	void *data;

	uint64_t unknown;            // requests for things that do not exist: not counted as errors
	unsigned exports;            // running now; its own
	struct web_change *changing; // the running change; NULL: none
};

/* Parses a query string. NULL, or what is wrong. */
const char *web_history_read_parameters(struct str query, struct report_request *ret);

/* Answers with why the history has no answer: a negative errno of store_ask() or of a report. */
void web_history_write_fault(const struct http_request *req, struct http_response *res, int r);

struct http_route_group web_history_routes(struct web_history *w);

/* GET /api/sessions?past=1: all sessions in the history. */
http_handler web_history_sessions; // data: a struct web_history

/* GET /api/sessions/ID. live: the JSON object of the live session, to which its turns are added;
 * empty: not live, look in the history. */
void web_history_session(struct web_history *w, const struct http_request *req,
	struct http_response *res, struct str live);
