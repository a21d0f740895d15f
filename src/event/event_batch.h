/* The events of one request, collected while its records are handed out, so that a request that
 * turns out to be broken leaves no trace. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "event/event_map.h"
#include "event/event_services.h"
#include "otlp/otlp_record.h"

enum { EVENT_BATCH_MAX = 65536, EVENT_BATCH_KEPT = 512, EVENT_BATCH_SERVICES = 16 };

struct event_batch {
	struct event_map map;
	struct event *events; // owned
	size_t count, capacity;
	size_t record_count;          // handed in, also those that are no events
	size_t long_ids;              // of these, no events for their session ids' length
	int64_t oldest_ns, newest_ns; // of all records with a time; 0: none
	bool overflowed;              // there were more events than EVENT_BATCH_MAX
	bool starved;                 // ... or than memory for them
	struct event_tally tallies[EVENT_BATCH_SERVICES]; // of the first services
	size_t tally_count;
	struct event_tally *tally; // of the record at hand; NULL: of a service too many
};

void event_batch_init(struct event_batch *b);
void event_batch_finish(struct event_batch *b);

/* Empties it; memory beyond EVENT_BATCH_KEPT events is given back. */
void event_batch_clear(struct event_batch *b);

/* Adds what record tells, if anything. */
void event_batch_add_record(struct event_batch *b, const struct otlp_record *record);
