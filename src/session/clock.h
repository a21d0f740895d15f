/* The clock that orders a tracker's events: it starts at the wall clock of its first reading and
 * continues with the monotonic clock, so that nobody can set it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"

struct clock {
	bool begun;
	int64_t base_ms;     // its lead over the monotonic clock
	int64_t step_ms;     // by how much the wall clock was set since the first reading
	int64_t old_step_ms; // ... before it was last set
};

/* One reading of all clocks. */
struct moment {
	int64_t mono_ms, wall_ms;
	int64_t ns; // the tracker's clock, since the epoch
};

/* Reads the clock. *ret_set_ms: by how much the wall clock was set, or the machine slept, since the
 * last reading; 0 below a second. */
struct moment clock_read(struct clock *c, struct instant now, int64_t *ret_set_ms);

/* By how much the wall clock was set between the first reading and that moment. */
int64_t clock_step_ms(struct moment now);

/* Whether something that arrives now was stamped before the clock was last set: its stamp would
 * otherwise be in the future, or older than anything is on its way. */
bool clock_is_before_step(const struct clock *c, int64_t wall_ns, struct moment now);

/* Converts a stamp of this machine's wall clock to the tracker's clock; before_step: made before
 * the clock was last set. */
int64_t clock_from_wall(const struct clock *c, int64_t wall_ns, bool before_step);
