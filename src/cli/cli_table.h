/* A session list as a table for people. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buf;
struct cli_list;
struct cli_style;

/* Appends a heading and one line per session, the most urgent first, or a line that says there are
 * none. If space is tight, names are cut, then columns left out. */
void cli_table_append(struct buf *out, const struct cli_list *list, const struct cli_style *style,
	int64_t wall_ms);

/* The same, limited to that many lines; the session at mark, in the list's order, is kept in view
 * and highlighted. */
void cli_table_append_window(struct buf *out, const struct cli_list *list,
	const struct cli_style *style, int64_t wall_ms, size_t lines, size_t mark);
