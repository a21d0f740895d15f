/* The events of one request, collected while its records are decoded, so that a malformed request
 * leaves no trace. */
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
	size_t record_count;          // including those that are not events
	size_t long_ids;              // of these, dropped because the session id is too long
	int64_t oldest_ns, newest_ns; // of all records with a time; 0: none
	bool overflowed;              // there were more than EVENT_BATCH_MAX events
	bool starved;                 // ... or too little memory for them
	struct event_tally tallies[EVENT_BATCH_SERVICES]; // of the first services
	size_t tally_count;
	struct event_tally *tally; // of the current record; NULL: too many services
};

void event_batch_init(struct event_batch *b);
void event_batch_finish(struct event_batch *b);

/* Empties it; releases memory beyond EVENT_BATCH_KEPT events. */
void event_batch_clear(struct event_batch *b);

/* Adds the event of a record, if it has one. */
void event_batch_add_record(struct event_batch *b, const struct otlp_record *record);
