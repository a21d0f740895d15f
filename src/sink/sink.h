/* The interface of an outlet for the hub: a link and a few functions. */
#pragma once

#include <stdint.h>

#include "base/instant.h"
#include "base/list.h"
#include "base/str.h"
#include "sink/sink_type.h"

struct session_change;
struct sink_hub;

enum sink_event_kind {
	SINK_EVENT_LIST = 1, // a complete list
	SINK_EVENT_UPDATE,   // one session changed
};

/* Valid during the call only. */
struct sink_event {
	enum sink_event_kind kind;
	uint64_t id;     // of an update: its own; of a list: of the last update that it contains
	struct str line; // whole, with its '\n'
	const struct session_change *change; // NULL of a list
};

/* What streams carry besides sessions. Valid during the call only. */
struct sink_message {
	enum sink_type type;
	const char *name; // a literal; NULL: the type's
	uint64_t id;      // its own number, or that of the last message that has one
	struct str line;  // what is new, one JSON object with its '\n'; empty: nothing
	struct str whole; // the full state, for a reader without one; empty: same as line
};

/* Embedded in each sink. The functions never block, never fail upward and do not call the hub's
 * publishing functions; each may end with the sink having closed itself. */
struct sink {
	struct list link;     // sink_hub::sinks, from sink_hub_add() to close
	struct sink_hub *hub; // set by sink_hub_add()

	void (*publish)(struct sink *sink, const struct sink_event *event);

	/* NULL: an outlet for sessions only. */
	void (*post)(struct sink *sink, const struct sink_message *message);

	/* The loop turn is over: sinks that combine several changes into one line write now. May be
	 * NULL. */
	void (*flush)(struct sink *sink, struct instant now);

	/* Unlinks the sink from the hub and starts to close it: no other function is called
	 * afterwards, and the memory is freed once the loop has closed its last handle. */
	void (*close)(struct sink *sink);
};
