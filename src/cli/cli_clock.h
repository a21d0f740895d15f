/* The clocks, for commands, which have no loop that reads them. */
#pragma once

#include "base/instant.h"

struct instant cli_clock_now(void);
