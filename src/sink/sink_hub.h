/* One place that turns changes into lines, each encoded once, and hands them to all sinks.
 *
 * Knows neither loop nor clock: a reading is handed in with every call that writes a time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/list.h"
#include "sink/sink.h"
#include "sink/sink_encode.h"
#include "sink/sink_ring.h"

/* What was spent today. */
typedef struct sink_cost sink_cost_today(struct instant now, void *data);

struct sink_hub {
	struct list sinks;           // sink::link
	const struct list *sessions; // borrowed: session::link
	struct sink_ring ring;       // the last updates
	struct buf update;           // the last update's line
	struct buf list, complete;   // the last lines of these kinds
	struct instant update_time;  // when the last update came
	struct instant list_time;    // when the list was encoded
	bool list_valid;             // nothing has changed since
	int64_t pause_ends_ms;       // monotonic: no notifications until then; 0: there are
	int64_t paused_until;        // the same for readers, in seconds since the epoch
	sink_cost_today *cost_today; // NULL: nobody counts
	void *cost_data;
	bool shows_cost;                 // every list has today's cost
	struct list nothing;             // the sessions after a farewell
	size_t readers[SINK_TYPE_COUNT]; // of messages, now

	/* A reader needs the whole of a type: soon to be given with sink_hub_post(). May be NULL.
	 */
	void (*on_wanted)(enum sink_type type, void *data);
	void *data;
};

/* sessions: what lists are made from, session_tracker_sessions(); must outlive the hub. first_id:
 * updates are numbered from here; larger than any number an earlier run used (microseconds of the
 * wall clock are), so that a reader of that run is not taken for one of this. */
void sink_hub_init(struct sink_hub *hub, const struct list *sessions, uint64_t first_id);

/* Frees the memory; every sink must have been closed. */
void sink_hub_finish(struct sink_hub *hub);

/* Whom to ask what today has cost; for lists that show it. */
void sink_hub_set_cost(struct sink_hub *hub, sink_cost_today *cost_today, void *data);

/* Whether every list shows it, or only those of readers who have asked for it. */
void sink_hub_show_cost(struct sink_hub *hub, bool shows);

/* Adds it to a copy of the last list, for a reader who has asked; nothing if it is in all. */
void sink_hub_add_cost(struct sink_hub *hub, struct buf *line, struct instant now);

/* Puts sink among those that hear of everything. The sink removes itself: sink::close. */
void sink_hub_add(struct sink_hub *hub, struct sink *sink);

/* Closes all sinks. */
void sink_hub_close(struct sink_hub *hub);

/* Tells every sink of the change: what session_tracker's observer is. */
void sink_hub_update(struct sink_hub *hub, const struct session_change *change, struct instant now);

/* Gives every sink that carries messages one more. Numbers it, unless its type has no numbers or
 * its line is empty: then only readers that have nothing of the type yet get it, as a whole. */
void sink_hub_post(struct sink_hub *hub, const struct sink_message *message);

/* Whether somebody reads messages of a type: without readers there is nothing to make them for. */
bool sink_hub_has_readers(const struct sink_hub *hub, enum sink_type type);

/* For sinks: a reader of these types (bits) comes, or goes. */
void sink_hub_join(struct sink_hub *hub, unsigned types);
void sink_hub_leave(struct sink_hub *hub, unsigned types);

/* For sinks: a reader has nothing of these types yet, or not all any more. The set of those that it
 * will be given as a whole. */
unsigned sink_hub_want(struct sink_hub *hub, unsigned types);

/* For sinks: what a reader of these types gets of a message; empty: nothing. *wanted: the types
 * that it is to be given as a whole. */
struct str sink_message_for(const struct sink_message *message, unsigned types, unsigned *wanted);

/* No notifications for so long from now on, or again (0): every sink is told the list. */
void sink_hub_pause(struct sink_hub *hub, int64_t duration_ms, struct instant now);

/* When that ends, in seconds since the epoch; 0: there is no pause. */
int64_t sink_hub_paused_until(struct sink_hub *hub, struct instant now);

/* Tells every sink the whole list. */
void sink_hub_broadcast(struct sink_hub *hub, struct instant now);

/* The last truth: nothing is watched any more. Every list from now on is empty. */
void sink_hub_farewell(struct sink_hub *hub, struct instant now);

/* To be called at the end of each loop turn in which sinks were told something. */
void sink_hub_flush(struct sink_hub *hub, struct instant now);

/* The list as it is now, for a reader that begins. Encoded at most once in a millisecond. Valid
 * until the hub is called again. */
struct str sink_hub_snapshot(struct sink_hub *hub, struct instant now);

/* The last update with everything else that is true now: sink_encode_complete(). There must have
 * been one. Valid until the hub is called again. */
struct str sink_hub_complete(struct sink_hub *hub);

/* The number of the last update or message: what a list contains. */
uint64_t sink_hub_last_id(const struct sink_hub *hub);
