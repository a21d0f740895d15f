/* A change of the history that may take long: POST /api/purge and /api/prices/reprice.
 *
 * It is done in short transactions, with other facts written in between, and goes on whether or not
 * its client stays. What takes up to five seconds is answered like every request. What takes longer
 * is answered with a line of JSON a second, each with all that was done so far; the last one is the
 * answer. One such change runs at a time. */
#pragma once

#include <stdbool.h>

#include "http/http_router.h"
#include "store/store.h"

struct json_writer;
struct web_change;
struct web_history;

/* All get the state of web_change_begin(). */
struct web_change_kind {
	const char *name; // in the log: "purge of the history"
	store_work *work; // STORE_MORE: to be called again
	bool only_reads;  // nothing is changed: work is called on the reading thread
	/* The members of the answer's object, as far as it was done. */
	void (*write)(struct json_writer *j, void *state);
	/* It is over. r: 0, or why it came to a premature end; what was committed before stays. */
	void (*finish)(int r, void *state);
};

/* Answers req, now or later. Whatever comes of it, finish is called exactly once, and the state is
 * its to free. */
void web_change_begin(struct web_history *w, const struct web_change_kind *kind, void *state,
	const struct http_request *req, struct http_response *res);
