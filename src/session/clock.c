#include "session/clock.h"

#include "base/number.h"

enum { SMALLEST_STEP_MS = 1000, NEWEST_MS = -200, OLDEST_MS = 60000 };

struct moment clock_read(struct clock *c, struct instant now, int64_t *ret_set_ms)
{
	int64_t ahead_ms = now.wall_ms - now.mono_ms;
	if (!c->begun) {
		*c = (struct clock){.begun = true, .base_ms = ahead_ms};
	}
	int64_t set_ms = ahead_ms - c->base_ms - c->step_ms;
	bool is_step = set_ms >= SMALLEST_STEP_MS || set_ms <= -SMALLEST_STEP_MS;
	if (is_step) { // the two clocks are not read in one moment, so a little is nothing
		c->old_step_ms = c->step_ms;
		c->step_ms += set_ms;
	}
	*ret_set_ms = is_step ? set_ms : 0;
	return (struct moment){
		.mono_ms = now.mono_ms,
		.wall_ms = now.wall_ms,
		.ns = (now.mono_ms + c->base_ms) * MS_NS,
	};
}

int64_t clock_step_ms(struct moment now)
{
	int64_t step_ms = now.wall_ms - now.ns / MS_NS;
	bool is_step = step_ms >= SMALLEST_STEP_MS || step_ms <= -SMALLEST_STEP_MS;
	return is_step ? step_ms : 0;
}

/* Whether something may have been on its way for so long. */
static bool is_plausible(int64_t age_ms)
{
	return age_ms >= NEWEST_MS && age_ms <= OLDEST_MS;
}

bool clock_is_before_step(const struct clock *c, int64_t wall_ns, struct moment now)
{
	int64_t time_ns = clock_from_wall(c, wall_ns, false);
	int64_t old_ns = clock_from_wall(c, wall_ns, true);
	return !is_plausible(sub_int64(now.ns, time_ns) / MS_NS) &&
	       is_plausible(sub_int64(now.ns, old_ns) / MS_NS);
}

int64_t clock_from_wall(const struct clock *c, int64_t wall_ns, bool before_step)
{
	return sub_int64(wall_ns, (before_step ? c->old_step_ms : c->step_ms) * MS_NS);
}
