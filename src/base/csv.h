/* CSV cells (RFC 4180). */
#pragma once

#include "base/str.h"

struct buf;

/* Appends a text, quoted where necessary. A leading apostrophe keeps spreadsheets from reading it
 * as a formula; invalid UTF-8 is repaired. */
void csv_append(struct buf *out, struct str text);
