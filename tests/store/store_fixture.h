/* A store in a directory of its own, facts to put into it, and short ways to ask what is in it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "session/session.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "store/store.h"

/* 2026-03-09 10:00:00 UTC, which is the time zone of the tests. */
#define FIXTURE_NOW_MS INT64_C(1773050400000)

enum { FIXTURE_DAY = 20260309 };

extern char fixture_directory[]; // of the test at hand
extern char fixture_path[];      // of its file

/* Around each test: makes and removes the directory. */
void fixture_setup(void);
void fixture_teardown(void);

/* A store that keeps rows for ever and collects for 1 ms. */
struct store *fixture_open(void);
struct store_settings fixture_settings(void);
void fixture_close(struct store *s);

/* Waits until all that was put is written. 0, or the negative errno of what hinders it. */
int fixture_flush(struct store *s);

/* Waits, for 10 s at most, until the store is in that state. */
void fixture_await(struct store *s, enum store_status status);

/* A session of Claude Code's in "project". Static: one at a time, for each of the ids "a" to "z".
 */
struct session *fixture_session(char id);

/* A call of its: 100 in, 10 out, 1500 ms, reported as one cent. */
struct session_call fixture_call(const struct session *session, uint64_t id);

/* A tool call of its, "Bash" in turn 1, from 5 s before to 2 s before FIXTURE_NOW_MS. */
struct session_span fixture_span(
	const struct session *session, enum session_span_kind kind, uint64_t id);

/* A call, a span of each kind, and an event, all of which ended then. */
void fixture_put_of_all_kinds(struct store *s, char session, int64_t end_ms);

/* How many rows there are of all those. */
int64_t fixture_all_rows(struct store *s);

/* Asks and waits for the answer; how it went. */
int fixture_ask(struct store *s, store_work *query, void *arg);
int fixture_change(struct store *s, store_work *change, void *arg);

/* One number or text of what is stored, through the reader of s. */
int64_t fixture_number(struct store *s, const char *sql);
const char *fixture_text(struct store *s, const char *sql);

/* The number of lines that the store has logged since the test began, with that in them. */
unsigned fixture_logged(const char *text);

/* The same number through sqlite3(1)'s way: a connection of the test's own. */
int64_t fixture_number_in(const char *path, const char *sql);

void fixture_sleep(unsigned ms);
