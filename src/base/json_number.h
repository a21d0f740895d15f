/* Converts JSON numbers (RFC 8259 section 6), in time linear in the text and never through a double
 * to an integer. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The whole of text must be a JSON number with an integral value in range; "1e3" and "1.0" qualify.
 * False, and *ret untouched, otherwise. */
bool json_to_int64(struct str text, int64_t *ret);
bool json_to_uint64(struct str text, uint64_t *ret);

/* The whole of text must be a JSON number. False, and *ret untouched, if it is not, or too large
 * for a double. Digits beyond the 40th significant one are taken as zero. */
bool json_to_double(struct str text, double *ret);
