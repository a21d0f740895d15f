/* The types of messages in streams, and how a reader selects them. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum sink_type {
	SINK_SESSION_LIST,
	SINK_SESSION_UPDATE,
	SINK_STATS, // of the history, if changed
	SINK_EVENT, // a row of the feed
	SINK_COST,
	SINK_TELEMETRY,
	SINK_TASK_CREATED, // of the task board: a message is its payload
	SINK_TASK_ASSIGNED,
	SINK_TASK_COMPLETED,
	SINK_TASK_MOVED,
	SINK_TASK_UPDATED,
	SINK_TASK_DELETED,
	SINK_TASK_ERROR,
	SINK_METRIC, // an entry of a followed file
	SINK_LOOP,   // of an orchestrator, or in a session: an endless loop
	SINK_GATE,   // of an orchestrator: a decision other than approval
	SINK_PING,
	SINK_TYPE_COUNT,
};

/* Where a type goes by default. */
enum sink_outlet { SINK_ON_STREAM = 1 << 0, SINK_ON_SOCKET = 1 << 1 };

struct sink_type_row {
	const char *name;   // of the message, and in ?types=
	unsigned outlets;   // bits of enum sink_outlet
	bool is_numbered;   // each message gets the next number; others have that of the last
			    // numbered one
	bool can_be_resent; // by itself, to a reader that reconnects
	bool is_state;      // a reader first gets the full state, then changes
	bool has_seq;       // its payload has its number on event streams, too
};

extern const struct sink_type_row sink_types[SINK_TYPE_COUNT];

/* One type as a bit of a set. */
unsigned sink_type_bit(enum sink_type type);

/* The set that goes to an outlet by default. */
unsigned sink_types_on(enum sink_outlet outlet);

/* Reads "stats,event,task.*" as a set. False, and *ret untouched, for an unknown name. */
bool sink_types_read(struct str text, unsigned *ret);

/* The same from the query of a request; *ret is untouched without types. */
bool sink_types_read_query(struct str query, unsigned *ret);

/* Appends the error message for that. */
void sink_types_append_hint(struct buf *out);
