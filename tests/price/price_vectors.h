/* tests/data/cost-vectors.json: calls, and what they must cost. */
#pragma once

#include "base/str.h"

extern const struct str price_vectors_json;
