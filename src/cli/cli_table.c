#include "cli/cli_table.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_words.h"

enum { CELL_BYTES = 40, ROW_BYTES = 4096, COLUMNS = 7 };

typedef void write_cell(struct buf *out, const struct cli_session *s, int64_t wall_ms);

static void append_text(struct buf *out, struct str text)
{
	utf8_append_shown(out, text.size > 0 ? text : STR("-"), CELL_BYTES);
}

/* "completed: permission"; done is what completed says anyway. */
static void write_state(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	append_text(out, s->state);
	if (cli_list_needs_user(s)) {
		buf_append_str(out, STR(": "));
		append_text(out, s->attention);
	}
}

static void write_tool(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	append_text(out, s->tool);
}

static void write_project(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	append_text(out, s->project);
}

static void write_doing(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	append_text(out, s->doing);
}

static void write_since(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	duration_append(out, wall_ms - s->since_ms);
}

static void write_tokens(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	if (s->has_metrics) {
		cli_words_append_tokens(out, s);
	} else {
		append_text(out, (struct str){0});
	}
}

static void write_cost(struct buf *out, const struct cli_session *s, int64_t wall_ms)
{
	(void)wall_ms;
	if (s->has_cost) {
		cli_words_append_cost(out, s);
	} else {
		append_text(out, (struct str){0});
	}
}

static const struct {
	struct str heading;
	write_cell *write;
} columns[COLUMNS] = {
	{STR_INIT("STATE"), write_state},
	{STR_INIT("TOOL"), write_tool},
	{STR_INIT("PROJECT"), write_project},
	{STR_INIT("DOING"), write_doing},
	{STR_INIT("SINCE"), write_since},
	{STR_INIT("TOKENS"), write_tokens},
	{STR_INIT("COST"), write_cost},
};

/* The cell of a column into the cleared buf: its heading if s is NULL. */
static struct str make_cell(
	struct buf *cell, size_t column, const struct cli_session *s, int64_t wall_ms)
{
	buf_clear(cell);
	if (s == NULL) {
		buf_append_str(cell, columns[column].heading);
	} else {
		columns[column].write(cell, s, wall_ms);
	}
	return buf_str(cell);
}

static void append_row(struct buf *out, struct buf *cell, const size_t widths[COLUMNS],
	const struct cli_session *s, int64_t wall_ms)
{
	for (size_t column = 0; column < COLUMNS; column++) {
		struct str text = make_cell(cell, column, s, wall_ms);
		buf_append_str(out, text);
		if (column + 1 < COLUMNS) {
			int gap = (int)(widths[column] - utf8_width(text)) + 2;
			buf_printf(out, "%*s", gap, "");
		}
	}
	buf_append_char(out, '\n');
}

void cli_table_append(struct buf *out, const struct cli_list *list, int64_t wall_ms)
{
	if (list->count == 0) {
		buf_append_str(out, STR("No sessions.\n"));
		return;
	}
	struct buf cell;
	buf_init(&cell, ROW_BYTES);
	size_t widths[COLUMNS];
	for (size_t column = 0; column < COLUMNS; column++) {
		widths[column] = columns[column].heading.size;
		for (size_t i = 0; i < list->count; i++) {
			size_t width = utf8_width(
				make_cell(&cell, column, &list->sessions[i], wall_ms));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	append_row(out, &cell, widths, NULL, wall_ms);
	for (size_t i = 0; i < list->count; i++) {
		append_row(out, &cell, widths, &list->sessions[i], wall_ms);
	}
	buf_finish(&cell);
}
