#include "base/instant.h"

#include <time.h>

static int64_t read_ms(clockid_t clock)
{
	struct timespec t;
	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / MS_NS;
}

struct instant instant_now(void)
{
	return instant_at((uint64_t)read_ms(CLOCK_MONOTONIC));
}

struct instant instant_at(uint64_t mono_ms)
{
	return (struct instant){.mono_ms = (int64_t)mono_ms, .wall_ms = read_ms(CLOCK_REALTIME)};
}
