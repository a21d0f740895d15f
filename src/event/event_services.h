/* The services that send, by service.name: how much of what each sent led to nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "otlp/otlp_record.h"

enum { EVENT_SERVICES_MAX = 32 };

/* What one request held of one service. */
struct event_tally {
	struct str name;                    // borrowed; empty if it has none
	uint64_t unused[OTLP_SIGNAL_COUNT]; // records that told nothing
	bool is_understood;                 // others did
};

struct event_service {
	char *name; // owned: fit to be shown, and cut; "" for all that have none
	uint64_t unused[OTLP_SIGNAL_COUNT];
	bool is_understood; // something of it has led to an event
};

/* All zero: empty. */
struct event_services {
	struct event_service all[EVENT_SERVICES_MAX]; // the one that sent last is first
	size_t count;
};

void event_services_finish(struct event_services *s);

/* Adds a tally. A service more than EVENT_SERVICES_MAX takes the place of the one that has been
 * silent longest. */
void event_services_add(struct event_services *s, const struct event_tally *tally);
