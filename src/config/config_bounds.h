/* Bounds that several sections share. */
#pragma once

#include <stdint.h>

enum {
	CONFIG_PATH_BYTES = 4095,
	CONFIG_SECOND = 1000, // ms
	CONFIG_HOUR = 3600 * CONFIG_SECOND,
	CONFIG_DAY = 24 * CONFIG_HOUR,
};

#define CONFIG_BUDGET_NANO_USD INT64_C(1000000000000000) // a million dollars
