/* What streams carry beside sessions: the feed, model calls, and the answer of /api/stats as it
 * changes. Nothing is made while nobody reads it.
 *
 * After something was used, the history is asked once it has written that, at most every 250 ms,
 * and never for more than a tenth of the time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/instant.h"
#include "base/str.h"
#include "web/web_members.h"

struct budget;
struct session_call;
struct sink_hub;
struct store;
struct store_event;

struct web_live {
	uv_loop_t *loop; // borrowed, as all that the caller fills in
	struct sink_hub *hub;
	struct store *store;
	const struct budget *budget;
	const int *plan; // enum config_plan, as it is now

	uv_timer_t timer; // the rest is its own; runs while something is due
	struct web_members now, before;
	struct buf line, whole;
	bool is_used;   // something was, since the history was asked last
	bool is_wanted; // a reader has nothing yet
	bool is_asking;
	bool costs_changed; // since cost.update was sent last
	bool is_closed;
	int64_t asked_ms, ask_at_ms, costs_at_ms; // monotonic
};

/* The caller has filled in what is borrowed. */
void web_live_open(struct web_live *l);

/* Makes nothing any more; the memory is needed until the loop has ended. */
void web_live_close(struct web_live *l);
void web_live_finish(struct web_live *l);

/* Sums of the history are about to change. */
void web_live_note_use(struct web_live *l);

/* A call, which is a use as well. */
void web_live_note_call(struct web_live *l, const struct session_call *call, struct instant now);

/* A row of the feed. */
void web_live_note_event(struct web_live *l, const struct store_event *event, struct instant now);
