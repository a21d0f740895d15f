/* Changes to the history that may take long: POST /api/purge and /api/prices/reprice.
 *
 * A change runs in short transactions, with facts written in between, and continues whether or not
 * its client stays. Up to five seconds, it is answered like any request. After that it streams a
 * line of JSON every second with the progress so far; the last line is the answer. One change runs
 * at a time. */
#pragma once

#include <stdbool.h>

#include "http/http_router.h"
#include "store/store.h"

struct json_writer;
struct web_change;
struct web_history;

/* All receive the state given to web_change_begin(). */
struct web_change_kind {
	const char *name; // in the log: "purge of the history"
	store_work *work; // STORE_MORE: call it again
	bool only_reads;  // changes nothing: work runs on the reader thread
	/* Writes the members of the answer's object, with the progress so far. */
	void (*write)(struct json_writer *j, void *state);
	/* The end. r: 0, or why it stopped early; what was committed before stays. */
	void (*finish)(int r, void *state);
};

/* Answers req, now or later. finish is called exactly once in any case, and frees the state. */
void web_change_begin(struct web_history *w, const struct web_change_kind *kind, void *state,
	const struct http_request *req, struct http_response *res);
