/* The query of a request's target: "project=web%20shop&limit=50" (URL Standard, section 5.1). */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Appends the decoded value of the first parameter with this name. False, with value untouched:
 * there is none. A value that is badly encoded or does not fit becomes U+FFFD alone: not a number,
 * a date or a word, and a filter by it finds nothing. */
bool http_query_find(struct str query, struct str name, struct buf *value);

/* Appends text with percent escapes decoded; '+' is literal. False, with out untouched, if one is
 * broken or it does not fit. */
bool http_query_unescape(struct str text, struct buf *out);

/* The name of the first parameter that is not in names, which ends with NULL, as sent. data is NULL
 * if there is none. */
struct str http_query_unknown(struct str query, const char *const *names);
