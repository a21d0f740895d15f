#include "cli/cli_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "cli/cli_style.h"
#include "cli/cli_words.h"

enum { CELL_BYTES = 4096, NAME_COLUMNS = 32, NAME_LEAST = 8, GAP = 2 };

struct table {
	const struct cli_list *list;
	const struct cli_style *style;
	int64_t wall_ms;
	struct buf cell;  // under construction
	struct buf shown; // the same in characters the terminal has
};

typedef void write_cell(struct table *t, const struct cli_session *s);

static void write_number(struct table *t, const struct cli_session *s)
{
	buf_printf(&t->cell, "%zu", s->number);
}

static void write_state(struct table *t, const struct cli_session *s)
{
	cli_words_append_status(&t->cell, s);
	buf_append_str(&t->cell, s->is_muted ? STR(" (muted)") : STR(""));
}

static void write_name(struct table *t, struct str name)
{
	utf8_append_shown(&t->cell, name.size > 0 ? name : STR("-"), CELL_BYTES);
}

static void write_tool(struct table *t, const struct cli_session *s)
{
	write_name(t, s->assistant);
}

static void write_project(struct table *t, const struct cli_session *s)
{
	write_name(t, s->project);
}

static void write_doing(struct table *t, const struct cli_session *s)
{
	write_name(t, s->doing);
}

static void write_since(struct table *t, const struct cli_session *s)
{
	instant_append_duration(&t->cell, t->wall_ms - s->since_ms);
}

static void write_tokens(struct table *t, const struct cli_session *s)
{
	if (s->has_metrics) {
		cli_words_append_tokens(&t->cell, s);
	} else {
		write_name(t, (struct str){0});
	}
}

static void write_cost(struct table *t, const struct cli_session *s)
{
	if (s->has_cost) {
		cli_words_append_cost(&t->cell, s);
	} else {
		write_name(t, (struct str){0});
	}
}

enum column { NUMBER, STATE, TOOL, PROJECT, DOING, SINCE, TOKENS, COST, COLUMNS };

static const struct {
	struct str heading;
	write_cell *write;
	size_t most; // columns of the screen; 0: as many as it needs
} columns[COLUMNS] = {
	[NUMBER] = {STR_INIT("#"), write_number, 0},
	[STATE] = {STR_INIT("STATE"), write_state, NAME_COLUMNS},
	[TOOL] = {STR_INIT("TOOL"), write_tool, NAME_COLUMNS},
	[PROJECT] = {STR_INIT("PROJECT"), write_project, NAME_COLUMNS},
	[DOING] = {STR_INIT("DOING"), write_doing, NAME_COLUMNS},
	[SINCE] = {STR_INIT("SINCE"), write_since, 0},
	[TOKENS] = {STR_INIT("TOKENS"), write_tokens, 0},
	[COST] = {STR_INIT("COST"), write_cost, 0},
};

/* What gives way when space is tight, in this order: a column shrinks to that width, or is left
 * out. */
static const struct {
	enum column column;
	size_t least;
} concessions[] = {
	{DOING, NAME_LEAST},
	{COST, 0},
	{TOKENS, 0},
	{PROJECT, NAME_LEAST},
	{DOING, 0},
	{TOOL, NAME_LEAST},
	{TOOL, 0},
	{SINCE, 0},
	{NUMBER, 0},
	{STATE, 1},
};

/* The cell of a column: its heading if s is NULL. Valid until the next call. */
static struct str make_cell(struct table *t, size_t column, const struct cli_session *s)
{
	buf_clear(&t->cell);
	if (s == NULL) {
		buf_append_str(&t->cell, columns[column].heading);
	} else {
		columns[column].write(t, s);
	}
	buf_clear(&t->shown);
	cli_style_append_cut(&t->shown, t->style, buf_str(&t->cell), 0);
	return buf_str(&t->shown);
}

static size_t natural_width(struct table *t, size_t column)
{
	size_t width = columns[column].heading.size;
	for (size_t i = 0; i < t->list->count; i++) {
		size_t needed = utf8_width(make_cell(t, column, &t->list->sessions[i]));
		width = max_size(needed, width);
	}
	return columns[column].most > 0 && width > columns[column].most ? columns[column].most
									: width;
}

static size_t total_of(const size_t widths[COLUMNS])
{
	size_t total = 0;
	for (size_t column = 0; column < COLUMNS; column++) {
		total += widths[column] > 0 ? widths[column] + GAP : 0;
	}
	return total > 0 ? total - GAP : 0;
}

/* 0: the column is left out. */
static void fit_widths(size_t room, size_t widths[COLUMNS])
{
	const size_t project = widths[PROJECT];
	size_t total = total_of(widths);
	for (size_t i = 0; total > room && i < ARRAY_SIZE(concessions); i++) {
		size_t *width = &widths[concessions[i].column], least = concessions[i].least;
		size_t excess = total - room, spare = *width > least ? *width - least : 0;
		*width -= excess < spare && least > 0 ? excess : spare;
		total = total_of(widths);
	}
	if (total < room &&
		widths[PROJECT] < project) { // the last one left out made more room than needed
		size_t lost = project - widths[PROJECT], left = room - total;
		widths[PROJECT] += min_size(lost, left);
	}
}

static void append_row(
	struct buf *out, struct table *t, const size_t widths[COLUMNS], const struct cli_session *s)
{
	size_t pending = 0; // blanks to write before the next cell
	for (size_t column = 0; column < COLUMNS; column++) {
		if (widths[column] == 0) {
			continue;
		}
		enum cli_tone tone = s == NULL         ? CLI_TONE_HEADING
				     : column == STATE ? cli_style_tone(s)
						       : CLI_TONE_PLAIN;
		struct buf shown;
		buf_init(&shown, CELL_BYTES);
		cli_style_append_cut(&shown, t->style, make_cell(t, column, s), widths[column]);
		buf_printf(out, "%*s", (int)pending, "");
		cli_style_begin(out, t->style, tone);
		buf_append_str(out, buf_str(&shown));
		cli_style_end(out, t->style, tone);
		pending = widths[column] - utf8_width(buf_str(&shown)) + GAP;
		buf_finish(&shown);
	}
	buf_append_char(out, '\n');
}

/* Appends count rows from first on; the one at mark is highlighted. */
static void append_rows(struct buf *out, const struct cli_list *list, const struct cli_style *style,
	int64_t wall_ms, size_t first, size_t count, size_t mark)
{
	struct table t = {.list = list, .style = style, .wall_ms = wall_ms};
	size_t widths[COLUMNS];
	buf_init(&t.cell, CELL_BYTES);
	buf_init(&t.shown, CELL_BYTES);
	for (size_t column = 0; column < COLUMNS; column++) {
		widths[column] = natural_width(&t, column);
	}
	if (style->width > 0) {
		fit_widths(style->width, widths);
	}
	append_row(out, &t, widths, NULL);
	for (size_t i = first; i < first + count; i++) {
		struct cli_style chosen = *style;
		chosen.colors = false; // one reversed row, without resets in between
		buf_append_str(out, i == mark ? STR("\x1b[7m") : STR(""));
		t.style = i == mark ? &chosen : style;
		append_row(out, &t, widths, &list->sessions[i]);
		if (i == mark) {
			out->size--; // the newline goes after the end of the colour
			buf_append_str(out, STR("\x1b[0m\n"));
		}
	}
	buf_finish(&t.cell);
	buf_finish(&t.shown);
}

void cli_table_append(struct buf *out, const struct cli_list *list, const struct cli_style *style,
	int64_t wall_ms)
{
	if (list->count == 0) {
		buf_append_str(out, STR("No sessions.\n"));
	} else {
		append_rows(out, list, style, wall_ms, 0, list->count, SIZE_MAX);
	}
	if (list->has_cost_today) {
		cli_words_append_cost_today(out, list);
		buf_append_char(out, '\n');
	}
}

void cli_table_append_window(struct buf *out, const struct cli_list *list,
	const struct cli_style *style, int64_t wall_ms, size_t lines, size_t mark)
{
	size_t room = lines > 1 ? lines - 1 : 0; // under the headings
	size_t count = min_size(list->count, room);
	size_t first = mark < list->count && mark >= count ? mark - count + 1 : 0;
	append_rows(out, list, style, wall_ms, first, count, mark);
}
