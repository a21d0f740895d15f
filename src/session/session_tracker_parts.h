/* What the files of the session tracker share. session_tracker.c takes events,
 * session_tracker_times.c puts them on one clock, and session_tracker_peers.c hears of connections
 * and processes. */
#pragma once

#include "base/buf.h"
#include "price/price.h"
#include "session/session_owner.h"
#include "session/session_peers.h"
#include "session/session_registry.h"
#include "session/session_states.h"
#include "session/session_tracker.h"
#include "session/tracked_session.h"

struct session_tracker {
	struct session_settings settings;
	struct session_observer observer;
	struct clock clock;
	struct session_registry registry;
	struct session_states states;
	struct session_owners owners;
	struct session_peers clients;
	struct session_projects projects;
	struct price_book prices;
	struct buf id, call_name; // of an event, where they had to be made names
};

/* The tracker's clock at that time; reports to the observer if the machine's was set. */
struct moment session_tracker_read_clock(struct session_tracker *t, struct instant now);

/* Puts the events of a batch on the tracker's clock and sorts them by it. */
void session_tracker_place(
	struct session_tracker *t, const struct session_batch *batch, struct moment now);

/* To be called at the first event of a batch that belongs to w, while w->touched is false: a sign
 * of life, which also shows how its client sends. */
void session_tracker_touch(struct session_tracker *t, struct tracked_session *w,
	const struct session_batch *batch, const struct event *e, struct moment now);

/* Takes directory and process of w from the process at the other end of that connection, unless
 * that is a program that forwards for several clients. */
void session_tracker_take_client(
	struct session_tracker *t, struct tracked_session *w, uint64_t connection);
