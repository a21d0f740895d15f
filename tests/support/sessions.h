/* Sessions made by hand, for tests of what shows them. */
#pragma once

#include "base/instant.h"
#include "session/session.h"

/* Monotonic 1000 ms, and Mon Dec 16 2024 12:00:00.123 UTC. */
extern const struct instant sessions_now;

/* A working Claude Code session "s1" that knows nothing but its turn; in no list. */
struct session sessions_bare(void);

/* The same with everything known. */
struct session sessions_full(void);

/* The change that says that s is what it is now, after previous. */
struct session_change sessions_change(const struct session *s, enum session_state previous);
