/* The messages that streams carry, and how a reader chooses among them. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

enum sink_type {
	SINK_SESSION_LIST,
	SINK_SESSION_UPDATE,
	SINK_STATS, // of the history, as far as they have changed
	SINK_EVENT, // a row of the feed
	SINK_COST,
	SINK_TELEMETRY,
	SINK_PING,
	SINK_TYPE_COUNT,
};

/* Where a type goes to those who do not choose. */
enum sink_outlet { SINK_ON_STREAM = 1 << 0, SINK_ON_SOCKET = 1 << 1 };

struct sink_type_row {
	const char *name;   // of the message, and in ?types=
	unsigned outlets;   // bits of enum sink_outlet
	bool is_numbered;   // each message has the next number; else that of the last that has one
	bool can_be_resent; // by itself, to a reader that comes back
	bool is_state;      // a reader gets the whole first, and then what changes
};

extern const struct sink_type_row sink_types[SINK_TYPE_COUNT];

/* One type as a bit of a set. */
unsigned sink_type_bit(enum sink_type type);

/* The set that goes to an outlet by default. */
unsigned sink_types_on(enum sink_outlet outlet);

/* Reads "stats,event" as a set. False, and *ret untouched, if one of the names is no type's. */
bool sink_types_read(struct str text, unsigned *ret);

/* The same from the query of a request; *ret is left alone if types is not in it. */
bool sink_types_read_query(struct str query, unsigned *ret);

/* Appends what is to be answered when that is false. */
void sink_types_append_hint(struct buf *out);
