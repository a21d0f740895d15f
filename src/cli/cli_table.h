/* A session list as a table for people. */
#pragma once

#include <stdint.h>

struct buf;
struct cli_list;

/* Appends one line per session under a line of headings, or a line that says that there are none.
 */
void cli_table_append(struct buf *out, const struct cli_list *list, int64_t wall_ms);
