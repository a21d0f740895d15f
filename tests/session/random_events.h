/* Events that no client would send, from a generator of our own, so that a failing round can be
 * repeated anywhere. */
#pragma once

#include "base/instant.h"
#include "event/event.h"

enum { RANDOM_SESSIONS = 4 };

/* The ids of the sessions that they are about; each is one letter, from 'a' on. */
extern const char *const random_ids[RANDOM_SESSIONS];

/* Less than most. */
unsigned random_pick(unsigned *seed, unsigned most);

/* Of any kind, from now, shortly before or long ago. Its strings are constants. */
struct event random_event(unsigned *seed, struct instant now);
