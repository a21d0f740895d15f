/* The clocks, for sinks that write when nobody called the hub: a reader came, a pipe has room
 * again. */
#pragma once

#include <uv.h>

#include "base/instant.h"

/* The loop's own reading of this turn, and the wall clock. */
struct instant sink_clock_now(const uv_loop_t *loop);
