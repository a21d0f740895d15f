/* An increment of a counter. */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct store_counter {
	struct str name, labels;
	int64_t add;
};
