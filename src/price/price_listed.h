/* data/prices.json, as it was when the program was built. */
#pragma once

#include "base/str.h"

extern const struct str price_listed_json;
