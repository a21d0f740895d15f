/* Turns changes into lines, each encoded once, and passes them to all sinks.
 *
 * Knows neither loop nor clock: every call that writes a time takes a reading. */
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
	int64_t pause_ends_ms; // monotonic: notifications are paused until then; 0: not paused
	int64_t paused_until;  // the same for readers, in seconds since the epoch
	sink_cost_today *cost_today; // NULL: unknown
	void *cost_data;
	bool shows_cost;                 // every list has today's cost
	struct list nothing;             // the empty list after a farewell
	size_t readers[SINK_TYPE_COUNT]; // of messages, now

	/* A reader needs the full state of a type: to be posted soon with sink_hub_post(). May be
	 * NULL. */
	void (*on_wanted)(enum sink_type type, void *data);
	void *data;
};

/* sessions: the source of lists, session_tracker_sessions(); must outlive the hub. first_id: the
 * number of the first update; larger than any number of an earlier run (like microseconds of the
 * wall clock), so that its readers are not mistaken for this run's. */
void sink_hub_init(struct sink_hub *hub, const struct list *sessions, uint64_t first_id);

/* Frees the memory; every sink must have been closed. */
void sink_hub_finish(struct sink_hub *hub);

/* Sets the source of today's cost, for lists that show it. */
void sink_hub_set_cost(struct sink_hub *hub, sink_cost_today *cost_today, void *data);

/* Whether every list shows it, or only those for readers that asked for it. */
void sink_hub_show_cost(struct sink_hub *hub, bool shows);

/* Adds it to a copy of the last list, for a reader that asked; no-op if every list has it. */
void sink_hub_add_cost(struct sink_hub *hub, struct buf *line, struct instant now);

/* Adds a sink. It removes itself in sink::close. */
void sink_hub_add(struct sink_hub *hub, struct sink *sink);

/* Closes all sinks. */
void sink_hub_close(struct sink_hub *hub);

/* Passes a change of session_tracker's observer to every sink. */
void sink_hub_update(struct sink_hub *hub, const struct session_change *change, struct instant now);

/* Passes a message to every sink that carries messages. Numbers it, unless its type has no numbers.
 * With an empty line, only readers without a state of that type get it, in full. */
void sink_hub_post(struct sink_hub *hub, const struct sink_message *message);

/* Whether messages of a type have readers; without, they need not be made. */
bool sink_hub_has_readers(const struct sink_hub *hub, enum sink_type type);

/* For sinks: a reader of these types (bits) has joined, or left. */
void sink_hub_join(struct sink_hub *hub, unsigned types);
void sink_hub_leave(struct sink_hub *hub, unsigned types);

/* For sinks: a reader needs the full state of these types. Returns the set of those it will get. */
unsigned sink_hub_want(struct sink_hub *hub, unsigned types);

/* For sinks: what a reader of these types gets of a message; empty: nothing. *wanted: the types of
 * which it needs the full state. */
struct str sink_message_for(const struct sink_message *message, unsigned types, unsigned *wanted);

/* Pauses notifications for this long, or resumes them (0), and broadcasts the list. */
void sink_hub_pause(struct sink_hub *hub, int64_t duration_ms, struct instant now);

/* When the pause ends, in seconds since the epoch; 0: no pause. */
int64_t sink_hub_paused_until(struct sink_hub *hub, struct instant now);

/* Sends the full list to every sink. */
void sink_hub_broadcast(struct sink_hub *hub, struct instant now);

/* The last message: the daemon is stopping. Every list from now on is empty. */
void sink_hub_farewell(struct sink_hub *hub, struct instant now);

/* To be called at the end of each loop turn with changes. */
void sink_hub_flush(struct sink_hub *hub, struct instant now);

/* The current list, for a new reader. Encoded at most once per millisecond. Valid until the hub is
 * called again. */
struct str sink_hub_snapshot(struct sink_hub *hub, struct instant now);

/* The last update, of which there must be one, with the current list: sink_encode_complete(). Valid
 * until the hub is called again. */
struct str sink_hub_complete(struct sink_hub *hub);

/* The number of the last update or message, up to which a list is complete. */
uint64_t sink_hub_last_id(const struct sink_hub *hub);
