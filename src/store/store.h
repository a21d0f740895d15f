/* The daemon's memory: calls, turns, sessions and events in an SQLite file.
 *
 * The loop's thread puts facts and never waits: they go into a bounded queue, and a thread of their
 * own writes what came in within a quarter of a second as one transaction. Questions run on another
 * thread, with a connection that can only read. What both have to say comes back by
 * store_dispatch(), which the owner calls on its loop's thread after settings::wake.
 *
 * No fault reaches the caller. While the file cannot be written, facts wait in the queue, the
 * newest are dropped and counted once it is full, and store_state() says why; writing resumes by
 * itself.
 *
 * Every function is for the loop's thread only, unless it says otherwise. */
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
	STORE_OFF,         // built without, or no path was given
	STORE_OPENING,     // not tried yet
	STORE_OK,          // the last write went well
	STORE_FULL,        // no space left for it
	STORE_READ_ONLY,   // file, directory or file system
	STORE_LOCKED,      // another program holds it
	STORE_UNREACHABLE, // directory or file cannot be made or opened
	STORE_CORRUPT,     // damaged, and could not be set aside
	STORE_NEWER,       // written by a newer version: left alone, nothing is kept
	STORE_FOREIGN,     // another program's database: left alone, nothing is kept
	STORE_FAILED,      // any other error of input and output
	STORE_STUCK,       // the file system does not answer
	STORE_STATUS_COUNT,
};

/* "ok", "read-only", ...; as published. */
const char *store_status_name(enum store_status status);

struct store_settings {
	const char *path;        // of the file; NULL: no history
	const char *host;        // name of this machine; NULL: not told
	unsigned retention_days; // how long rows are kept; 0: for ever
	size_t queue_bytes;      // what may wait to be written
	int64_t collect_ms;      // how long facts are collected for one transaction
	int64_t question_ms;     // how long a question may take
	int64_t stuck_ms;        // what takes longer than that is not expected to come to its end

	/* Something waits for store_dispatch(). Called by any thread, until store_close() returns;
	 * calls nothing of the store's. May be NULL. */
	void (*wake)(void *data);
	void *data;
};

/* 90 days, 8 MiB, 250 ms, 5 s, 5 s; no path. */
struct store_settings store_settings_default(void);

/* Copies the settings. Returns at once; the file is opened by the thread that writes. Never NULL.
 */
struct store *store_open(const struct store_settings *settings);

/* Writes what is left, for limit_ms at most, then gives up: the threads are left behind if the file
 * system holds them. Questions that wait are answered with -ECANCELED. NULL is fine. */
void store_close(struct store *s, int64_t limit_ms);

void store_set_retention(struct store *s, unsigned days);

/* ---- facts. wall_ms is now: a time that is far ahead of it is not believed. */

void store_put_session(struct store *s, const struct session *session, int64_t wall_ms);

/* It has expired, at that time; is_told: its client said so. Putting the session takes it back. */
void store_put_end(struct store *s, const struct session *session, int64_t over_ms, bool is_told);

/* Of those that are no sessions. */
void store_put_relation(struct store *s, const struct session_relation *relation);

/* A call, what a counter has grown by, a correction, or a subagent's session that was absorbed. */
void store_put_call(struct store *s, const struct session_call *call, int64_t wall_ms);

/* A turn, tool call, wait or subagent, a correction of one, or a session that was absorbed. */
void store_put_span(struct store *s, const struct session_span *span, int64_t wall_ms);

enum { STORE_EVENT_DETAILS = 4 };

/* A row of the feed. No text of a user's may be in it. */
struct store_event {
	struct str kind;               // "needs_you", "done", "budget", ...
	const struct session *session; // NULL: of none, then tool and project are told here
	struct str tool, project;      // empty: not told
	struct {
		const char *key; // a literal; NULL ends the list
		struct str value;
	} details[STORE_EVENT_DETAILS];
};

void store_put_event(struct store *s, const struct store_event *event, int64_t wall_ms);

/* What an event says of an MCP server, if it does; its times are as sent. */
void store_put_connection(struct store *s, const struct event *e, int64_t wall_ms);

/* Adds to a counter that goes on after a restart. labels: as /metrics prints them. */
void store_put_counter(
	struct store *s, struct str name, struct str labels, int64_t add, int64_t wall_ms);

/* ---- questions and changes */

/* Runs on a thread of the store. arg is the work's alone until it is answered. 0, or a negative
 * errno, that goes to the answer; a change may return STORE_MORE to be called again after other
 * work, in a transaction of its own. */
typedef int store_work(struct store_db *db, void *arg);
enum { STORE_MORE = 1 };

/* r: what the work returned; -ETIMEDOUT: it took too long; -ECANCELED: the store was closed; or why
 * there is no file to ask. Called on the loop's thread by store_dispatch(), exactly once. */
typedef void store_answered(int r, void *arg);

/* Asks, with a connection that can only read. 0; or a negative errno, and there will be no answer:
 * -ENOTSUP without history, -EAGAIN if too many questions wait, -ECANCELED from store_close() on.
 */
int store_ask(struct store *s, store_work *query, store_answered *answered, void *arg);

/* Changes what is stored, in a transaction, after all that was put before. The same results. */
int store_change(struct store *s, store_work *change, store_answered *answered, void *arg);

/* The same, but before anything that is put is written: what was there when the file was opened. To
 * be called right after store_open(). */
int store_load(struct store *s, store_work *load, store_answered *answered, void *arg);

/* Gives the answers that are there, and logs what became of the file. */
void store_dispatch(struct store *s);

/* Waits until there is something to dispatch, for limit_ms at most, and does it. Whether there was.
 * For tests and for the start; a loop uses settings::wake. */
bool store_wait(struct store *s, int64_t limit_ms);

/* ---- state */

struct store_state {
	enum store_status status;
	char reason[192];    // of a status that is not OK, for people; else empty
	uint64_t written;    // facts, since it was opened
	uint64_t dropped;    // ... for which the queue had no room
	uint64_t refused;    // ... which the database did not take
	size_t queued_bytes; // waiting
	int64_t file_bytes;  // with its log; as of the last write
	int64_t retention_days;
};

struct store_state store_state(struct store *s);
