/* What streams carry beside sessions: the feed, model calls, and changes of /api/stats. Nothing is
 * produced without a reader.
 *
 * After usage was recorded, the history is queried once it has written it: at most every 250 ms,
 * and for at most a tenth of the time. */
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
struct web_board;

struct web_live {
	uv_loop_t *loop; // borrowed, like everything the caller fills in
	struct sink_hub *hub;
	struct store *store;
	const struct budget *budget;
	const int *plan;               // enum config_plan, as it is now
	const struct web_board *board; // NULL: no tasks are counted

	uv_timer_t timer; // private from here; runs while something is due
	struct web_members now, before;
	struct buf line, whole;
	bool is_used;   // usage was recorded since the last query
	bool is_wanted; // a reader has received nothing yet
	bool is_asking;
	bool costs_changed; // since the last cost.update
	bool is_closed;
	int64_t asked_ms, ask_at_ms, costs_at_ms; // monotonic
};

/* The caller has set the borrowed members. */
void web_live_open(struct web_live *l);

/* Stops; the memory must outlive the loop. */
void web_live_close(struct web_live *l);
void web_live_finish(struct web_live *l);

/* The history's sums are about to change. */
void web_live_note_use(struct web_live *l);

/* A call; it counts as usage too. */
void web_live_note_call(struct web_live *l, const struct session_call *call, struct instant now);

/* A row of the feed. */
void web_live_note_event(struct web_live *l, const struct store_event *event, struct instant now);
