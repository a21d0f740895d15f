/* The query of a request's target: "project=web%20shop&limit=50" (URL Standard, section 5.1). */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Appends the decoded value of the first parameter with this name. False: there is none, and value
 * is untouched. One that is encoded wrongly, or longer than value may become, is there as U+FFFD
 * alone: no number, date or word, and a filter by it finds nothing. */
bool http_query_find(struct str query, struct str name, struct buf *value);

/* Appends text with its percent escapes undone; '+' is itself. False, and out is untouched, if one
 * is broken or it does not fit. */
bool http_query_unescape(struct str text, struct buf *out);

/* The first parameter whose name is none of these, up to a NULL: as it was sent. Empty with data
 * NULL: there is none. */
struct str http_query_unknown(struct str query, const char *const *names);
