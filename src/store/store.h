/* The daemon's memory: calls, turns, sessions and events in an SQLite file.
 *
 * The loop's thread puts facts and never waits: they go into a bounded queue, and a writer thread
 * commits what arrived within a quarter of a second as one transaction. Queries run on a reader
 * thread with a read-only connection. The results of both come back through store_dispatch(), which
 * the owner calls on its loop's thread after settings::wake.
 *
 * No fault reaches the caller. While the file cannot be written, facts wait in the queue; once it
 * is full, the newest are dropped and counted, and store_state() says why. Writing resumes by
 * itself.
 *
 * Call every function on the loop's thread only, unless it says otherwise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct event;
struct session;
struct session_call;
struct session_relation;
struct session_span;
struct store;
struct store_db;

enum store_status {
	STORE_OFF,         // built without history, or no path is set
	STORE_OPENING,     // not tried yet
	STORE_OK,          // the last write succeeded
	STORE_FULL,        // no space left for it
	STORE_READ_ONLY,   // file, directory or file system
	STORE_LOCKED,      // another program holds it
	STORE_UNREACHABLE, // directory or file cannot be created or opened
	STORE_CORRUPT,     // damaged, and could not be set aside
	STORE_NEWER,       // written by a newer version: left alone, nothing is stored
	STORE_FOREIGN,     // another program's database: left alone, nothing is stored
	STORE_FAILED,      // any other I/O error
	STORE_STUCK,       // the file system does not answer
	STORE_STATUS_COUNT,
};

/* "ok", "read-only", ...; as published. */
const char *store_status_name(enum store_status status);

struct store_settings {
	const char *path;        // of the file; NULL: no history
	const char *host;        // name of this machine; NULL: not recorded
	unsigned retention_days; // how long rows are kept; 0: for ever
	size_t queue_bytes;      // limit of the write queue
	int64_t collect_ms;      // how long facts are collected for one transaction
	int64_t question_ms;     // how long a query may take
	int64_t stuck_ms;        // longer than that, and the file system counts as hung

	/* There is something for store_dispatch(). Called on any thread, until store_close()
	 * returns; must not call the store. May be NULL. */
	void (*wake)(void *data);
	void *data;
};

/* 90 days, 8 MiB, 250 ms, 5 s, 5 s; no path. */
struct store_settings store_settings_default(void);

/* Copies the settings. Returns at once; the writer thread opens the file. Never NULL. */
struct store *store_open(const struct store_settings *settings);

/* Writes what is queued, for limit_ms at most; threads stuck in the file system are then left
 * behind. Pending queries are answered with -ECANCELED. NULL is fine. */
void store_close(struct store *s, int64_t limit_ms);

void store_set_retention(struct store *s, unsigned days);

/* ---- facts. wall_ms is now; times far ahead of it are not believed. */

void store_put_session(struct store *s, const struct session *session, int64_t wall_ms);

/* It has expired, at that time; is_told: its client said so. Putting the session takes it back. */
void store_put_end(struct store *s, const struct session *session, int64_t over_ms, bool is_told);

/* Of those that are no sessions. */
void store_put_relation(struct store *s, const struct session_relation *relation);

/* A call, the growth of a counter, a correction, or the absorption of a subagent's session. */
void store_put_call(struct store *s, const struct session_call *call, int64_t wall_ms);

/* A turn, tool call, wait or subagent, a correction of one, or the absorption of a session. */
void store_put_span(struct store *s, const struct session_span *span, int64_t wall_ms);

enum { STORE_EVENT_DETAILS = 4 };

/* A row of the feed. It must not contain a user's text. */
struct store_event {
	struct str kind;               // "needs_you", "done", "budget", ...
	const struct session *session; // NULL: none; tool and project are then given here
	struct str tool, project;      // empty: unknown
	struct {
		const char *key; // a literal; NULL ends the list
		struct str value;
	} details[STORE_EVENT_DETAILS];
};

void store_put_event(struct store *s, const struct store_event *event, int64_t wall_ms);

/* The connection to an MCP server that an event reports, if any; its times are as sent. */
void store_put_connection(struct store *s, const struct event *e, int64_t wall_ms);

/* Adds to a counter that survives restarts. labels: as /metrics prints them. */
void store_put_counter(
	struct store *s, struct str name, struct str labels, int64_t add, int64_t wall_ms);

/* ---- queries and changes */

/* Runs on one of the store's threads, and owns arg until it is answered. Returns 0 or a negative
 * errno, which goes to the answer; a change may return STORE_MORE to be called again after other
 * work, in a transaction of its own. */
typedef int store_work(struct store_db *db, void *arg);
enum { STORE_MORE = 1 };

/* r: what the work returned; -ETIMEDOUT: it took too long; -ECANCELED: the store was closed; or why
 * there is no file. Called on the loop's thread by store_dispatch(), exactly once. */
typedef void store_answered(int r, void *arg);

/* Queues a query, on a read-only connection. 0, or a negative errno without an answer to come:
 * -ENOTSUP without history, -EAGAIN if too many queries are pending, -ECANCELED from store_close()
 * on. */
int store_ask(struct store *s, store_work *query, store_answered *answered, void *arg);

/* Queues a change, in a transaction after everything put before it. Results as for store_ask(). */
int store_change(struct store *s, store_work *change, store_answered *answered, void *arg);

/* Likewise, but before any fact is written: sees the file as it was opened. Call it right after
 * store_open(). */
int store_load(struct store *s, store_work *load, store_answered *answered, void *arg);

/* Delivers finished answers, and logs changes of the file's state. */
void store_dispatch(struct store *s);

/* Waits, limit_ms at most, for something to dispatch, and dispatches it. Whether there was
 * anything. For tests and the start; a loop uses settings::wake. */
bool store_wait(struct store *s, int64_t limit_ms);

/* ---- state */

struct store_state {
	enum store_status status;
	char reason[192];    // why the status is not OK, for people; else empty
	uint64_t written;    // facts, since it was opened
	uint64_t dropped;    // ... because the queue was full
	uint64_t refused;    // ... that the database rejected
	size_t queued_bytes; // waiting
	int64_t file_bytes;  // including its log, as of the last write
	int64_t retention_days;
};

struct store_state store_state(struct store *s);
