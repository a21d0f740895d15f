#include "sink/sink_clock.h"

#include <time.h>

struct instant sink_clock_now(const uv_loop_t *loop)
{
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct instant){
		.mono_ms = (int64_t)uv_now(loop),
		.wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
	};
}
