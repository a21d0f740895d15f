/* Turns a record into an event: which assistant sent it, for which session, and what it means. */
#pragma once

#include "event/event.h"
#include "event/event_input.h"
#include "otlp/otlp_record.h"

struct event_origin;

/* Determined once for all records of a resource and scope. */
struct event_map {
	struct event_input input;
	const struct event_origin *origin; // NULL: depends on the names of the records
	unsigned origin_number;            // otlp_record::origin it belongs to; 0: none yet
	unsigned resource_number;          // of the resource that input holds; 0: none yet
};

/* To be called before the records of each request. */
void event_map_begin(struct event_map *map);

/* Fills ret, whose strings borrow from the record. ret->kind is EVENT_NONE if the record is not
 * about a session: no session id, a name in no table, or an unknown service with neither a client's
 * names nor gen_ai.*. */
void event_map_record(struct event_map *map, const struct otlp_record *record, struct event *ret);

/* Whether record has the same resource as the one mapped last. */
bool event_map_has_resource(const struct event_map *map, const struct otlp_record *record);

/* The service.name of the record mapped last; empty if it has none. */
struct str event_map_service(const struct event_map *map);

/* Whether a service of this name is an assistant with tables of its own. */
bool event_map_knows_service(struct str name);

/* The time of a record in ns since the epoch, 0 if it has none (logs.proto: time_unix_nano, else
 * observed_time_unix_nano). Times beyond the year 2262 count as none. */
int64_t event_map_time(const struct otlp_record *record);
