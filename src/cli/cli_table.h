/* A session list as a table for people. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buf;
struct cli_list;
struct cli_style;

/* Appends one line per session under a line of headings, the most urgent first, or a line that says
 * that there are none. Where there is not enough room names are cut, then columns are left out. */
void cli_table_append(struct buf *out, const struct cli_list *list, const struct cli_style *style,
	int64_t wall_ms);

/* The same without the rows that do not fit in so many lines; the session at mark, in the list's
 * order, is kept in view and shown as chosen. */
void cli_table_append_window(struct buf *out, const struct cli_list *list,
	const struct cli_style *style, int64_t wall_ms, size_t lines, size_t mark);
