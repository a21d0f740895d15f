/* What every outlet for lines is to the hub: a link and a few functions. */
#pragma once

#include <stdint.h>

#include "base/instant.h"
#include "base/list.h"
#include "base/str.h"
#include "sink/sink_type.h"

struct session_change;
struct sink_hub;

enum sink_event_kind {
	SINK_EVENT_LIST = 1, // everything there is
	SINK_EVENT_UPDATE,   // one session changed
};

/* Valid during the call only. */
struct sink_event {
	enum sink_event_kind kind;
	uint64_t id;     // of an update: its own; of a list: of the last update that it contains
	struct str line; // whole, with its '\n'
	const struct session_change *change; // NULL of a list
};

/* What streams carry beside sessions. Valid during the call only. */
struct sink_message {
	enum sink_type type;
	const char *name; // a literal; NULL: the type's
	uint64_t id;      // its own number, or that of the last message that has one
	struct str line;  // what is new, one JSON object with its '\n'; empty: nothing is
	struct str whole; // all there is, for a reader that has nothing yet; empty: line is all
};

/* Embedded in each sink. The functions never block, never fail upward and do not call the hub's
 * publishing functions; each may end with the sink having closed itself. */
struct sink {
	struct list link;     // sink_hub::sinks, from sink_hub_add() to close
	struct sink_hub *hub; // set by sink_hub_add()

	void (*publish)(struct sink *sink, const struct sink_event *event);

	/* NULL: of an outlet for sessions alone. */
	void (*post)(struct sink *sink, const struct sink_message *message);

	/* The loop turn is over: whoever shares one line among several changes writes now. May be
	 * NULL. */
	void (*flush)(struct sink *sink, struct instant now);

	/* Unlinks the sink from the hub and begins its end: no other function is called after it,
	 * and the memory goes when the sink's last handle has been closed by the loop. */
	void (*close)(struct sink *sink);
};
