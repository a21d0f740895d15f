/* All sessions: their number, their deadlines, and one observer of their changes.
 *
 * Knows no loop and no clock. The caller passes in batches of events (one request's worth), the
 * ends of connections and the passing of time, and asks for the next deadline. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "base/str.h"
#include "event/event.h"
#include "session/session.h"
#include "session/session_cwd.h"

struct price_book;
struct session_call;
struct session_kin;
struct session_past;
struct session_process;
struct session_reprice;
struct session_span;
struct session_why;

/* Receives what the tracker finds out. Called only from within the tracker's functions, which it
 * must not call. */
struct session_observer {
	void (*on_change)(const struct session_change *change, void *data);

	/* A clock was set by that much: this machine's (session is NULL), or that of a session's
	 * machine. Reported once. May be NULL. */
	void (*on_clock_step)(const struct session *session, int64_t step_ms, void *data);

	/* A model call, or the growth of a counter, was counted. Reported once, before the change
	 * it causes; at any moment the sum of all reports equals the session's totals. May be NULL.
	 */
	void (*on_call)(const struct session_call *call, void *data);

	/* A turn, a tool call, a wait or a subagent has ended. Reported once, and again only for
	 * corrections; before the change it causes. May be NULL, and costs nothing then. */
	void (*on_span)(const struct session_span *span, void *data);
	void *data;
};

struct session_settings {         // all in ms
	int64_t settle_ms;        // 1000: how long a client may take to report that it goes on
	int64_t quiet_period_ms;  // 3000: silence that ends a turn, for clients that report no ends
	int64_t approval_ms;      // 2000: a requested tool without a decision waits for the user
	int64_t stall_timeout_ms; // 300000: open work without news is stalled
	int64_t session_timeout_ms;   // 300000: a session that is not working expires without news,
				      // unless its client is alive or its user is needed
	int64_t completed_timeout_ms; // 30000: completed becomes idle
	size_t max_sessions;          // 1000
};

struct session_settings session_settings_default(void);

struct session_tracker;

/* Copies both. */
struct session_tracker *session_tracker_create(
	const struct session_settings *settings, const struct session_observer *observer);

/* Frees everything without reporting anything. NULL is fine. */
void session_tracker_destroy(struct session_tracker *t);

void session_tracker_set_settings(
	struct session_tracker *t, const struct session_settings *settings);

/* Sets the price lists for calls from here on. Copied; the lists are borrowed. Until then no model
 * has a price. */
void session_tracker_set_prices(struct session_tracker *t, const struct price_book *prices);

/* A request's worth of events. */
struct session_batch {
	struct event *events; // in any order; sorted in place
	size_t count;
	uint64_t connection; // the number of the connection that carried them, never used twice;
			     // 0: none whose end would mean anything
	int64_t oldest_ns, newest_ns; // the range of the times of all records; 0 if none had any
	size_t record_count;          // of the request, including those that are not events
};

void session_tracker_handle_batch(
	struct session_tracker *t, const struct session_batch *batch, struct instant at);

/* A connection that carried events has ended. by_peer: the client closed it, not we. */
void session_tracker_handle_connection_end(
	struct session_tracker *t, uint64_t connection, bool by_peer, struct instant at);

/* The process at the other end of a connection was found, also for later events. */
void session_tracker_set_process(
	struct session_tracker *t, uint64_t connection, const struct session_process *process);

/* Sets the lookup of projects. Without it, each directory is its own project. */
void session_tracker_set_projects(
	struct session_tracker *t, session_find_project *find, void *data);

/* The result of a lookup that was not immediate. */
void session_tracker_set_project(
	struct session_tracker *t, struct str cwd, const struct session_project *project);

/* Whether a session depends on the end of that process. */
bool session_tracker_has_process(const struct session_tracker *t, int64_t pid);

/* A process that was set has ended. */
void session_tracker_handle_process_end(struct session_tracker *t, int64_t pid, struct instant at);

/* The user has seen it: completed → idle, and its attention is cleared. One that waits for an
 * answer keeps waiting. False if there is no such session. */
bool session_tracker_acknowledge(struct session_tracker *t, struct str id, struct instant at);

/* Turns the notifications of a session off, or on again. False if there is no such session. */
bool session_tracker_mute(struct session_tracker *t, struct str id, bool muted);

/* Calls of a session were repriced: adjusts its totals, also if it is restored but not active yet.
 * Reports no calls. */
void session_tracker_reprice(struct session_tracker *t, const struct session_reprice *reprice);

/* Calls add for the ids of all sessions with known totals, including restored ones without a sign
 * of life, in any order. */
void session_tracker_each_id(
	const struct session_tracker *t, void (*add)(const char *id, void *data), void *data);

/* Handles everything due by now. */
void session_tracker_tick(struct session_tracker *t, struct instant at);

/* When to call tick() next, monotonic ms; INT64_MAX: never. May be early, never late. */
int64_t session_tracker_next_deadline(const struct session_tracker *t);

/* Restores a session of an earlier run: at its next sign of life it continues with its totals and
 * turns, and repeated telemetry is not counted again; until then it is not shown. Copied. Remembers
 * the 1000 most recent, for a day. */
void session_tracker_restore(struct session_tracker *t, const struct session_past *past);

/* Sets up *ret with what to keep of s. May be called by an observer. */
void session_tracker_past(
	const struct session_tracker *t, const struct session *s, struct session_past *ret);

/* The same for conversations that are not sessions, but would look like sessions after a restart.
 */
void session_tracker_restore_kin(struct session_tracker *t, const struct session_kin *kin);
void session_tracker_kin(const struct session_tracker *t, struct session_kin *ret);

/* The sessions, oldest first: list_for_each(s, session_tracker_sessions(t), link). */
const struct list *session_tracker_sessions(const struct session_tracker *t);

/* How many are in that state; waiting ones count as completed, too. */
size_t session_tracker_count(const struct session_tracker *t, enum session_state state);
const struct session *session_tracker_find(const struct session_tracker *t, struct str id);

/* Why s is in its state at that time. */
void session_tracker_why(const struct session_tracker *t, const struct session *s,
	struct instant at, struct session_why *ret);
