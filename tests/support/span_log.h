/* Keeps the spans that a tracker hands out, as whoever stores them would, and says what is wrong
 * with them: each is there once, and lies within its session's life. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/session.h"
#include "session/session_span.h"

struct span_entry {
	char *session; // owned: its id
	enum session_span_kind kind;
	uint64_t id;
	int turn;
	int64_t worked_ms;
	enum session_outcome outcome;
};

struct span_log {
	struct span_entry *entries; // owned
	size_t count;
	char *absorbed;  // owned: the session that was absorbed last, and ends with that
	char wrong[256]; // what was wrong first; empty: nothing
};

void span_log_finish(struct span_log *l);

/* Nothing of it can have been before first_ms or after now_ms, of the wall clock. */
void span_log_add(
	struct span_log *l, const struct session_span *span, int64_t first_ms, int64_t now_ms);

/* The session is shown as completed: it says of its turn what the turn's span has said. */
void span_log_complete(struct span_log *l, const struct session *s);

/* The session is shown as expired: checks what was handed out of it, and forgets it, since its id
 * may come back as another session. earlier: its turns before it was restored. */
void span_log_end(struct span_log *l, const struct session *s, int earlier);

/* One that was never shown is gone. */
void span_log_forget(struct span_log *l, const char *session);

/* The daemon was restarted, and has forgotten all but the turns. */
void span_log_restart(struct span_log *l);

/* How many of a kind were handed out of a session. */
size_t span_log_count(const struct span_log *l, const char *session, enum session_span_kind kind);

/* Whether a turn of that number was handed out of a session under another id than this. */
bool span_log_has_other_turn(const struct span_log *l, const char *session, int turn, uint64_t id);
