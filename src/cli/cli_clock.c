#include "cli/cli_clock.h"

#include <time.h>

static int64_t read_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct instant cli_clock_now(void)
{
	return (struct instant){
		.mono_ms = read_ms(CLOCK_MONOTONIC), .wall_ms = read_ms(CLOCK_REALTIME)};
}
