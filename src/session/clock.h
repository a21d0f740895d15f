/* The clock by which a tracker orders events: it starts with the wall clock of its first reading
 * and goes on with the monotonic clock, so that nobody can set it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"

struct clock {
	bool begun;
	int64_t base_ms;     // of it before the monotonic clock
	int64_t step_ms;     // by how much the wall clock has been set since the first reading
	int64_t old_step_ms; // ... before it was set the last time
};

/* One reading of all clocks. */
struct moment {
	int64_t mono_ms, wall_ms;
	int64_t ns; // of the tracker's clock, since the epoch
};

/* Reads the clock. *ret_set_ms: by how much the wall clock has been set since the last reading, or
 * the machine has slept; 0 if it has not, or by less than a second. */
struct moment clock_read(struct clock *c, struct instant now, int64_t *ret_set_ms);

/* By how much the wall clock has been set since the first reading, as of that moment. */
int64_t clock_step_ms(struct moment now);

/* Whether something was stamped before the clock was set the last time, though it comes after that:
 * as it is set now, its stamp would lie in the future, or further back than anything is on its way.
 */
bool clock_is_before_step(const struct clock *c, int64_t wall_ns, struct moment now);

/* What was stamped by the wall clock of this machine, on the tracker's clock; before_step: as it
 * was before it was set the last time. */
int64_t clock_from_wall(const struct clock *c, int64_t wall_ns, bool before_step);
