/* The services that send, by service.name, and how many of their records were of no use. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "otlp/otlp_record.h"

enum { EVENT_SERVICES_MAX = 32 };

/* What one request contained from one service. */
struct event_tally {
	struct str name;                    // borrowed; empty if it has none
	uint64_t unused[OTLP_SIGNAL_COUNT]; // records without an event
	bool is_understood;                 // others had one
};

struct event_service {
	char *name; // owned: safe to show, and cut; "" for all without a name
	uint64_t unused[OTLP_SIGNAL_COUNT];
	bool is_understood; // at least one record had an event
};

/* All zero: empty. */
struct event_services {
	struct event_service all[EVENT_SERVICES_MAX]; // the one that sent last is first
	size_t count;
};

void event_services_finish(struct event_services *s);

/* Adds a tally. Beyond EVENT_SERVICES_MAX, a new service replaces the one that has been silent
 * longest. */
void event_services_add(struct event_services *s, const struct event_tally *tally);
