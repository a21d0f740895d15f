/* Normalizes names of models, as written by clients and gateways. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Cuts one ending from *name that does not identify a different model: "[1m]", "@20251101",
 * "-v1:0", "-latest", or a date. False if there is none. */
bool price_name_cut_ending(struct str *name);

/* Cuts the longest prefix that *name starts with. False if there is none. */
bool price_name_cut_prefix(struct str *name, const struct str *prefixes, size_t count);
