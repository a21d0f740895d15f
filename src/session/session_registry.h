/* The sessions, by id and by last activity, and traces of those that expired. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "session/session.h"

struct tracked_session;

enum { SESSION_REGISTRY_GRAVES = 256 };

/* The trace of an expired session, so that late telemetry does not revive it. */
struct session_grave {
	uint64_t id_hash;
	int64_t end_ns;
	bool told; // closed by its client: only the client revives it
};

struct session_registry {
	struct list sessions; // session::link, oldest first
	struct list by_news;  // tracked_session::by_news, least recently heard of first
	struct hash by_id;    // tracked_session::node
	size_t count, counts[SESSION_STATE_COUNT];
	struct session_grave graves[SESSION_REGISTRY_GRAVES];
	unsigned next_grave;
};

void session_registry_init(struct session_registry *r, size_t expected);

/* Destroys all sessions in it. */
void session_registry_finish(struct session_registry *r);

/* NULL if there is none. */
struct tracked_session *session_registry_find(const struct session_registry *r, struct str id);

/* The same by the str_hash() of its id. */
struct tracked_session *session_registry_find_hash(const struct session_registry *r, uint64_t hash);

/* Takes w over. */
void session_registry_add(struct session_registry *r, struct tracked_session *w);

/* w has given a sign of life. */
void session_registry_touch(struct session_registry *r, struct tracked_session *w);

/* w changes its state: keeps the counts. */
void session_registry_set_state(
	struct session_registry *r, struct tracked_session *w, enum session_state state);

/* Removes and destroys w. Telemetry up to end_ns is recognized as late from now on; told: its
 * client closed it. */
void session_registry_bury(
	struct session_registry *r, struct tracked_session *w, int64_t end_ns, bool told);

/* A session of that id expired before this registry existed. */
void session_registry_remember(
	struct session_registry *r, struct str id, int64_t end_ns, bool told);

/* The trace of a session of that id; NULL if there is none. */
const struct session_grave *session_registry_grave(const struct session_registry *r, struct str id);

/* The one to drop for another: the least recently active that is not working, else the least
 * recently active. */
struct tracked_session *session_registry_oldest(const struct session_registry *r);
