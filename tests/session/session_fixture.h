/* A tracker, a recorder of what it tells, and short ways to hand it events at a time of one's
 * choice. */
#pragma once

#include <stdint.h>

#include "event/assistant.h"
#include "session/session_tracker.h"

enum { FIXTURE_CHANGES = 256 };

struct fixture_change {
	enum session_state state, previous;
	enum session_reason reason;
	enum session_attention attention;
	int turn;
	bool is_new;
	char id[64];
};

struct fixture {
	struct session_tracker *tracker;
	struct fixture_change changes[FIXTURE_CHANGES];
	size_t count;
	int64_t now_ms; // since the fixture was made; both clocks follow it
};

struct fixture *fixture_create(void);
void fixture_destroy(struct fixture *f);

struct instant fixture_instant(const struct fixture *f);

/* The time stamp of a sender whose clock is right, at_ms after the fixture was made. */
int64_t fixture_ns(int64_t at_ms);

/* An event of Claude Code's session "s", told by logs, at at_ms. */
struct event fixture_event(enum event_kind kind, int64_t at_ms);

/* Hands in events at now_ms, on connection 1; the range of times is theirs. */
void fixture_batch(struct fixture *f, int64_t now_ms, struct event *events, size_t count);

/* One event in a batch of its own. */
void fixture_send(struct fixture *f, int64_t now_ms, struct event e);

/* Lets the time pass: every deadline until then is served when it is due. */
void fixture_advance(struct fixture *f, int64_t to_ms);

/* The last change told; ck_aborts if there was none. */
const struct fixture_change *fixture_last(const struct fixture *f);

/* The state of session "s"; SESSION_EXPIRED if there is none. */
enum session_state fixture_state(const struct fixture *f);

/* How often a session came to that state from another. */
size_t fixture_entered(const struct fixture *f, enum session_state state);
