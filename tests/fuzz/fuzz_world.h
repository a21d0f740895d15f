/* The daemon without its loop: requests through ingest, tracker, lines and history, and what must
 * hold at every moment. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "fuzz/fuzz_connection.h"
#include "ingest/ingest.h"
#include "session/session_tracker.h"
#include "sink/sink_hub.h"
#include "store/store_shared.h"
#include "support/call_sums.h"
#include "web/web_sessions.h"

enum { FUZZ_GROUPS = 2 };

struct fuzz_world {
	struct session_tracker *tracker;
	struct sink_hub hub;
	struct sink sink; // reads what the hub tells
	struct ingest ingest;
	struct web_sessions sessions;
	struct http_route_group groups[FUZZ_GROUPS];
	struct http_service service;
	struct store store; // without its threads: only the queue
	struct call_sums sums;
	struct price_table *prices;
	struct instant now;
};

void fuzz_world_init(struct fuzz_world *w);
void fuzz_world_finish(struct fuzz_world *w);

/* Bytes of one connection, whole or in slices; its peer has that number. */
void fuzz_world_carry(struct fuzz_world *w, struct str bytes, bool in_slices, uint64_t connection);

/* Time passes; the wall clock may be set meanwhile. */
void fuzz_world_pass(struct fuzz_world *w, int64_t ms, int64_t set_ms);

/* Enters all facts into a database in memory, asks it for one of its reports, and forgets them. */
void fuzz_world_store(struct fuzz_world *w, unsigned report);

/* What bars, tables and notifications make of the sessions that there are. */
void fuzz_world_show(struct fuzz_world *w);
