/* Cells of CSV (RFC 4180). */
#pragma once

#include "base/str.h"

struct buf;

/* Appends a text, in quotes where it needs them. What a spreadsheet takes for a formula is turned
 * into text by an apostrophe; invalid UTF-8 is repaired. */
void csv_append(struct buf *out, struct str text);
